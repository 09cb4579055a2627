-- The address of a member's calendar, as a keyed hash: whoever has it reads when he meets. It ends when he goes to
-- another branch or leaves, as letters do.
CREATE TABLE calendar_feed (
    member_id     uuid PRIMARY KEY REFERENCES member,
    token_hash    bytea NOT NULL CONSTRAINT calendar_feed_token UNIQUE,
    created_at_us bigint NOT NULL
);

CREATE OR REPLACE FUNCTION member_ends_letters() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone uuid[] := ARRAY(SELECT n.id FROM new_row n JOIN old_row o USING (id)
        WHERE n.branch_id <> o.branch_id OR (n.status = 3 AND o.status <> 3));
BEGIN
    PERFORM letters_end(gone);
    DELETE FROM calendar_feed WHERE member_id = ANY (gone);
    RETURN NULL;
END $$;
