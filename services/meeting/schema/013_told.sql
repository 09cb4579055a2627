-- Who was told of a meeting by a call (S29, Y3). The key finds one participant's, and all of a meeting's.
CREATE TABLE meeting_told (
    meeting_id      uuid NOT NULL,              -- no foreign key: as of comments
    member_id       uuid NOT NULL,
    told_at_us      bigint,                     -- null: it was taken back
    told_by         uuid,
    PRIMARY KEY (meeting_id, member_id)
);
