-- Rules of organisations, in versions. Rows are only added.
CREATE TABLE organization_rules (
    organization_id uuid NOT NULL REFERENCES organization,
    version         bigint NOT NULL,
    message_id      uuid NOT NULL,                -- the command that set them
    actor_id        uuid NOT NULL,
    at_us           bigint NOT NULL,
    rules           bytea NOT NULL,               -- packed DirectoryRules: this version alone
    PRIMARY KEY (organization_id, version)
);
