-- Proposals for a meeting's agenda (S6).
ALTER TABLE meeting ADD COLUMN proposals int NOT NULL DEFAULT 0;

CREATE TABLE meeting_proposal (
    id              uuid PRIMARY KEY,
    -- no foreign key: written under the meeting's lock, and only drafts, which have none, are deleted
    meeting_id      uuid NOT NULL,
    author_id       uuid NOT NULL,
    title           text NOT NULL,
    reason          text NOT NULL,
    state           int NOT NULL,               -- Pb__ProposalState
    decision_reason text,
    created_at_us   bigint NOT NULL,
    decided_at_us   bigint,
    agenda_item_id  uuid                        -- kept when the item goes: it was accepted
);
CREATE INDEX meeting_proposal_of_meeting ON meeting_proposal (meeting_id, created_at_us, id);
-- How many open ones an author has. State 0: open.
CREATE INDEX meeting_proposal_open ON meeting_proposal (meeting_id, author_id) WHERE state = 0;
