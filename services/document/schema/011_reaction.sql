-- What members think of a document's targets, and how many think so: a city's are never counted for an answer.

CREATE TABLE document_reaction (
    target_id   uuid NOT NULL,
    member_id   uuid NOT NULL,
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    value       int NOT NULL,                   -- Pb__ReactionValue
    comment     text,                           -- what was said beside it last
    at_us       bigint NOT NULL,
    PRIMARY KEY (target_id, member_id)
);
-- A member's own, oldest first: what he takes with him.
CREATE INDEX document_reaction_of_member ON document_reaction (member_id, at_us, target_id);
-- A document that goes takes its own with it.
CREATE INDEX document_reaction_of_document ON document_reaction (document_id);

CREATE TABLE document_reaction_count (
    target_id   uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    too_high    bigint NOT NULL,
    about_right bigint NOT NULL,
    too_low     bigint NOT NULL,
    unclear     bigint NOT NULL
);
-- Likewise.
CREATE INDEX document_reaction_count_of_document ON document_reaction_count (document_id);
