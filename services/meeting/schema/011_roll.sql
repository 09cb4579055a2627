-- Who was there (S11, S32): what was last counted of a meeting, what was said of each member, and the secret of
-- check-in codes.
ALTER TABLE meeting
    ADD COLUMN attendance_revision int NOT NULL DEFAULT 0,  -- rises with each change; 0: nothing was recorded
    ADD COLUMN attendance_base     int NOT NULL DEFAULT 0,
    ADD COLUMN present             int NOT NULL DEFAULT 0,
    ADD COLUMN excused             int NOT NULL DEFAULT 0,
    ADD COLUMN unexcused           int NOT NULL DEFAULT 0,
    ADD COLUMN exempt              int NOT NULL DEFAULT 0,
    ADD COLUMN exempt_present      int NOT NULL DEFAULT 0;

-- A row for each member of whom something was said; once the meeting is held, for each who is on its roll.
CREATE TABLE meeting_attendance (
    -- no foreign key: written under the meeting's lock, and only drafts, which have none, are deleted
    meeting_id uuid NOT NULL,
    member_id  uuid NOT NULL,
    standing   int,                             -- frozen when it was held, enum roll_standing; null: the record decides
    state      int,                             -- Pb__AttendanceState; null: nothing was said
    how        int NOT NULL,                    -- enum roll_how
    reason     text,
    at_us      bigint,
    PRIMARY KEY (meeting_id, member_id)
);
-- A member's own, for his marks.
CREATE INDEX meeting_attendance_of_member ON meeting_attendance (member_id);

-- Who belonged to a branch, or to a committee, at a meeting's hour may have left since: the directory's own indexes
-- hold those who are there now.
CREATE INDEX directory_member_was_in ON directory_member USING gin (earlier_branch_ids)
    WHERE earlier_branch_ids <> '{}';
CREATE INDEX directory_position_of_any_time ON directory_position (organization_id, role);

-- One row, 244 random bits. Codes are computed from them, so they never leave this database: neither answers nor
-- messages carry them.
CREATE TABLE check_in_key (first_half uuid NOT NULL, second_half uuid NOT NULL);
INSERT INTO check_in_key VALUES (gen_random_uuid(), gen_random_uuid());
