-- The projection of directory.organizations and directory.members. Only newer versions are applied; no foreign keys:
-- the two topics and their partitions arrive in any order.
CREATE TABLE directory_organization (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    code            text NOT NULL,
    name            text NOT NULL,
    level           int NOT NULL,               -- Pb__Level
    parent_id       uuid,
    path            uuid[] NOT NULL,            -- root first, itself last
    meeting_day     int,
    meeting_minute  int,
    meeting_place   text,
    contact_member_id uuid
);
CREATE INDEX directory_organization_path ON directory_organization USING gin (path);

CREATE TABLE directory_member (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    full_name       text NOT NULL,
    branch_id       uuid,                       -- of the newest interval; null: left
    status          int NOT NULL,               -- Pb__MemberStatus
    exempt          boolean NOT NULL,
    record          bytea NOT NULL              -- packed DirectoryMember: every interval and position
);
CREATE INDEX directory_member_branch ON directory_member (branch_id);

CREATE TABLE directory_position (
    member_id       uuid NOT NULL,
    organization_id uuid NOT NULL,
    role            int NOT NULL,               -- Pb__Role
    from_us         bigint NOT NULL,
    to_us           bigint,
    phone           text,
    PRIMARY KEY (member_id, organization_id, role, from_us)
);
CREATE INDEX directory_position_organization ON directory_position (organization_id, role) WHERE to_us IS NULL;
