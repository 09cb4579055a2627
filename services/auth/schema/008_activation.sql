-- The code of a member's newest activation letter. A new one takes the place of the old; a used one stays, so that who
-- comes with it again is told why it is refused. Times follow the demo clock, as facts do.
CREATE TABLE activation_code (
    member_id     uuid PRIMARY KEY,
    code_hash     bytea NOT NULL,                 -- keyed
    created_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL,
    used_at_us    bigint
);
