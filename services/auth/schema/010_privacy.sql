-- What a member agreed to, and which text of it he was shown: every answer is kept, the newest counts.
CREATE TABLE consent (
    member_id    uuid NOT NULL,
    purpose      text NOT NULL,                   -- a word of consent.c
    granted      boolean NOT NULL,
    text_version text NOT NULL,
    at_us        bigint NOT NULL,
    message_id   uuid NOT NULL,                   -- that said so
    PRIMARY KEY (member_id, purpose, at_us, message_id)
);

-- Who was shown somebody's personal data: once for each hour in which he was. Role and organisation are those by which
-- he might.
CREATE TABLE look (
    subject_id      uuid NOT NULL,
    at_us           bigint NOT NULL,
    actor_id        uuid NOT NULL,
    role            int NOT NULL,                 -- Pb__Role
    organization_id uuid NOT NULL,
    what            int NOT NULL,                 -- Pb__LookWhat
    reason          text,
    hour            bigint NOT NULL,              -- of at_us, since 1970
    id              uuid NOT NULL,
    PRIMARY KEY (subject_id, hour, actor_id, what)
);
CREATE INDEX look_newest ON look (subject_id, at_us DESC, id DESC);

-- An account whose member lost his phone or password: asked for by a secretary, objected to by the member while it
-- waits, ended by its letter's code. Times follow the demo clock, as facts do. The code is made of the id and a secret
-- key.
CREATE TABLE recovery (
    id             uuid PRIMARY KEY,
    member_id      uuid NOT NULL,
    asked_by       uuid NOT NULL,
    reason         text NOT NULL,
    created_at_us  bigint NOT NULL,
    ready_at_us    bigint NOT NULL,
    expires_at_us  bigint NOT NULL,
    objected_at_us bigint,
    used_at_us     bigint
);
CREATE INDEX recovery_member ON recovery (member_id, created_at_us DESC);
