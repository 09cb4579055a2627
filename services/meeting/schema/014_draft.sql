-- What drafts of meetings name. When a document was published; and to whom, where that is all members of organisations
-- (with all below them: subtree): null where some are left out, where it is restricted, and where it is not out. What
-- was told before these columns `document republish` tells again.
ALTER TABLE document
    ADD COLUMN published_at_us  bigint,
    ADD COLUMN organization_ids uuid[],
    ADD COLUMN subtree          boolean;
-- Those for a branch: addressed to one of its path.
CREATE INDEX document_addressed ON document USING gin (organization_ids);
-- Proposals that wait for the next draft (state 2), and whether a topic has come of one.
CREATE INDEX meeting_proposal_waiting ON meeting_proposal (meeting_id) WHERE state = 2;
CREATE INDEX agenda_item_source ON agenda_item (source_id) WHERE source_id IS NOT NULL;
