-- Organisations live and end, and counts of their subtrees are kept. Numbers of the state are those of
-- Pb__OrganizationState.
ALTER TABLE organization
    ADD COLUMN state       int NOT NULL DEFAULT 0,
    ADD COLUMN merged_into uuid,                  -- the one that goes on with its work
    ADD COLUMN ended_at_us bigint,
    ADD COLUMN end_reason  text;

-- Beside the members directly in an organisation, those of its whole subtree, and its active branches (level 3).
ALTER TABLE organization_count
    ADD COLUMN all_branches        bigint NOT NULL DEFAULT 0,
    ADD COLUMN all_members         bigint NOT NULL DEFAULT 0,
    ADD COLUMN all_exempt          bigint NOT NULL DEFAULT 0,
    ADD COLUMN all_attendance_base bigint NOT NULL DEFAULT 0;

-- What is to be added to the counts of every organisation on a path, and to the last one's own.
CREATE TYPE count_change AS
    (path uuid[], is_direct boolean, branches bigint, members bigint, exempt bigint, base bigint);

-- One transaction at a time changes counts: each changes the root's. So whoever has the lock sees the paths and the
-- counts of all who had it before, as long as he reads them in a later statement.
CREATE FUNCTION count_lock() RETURNS void LANGUAGE sql
    AS $$ SELECT pg_advisory_xact_lock(hashtext('organization_count')) $$;

-- Nobody lives in an organisation that has ended: of a member who comes and an end, the later one is refused.
CREATE FUNCTION count_check(organizations uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM organization_count c JOIN organization o ON o.id = c.organization_id
               WHERE c.organization_id = ANY(organizations) AND c.members > 0 AND o.state <> 0) THEN
        RAISE EXCEPTION 'members in an organisation that has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_ended';
    END IF;
END $$;

CREATE FUNCTION count_apply(changes count_change[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO organization_count AS c (organization_id, members, exempt, attendance_base,
                                         all_branches, all_members, all_exempt, all_attendance_base)
    SELECT a.id,
           coalesce(sum(d.members) FILTER (WHERE d.is_direct AND a.depth = cardinality(d.path)), 0),
           coalesce(sum(d.exempt) FILTER (WHERE d.is_direct AND a.depth = cardinality(d.path)), 0),
           coalesce(sum(d.base) FILTER (WHERE d.is_direct AND a.depth = cardinality(d.path)), 0),
           sum(d.branches), sum(d.members), sum(d.exempt), sum(d.base)
    FROM unnest(changes) d CROSS JOIN unnest(d.path) WITH ORDINALITY a(id, depth)
    GROUP BY a.id
    ON CONFLICT (organization_id) DO UPDATE
        SET members = c.members + excluded.members, exempt = c.exempt + excluded.exempt,
            attendance_base = c.attendance_base + excluded.attendance_base,
            all_branches = c.all_branches + excluded.all_branches, all_members = c.all_members + excluded.all_members,
            all_exempt = c.all_exempt + excluded.all_exempt,
            all_attendance_base = c.all_attendance_base + excluded.all_attendance_base
$$;

-- Members (3: left, 0 and 1: official and probationary).
CREATE FUNCTION count_members(branches uuid[], members bigint[], exempt bigint[], base bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF branches IS NULL THEN
        RETURN;
    END IF;
    PERFORM count_lock();
    PERFORM count_apply(array_agg(ROW(o.path, true, 0, d.members, d.exempt, d.base)::count_change))
        FROM unnest(branches, members, exempt, base) d(id, members, exempt, base) JOIN organization o ON o.id = d.id;
    PERFORM count_check(branches);
END $$;

CREATE OR REPLACE FUNCTION member_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_members(array_agg(d.branch_id), array_agg(d.members), array_agg(d.exempt), array_agg(d.base))
    FROM (SELECT m.branch_id,
                 coalesce(sum(m.n) FILTER (WHERE m.status <> 3), 0) AS members,
                 coalesce(sum(m.n) FILTER (WHERE m.status <> 3 AND m.exempt), 0) AS exempt,
                 coalesce(sum(m.n) FILTER (WHERE m.status IN (0, 1) AND NOT m.exempt), 0) AS base
          FROM (SELECT branch_id, status, exempt, 1 AS n FROM new_row
                UNION ALL SELECT branch_id, status, exempt, -1 FROM old_row) m
          GROUP BY m.branch_id) d
    WHERE (d.members, d.exempt, d.base) <> (0, 0, 0);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION member_count_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_members(array_agg(d.branch_id), array_agg(d.members), array_agg(d.exempt), array_agg(d.base))
    FROM (SELECT branch_id, count(*) FILTER (WHERE status <> 3) AS members,
                 count(*) FILTER (WHERE status <> 3 AND exempt) AS exempt,
                 count(*) FILTER (WHERE status IN (0, 1) AND NOT exempt) AS base
          FROM new_row GROUP BY branch_id) d;
    RETURN NULL;
END $$;

-- An organisation that is new counts where it stands; one that moved takes its own members along, its subtree's go with
-- their own organisations.
CREATE FUNCTION organization_count_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_lock();
    PERFORM count_apply(array_agg(ROW(path, false, (level = 3 AND state = 0)::int, 0, 0, 0)::count_change))
        FROM new_row;
    RETURN NULL;
END $$;

CREATE FUNCTION organization_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM old_row o JOIN new_row n ON n.id = o.id
                   WHERE (n.path, n.level, n.state) IS DISTINCT FROM (o.path, o.level, o.state)) THEN
        RETURN NULL;
    END IF;
    PERFORM count_lock();
    PERFORM count_apply(array_agg(ROW(d.path, false, d.sign * d.branches, d.sign * c.members, d.sign * c.exempt,
                                      d.sign * c.attendance_base)::count_change))
    FROM (SELECT id, path, -1 AS sign, (level = 3 AND state = 0)::int AS branches FROM old_row
          UNION ALL SELECT id, path, 1, (level = 3 AND state = 0)::int FROM new_row) d
        JOIN organization_count c ON c.organization_id = d.id;
    PERFORM count_check(array_agg(id)) FROM new_row WHERE state <> 0;
    RETURN NULL;
END $$;

-- What is there already.
INSERT INTO organization_count (organization_id, members, exempt, attendance_base)
    SELECT id, 0, 0, 0 FROM organization ON CONFLICT DO NOTHING;
UPDATE organization_count c SET all_branches = s.branches, all_members = s.members, all_exempt = s.exempt,
                                all_attendance_base = s.base
    FROM (SELECT a.id, count(*) FILTER (WHERE o.level = 3) AS branches, sum(d.members) AS members,
                 sum(d.exempt) AS exempt, sum(d.attendance_base) AS base
          FROM organization o JOIN organization_count d ON d.organization_id = o.id CROSS JOIN unnest(o.path) a(id)
          GROUP BY a.id) s
    WHERE c.organization_id = s.id;

CREATE TRIGGER organization_added AFTER INSERT ON organization REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION organization_count_add();
CREATE TRIGGER organization_changed AFTER UPDATE ON organization REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION organization_count_change();
