-- A letter, and a recovery, were allowed by what its member was when they were made: they end when he is given a
-- position, goes to another branch or leaves. Triggers, so that no writer can forget. (3 left: Pb__MemberStatus.)
CREATE FUNCTION letters_end(members uuid[]) RETURNS void LANGUAGE sql AS $$
    UPDATE activation_code SET expires_at_us = least(expires_at_us, created_at_us)
        WHERE member_id = ANY (members) AND used_at_us IS NULL;
    UPDATE recovery SET ready_at_us = created_at_us, expires_at_us = created_at_us
        WHERE member_id = ANY (members) AND used_at_us IS NULL AND objected_at_us IS NULL;
$$;

CREATE FUNCTION member_ends_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM letters_end(ARRAY(SELECT n.id FROM new_row n JOIN old_row o USING (id)
        WHERE n.branch_id <> o.branch_id OR (n.status = 3 AND o.status <> 3)));
    RETURN NULL;
END $$;
CREATE TRIGGER member_letters AFTER UPDATE ON member REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION member_ends_letters();

CREATE FUNCTION position_ends_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM letters_end(ARRAY(SELECT member_id FROM new_row));
    RETURN NULL;
END $$;
CREATE TRIGGER position_letters AFTER INSERT ON member_position REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION position_ends_letters();
