-- Who has acknowledged that he read a document that asks for it.

CREATE TABLE document_acknowledgement (
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    member_id   uuid NOT NULL,
    acknowledged_at_us bigint NOT NULL,         -- the first time; repeating changes nothing
    PRIMARY KEY (document_id, member_id)
);

-- A member's own, oldest first: what he takes with him.
CREATE INDEX document_acknowledgement_of_member
    ON document_acknowledgement (member_id, acknowledged_at_us, document_id);

-- Of the few published documents that ask for it (1: published), those that address one of his places, or name him:
-- home asks for what is left of them.
CREATE INDEX document_asks_organizations ON document USING gin (organization_ids)
    WHERE requires_acknowledgement AND state = 1;
CREATE INDEX document_asks_members ON document USING gin (member_ids)
    WHERE requires_acknowledgement AND state = 1;
