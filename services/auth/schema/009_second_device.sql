-- A code by which a member signs in a second device: one for each member, the newest; gone once it is used.
CREATE TABLE link_code (
    member_id     uuid PRIMARY KEY,
    code_hash     bytea NOT NULL CONSTRAINT link_code_hash UNIQUE, -- keyed
    session_id    uuid NOT NULL,                  -- that asked for it: the code ends with it
    expires_at_us bigint NOT NULL
);
-- A second factor that was shown and is not confirmed yet; sealed as totp_secret.
ALTER TABLE account ADD COLUMN totp_pending bytea;
