-- A device belongs to the session that registered it, and ends with it. Null: registered before sessions were noted,
-- or seeded. Those of before are put down to the live session that was last used on a device of their name.
ALTER TABLE device ADD COLUMN session_id uuid;
UPDATE device d SET session_id = (SELECT s.id FROM session s WHERE s.member_id = d.member_id
    AND s.device_id = d.device_id AND s.ended_at_us IS NULL ORDER BY s.last_used_at_us DESC LIMIT 1);
CREATE INDEX device_session ON device (session_id) WHERE session_id IS NOT NULL;

-- Access tokens say a generation; those of a lower one are refused. It rises whenever a membership ends or is suspended
-- and whenever a grant ends. Triggers, so that no writer can forget. (2 suspended, 3 left: Pb__MemberStatus.)
CREATE FUNCTION member_revoke_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.token_generation := OLD.token_generation + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER member_ended BEFORE UPDATE ON member FOR EACH ROW
    WHEN (NEW.status IN (2, 3) AND NEW.status <> OLD.status) EXECUTE FUNCTION member_revoke_tokens();

CREATE FUNCTION position_revoke_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE member SET token_generation = token_generation + 1 WHERE id IN (
        SELECT n.member_id FROM new_row n JOIN old_row o USING (member_id, organization_id, from_us)
        WHERE o.to_us IS NULL AND n.to_us IS NOT NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER position_ended AFTER UPDATE ON member_position REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION position_revoke_tokens();
