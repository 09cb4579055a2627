-- What somebody said, whatever the meeting: he takes it with him (ListOwnComments, ListOwnProposals).
CREATE INDEX meeting_comment_of_author ON meeting_comment (author_id, created_at_us, id);
CREATE INDEX meeting_proposal_of_author ON meeting_proposal (author_id, created_at_us, id);
