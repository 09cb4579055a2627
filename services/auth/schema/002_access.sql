-- How a member signs in: account, sessions, refresh tokens, devices. Nothing here in clear that would let a reader of
-- the database in.
CREATE TABLE account (
    member_id       uuid PRIMARY KEY REFERENCES member,
    password_hash   text NOT NULL,                -- Argon2id, libsodium's string form
    totp_secret     bytea,                        -- nonce and secretbox (totp.c); null: no second factor
    created_at_us   bigint NOT NULL,
    activated_at_us bigint                        -- the first sign-in ever
);

CREATE TABLE recovery_code (
    member_id  uuid NOT NULL REFERENCES account,
    code_hash  bytea NOT NULL,                    -- keyed
    used_at_us bigint,
    PRIMARY KEY (member_id, code_hash)
);

-- A signed-in application. A session is a family of refresh tokens.
CREATE TABLE session (
    id              uuid PRIMARY KEY,
    member_id       uuid NOT NULL,
    device_id       text,
    created_at_us   bigint NOT NULL,
    last_used_at_us bigint NOT NULL,
    ended_at_us     bigint,
    totp_step       bigint                        -- the step that opened it: good once for each device
);
CREATE UNIQUE INDEX session_totp_step ON session (member_id, coalesce(device_id, ''), totp_step)
    WHERE totp_step IS NOT NULL;
CREATE INDEX session_member ON session (member_id, created_at_us);

CREATE TABLE refresh_token (
    token_hash     bytea PRIMARY KEY,
    session_id     uuid NOT NULL REFERENCES session,
    issued_at_us   bigint NOT NULL,
    key_hash       bytea,                         -- of the pair that used it; null: not used yet
    successor_hash bytea
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

-- Attempts to sign in, by a keyed hash of who tries what from where.
CREATE TABLE login_throttle (
    subject    bytea PRIMARY KEY,
    attempts   int NOT NULL,
    last_at_us bigint NOT NULL
);
CREATE INDEX login_throttle_last ON login_throttle USING brin (last_at_us);

CREATE TABLE device (
    member_id        uuid NOT NULL,
    device_id        text NOT NULL,
    provider         int NOT NULL,                -- Pb__Provider
    token            text NOT NULL,
    token_hash       bytea NOT NULL,              -- SHA-256: a token is longer than an index entry may be
    app_version      text,
    created_at_us    bigint NOT NULL,
    registered_at_us bigint NOT NULL,
    last_used_at_us  bigint,
    PRIMARY KEY (member_id, device_id),
    CONSTRAINT device_token UNIQUE (provider, token_hash)
);
