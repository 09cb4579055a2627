-- What was done to whom, by whom: rows are only added, and each is chained to the one before by its hash (audit/audit.h
-- says over which bytes). Numbers are those of Pb__AuditAction and Pb__AuditSubject__Type. Nothing here is a name or a
-- text, so that nobody's data outlives him.
CREATE TABLE audit (
    number          bigint PRIMARY KEY,           -- from 1, without gaps
    at_us           bigint NOT NULL,
    actor_id        uuid,                         -- null: it came by itself, or from the machine's operator
    action          int NOT NULL,
    subject_type    int NOT NULL,
    subject_id      uuid NOT NULL,
    organization_id uuid NOT NULL,                -- whose administrators read of it
    message_id      uuid NOT NULL,                -- the command that did it; histories have it too
    previous_hash   bytea NOT NULL,
    hash            bytea NOT NULL
);
CREATE INDEX audit_actor ON audit (actor_id, number);
CREATE INDEX audit_subject ON audit (subject_id, number);

-- There is one chain: whoever adds to it waits for who did before him. So rows are added last in a transaction.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    last audit;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit'));
    SELECT * INTO last FROM audit ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    NEW.hash := sha256(NEW.previous_hash || int8send(NEW.number) || int8send(NEW.at_us)
        || uuid_send(coalesce(NEW.actor_id, nobody)) || int4send(NEW.action) || int4send(NEW.subject_type)
        || uuid_send(NEW.subject_id) || uuid_send(NEW.organization_id) || uuid_send(NEW.message_id));
    RETURN NEW;
END $$;
CREATE TRIGGER audit_added BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit are only added' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
