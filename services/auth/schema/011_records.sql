-- Records of directory.organizations (3) and directory.members (4) are told by the loop (common/loop/loop_keys.h), of
-- the keys that these triggers mark: so no writer can forget. A member's record also says his past and his positions:
-- whoever changes those raises member.version.
CREATE FUNCTION record_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO marked_key(topic, key) SELECT TG_ARGV[0]::int, id FROM new_row;
    RETURN NULL;
END $$;
CREATE TRIGGER organization_record_added AFTER INSERT ON organization REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_changed(3);
CREATE TRIGGER organization_record_changed AFTER UPDATE ON organization REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_changed(3);
CREATE TRIGGER member_record_added AFTER INSERT ON member REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_changed(4);
CREATE TRIGGER member_record_changed AFTER UPDATE ON member REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_changed(4);

-- A generation of tokens without a higher version would be dropped by whoever hears it.
CREATE OR REPLACE FUNCTION position_revoke_tokens() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = on AS $$
BEGIN
    UPDATE member SET token_generation = token_generation + 1, version = version + 1 WHERE id IN (
        SELECT n.member_id FROM new_row n JOIN old_row o USING (member_id, organization_id, from_us)
        WHERE o.to_us IS NULL AND n.to_us IS NOT NULL);
    RETURN NULL;
END $$;

-- What an import under way has committed, and its older binary may not have told.
INSERT INTO marked_key(topic, key)
    SELECT 3, o.id FROM import_job j JOIN organization o ON o.changed_at_us = j.created_at_us
        WHERE j.finished_at_us IS NULL
    UNION ALL SELECT 4, m.id FROM import_job j JOIN member m ON m.changed_at_us = j.created_at_us
        WHERE j.finished_at_us IS NULL;
ALTER TABLE import_job DROP COLUMN announced, DROP COLUMN organizations_told, DROP COLUMN organizations_done,
    ADD COLUMN preview boolean NOT NULL DEFAULT false; -- it changes nothing, and may run beside an import
