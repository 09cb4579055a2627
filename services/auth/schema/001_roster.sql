-- Who belongs where: organisations, members, positions. Their current state, and what was before it in closed
-- intervals. Numbers of level, status and role are those of Pb__Level, Pb__MemberStatus and Pb__Role.
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Text as people search it: without accents and case. Declared immutable because the rules of `unaccent` are never
-- changed here.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent', value)) $$;

CREATE TABLE organization (
    id                uuid PRIMARY KEY,
    version           bigint NOT NULL,
    code              text NOT NULL CONSTRAINT organization_code UNIQUE,
    name              text NOT NULL,
    level             int NOT NULL,
    parent_id         uuid REFERENCES organization DEFERRABLE INITIALLY DEFERRED, -- null: the root
    path              uuid[] NOT NULL,            -- root first, itself last
    meeting_day       int CHECK (meeting_day BETWEEN 1 AND 28),
    meeting_minute    int CHECK (meeting_minute BETWEEN 0 AND 1439),
    meeting_place     text,
    contact_member_id uuid,
    changed_at_us     bigint NOT NULL
);
CREATE UNIQUE INDEX organization_root ON organization ((true)) WHERE parent_id IS NULL;
CREATE INDEX organization_parent ON organization (parent_id);
CREATE INDEX organization_path ON organization USING gin (path);

-- branch_id has no foreign key: an import would pay for 475,000 checks of what its join with organization has just
-- proved.
CREATE TABLE member (
    id               uuid PRIMARY KEY,
    version          bigint NOT NULL,
    card_number      text NOT NULL CONSTRAINT member_card UNIQUE,
    full_name        text NOT NULL,
    search_name      text NOT NULL,               -- fold(full_name)
    born_on          int,                         -- days since 1970-01-01
    gender           int,                         -- 0 male, 1 female, 2 other
    joined_on        int,
    branch_id        uuid NOT NULL,
    status           int NOT NULL,
    exempt           boolean NOT NULL,
    since_us         bigint NOT NULL,             -- branch, status and exemption are so since then
    phone            text,
    token_generation int NOT NULL DEFAULT 0,      -- access tokens with a lower one are refused
    changed_at_us    bigint NOT NULL
);
CREATE INDEX member_branch ON member (branch_id, search_name, id);

-- What a member was before: closed intervals, never changed.
CREATE TABLE member_past (
    member_id uuid NOT NULL REFERENCES member,
    from_us   bigint NOT NULL,
    to_us     bigint NOT NULL,
    branch_id uuid NOT NULL,
    status    int NOT NULL,
    exempt    boolean NOT NULL,
    PRIMARY KEY (member_id, from_us)
);

CREATE TABLE member_position (
    member_id       uuid NOT NULL REFERENCES member,
    organization_id uuid NOT NULL REFERENCES organization,
    role            int NOT NULL,
    from_us         bigint NOT NULL,
    to_us           bigint,                       -- null: still held
    PRIMARY KEY (member_id, organization_id, from_us)
);
CREATE UNIQUE INDEX member_position_held ON member_position (member_id, organization_id) WHERE to_us IS NULL;
CREATE INDEX member_position_organization ON member_position (organization_id, role) WHERE to_us IS NULL;

-- Members directly in an organisation; a subtree is the sum over its organisations. The triggers below keep it, so that
-- no path that writes members can forget it.
CREATE TABLE organization_count (
    organization_id uuid PRIMARY KEY,
    members         bigint NOT NULL,              -- who left is counted nowhere
    exempt          bigint NOT NULL,
    attendance_base bigint NOT NULL               -- without exempt and suspended members
);

CREATE FUNCTION member_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO organization_count AS c (organization_id, members, exempt, attendance_base)
    SELECT d.branch_id, d.members, d.exempt, d.base
    FROM (SELECT m.branch_id,
                 coalesce(sum(m.n) FILTER (WHERE m.status <> 3), 0) AS members,
                 coalesce(sum(m.n) FILTER (WHERE m.status <> 3 AND m.exempt), 0) AS exempt,
                 coalesce(sum(m.n) FILTER (WHERE m.status IN (0, 1) AND NOT m.exempt), 0) AS base
          FROM (SELECT branch_id, status, exempt, 1 AS n FROM new_row
                UNION ALL SELECT branch_id, status, exempt, -1 FROM old_row) m
          GROUP BY m.branch_id) d
    WHERE (d.members, d.exempt, d.base) <> (0, 0, 0)
    ORDER BY d.branch_id                          -- one order of locks for everybody
    ON CONFLICT (organization_id) DO UPDATE
        SET members = c.members + excluded.members, exempt = c.exempt + excluded.exempt,
            attendance_base = c.attendance_base + excluded.attendance_base;
    RETURN NULL;
END $$;

CREATE FUNCTION member_count_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO organization_count AS c (organization_id, members, exempt, attendance_base)
    SELECT branch_id, count(*) FILTER (WHERE status <> 3), count(*) FILTER (WHERE status <> 3 AND exempt),
           count(*) FILTER (WHERE status IN (0, 1) AND NOT exempt)
    FROM new_row GROUP BY branch_id ORDER BY branch_id
    ON CONFLICT (organization_id) DO UPDATE
        SET members = c.members + excluded.members, exempt = c.exempt + excluded.exempt,
            attendance_base = c.attendance_base + excluded.attendance_base;
    RETURN NULL;
END $$;

CREATE TRIGGER member_added AFTER INSERT ON member REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION member_count_add();
CREATE TRIGGER member_changed AFTER UPDATE ON member REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION member_count_change();
