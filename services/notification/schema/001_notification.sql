-- The inbox (fan-out on read), devices and pushes (fan-out on write). Ids of people, organisations, meetings and
-- documents are other services': no foreign keys to them.

-- Where a member belonged and belongs: the branch's intervals, beside the positions of the directory. 'left' is no
-- interval.
CREATE TABLE membership (
    member_id uuid NOT NULL,
    branch_id uuid NOT NULL,
    from_us   bigint NOT NULL,
    to_us     bigint NOT NULL,                  -- exclusive; the greatest bigint: still so
    PRIMARY KEY (member_id, from_us)
);
CREATE INDEX membership_of_branch ON membership (branch_id, member_id);

-- Role 0: member of the branch. Every question about an audience is asked of this.
CREATE VIEW place AS
    SELECT member_id, branch_id AS organization_id, 0 AS role, from_us, to_us FROM membership
    UNION ALL
    SELECT member_id, organization_id, role, from_us, coalesce(to_us, 9223372036854775807) FROM directory_position;

-- One row for an audience: (organisations, with their subtrees if so, intersected with roles) united with named
-- members.
CREATE TABLE inbox_item (
    id               uuid PRIMARY KEY,          -- the notification's
    kind             int NOT NULL,              -- Pb__InboxKind
    organization_id  uuid NOT NULL,             -- who issued it
    subject_type     int NOT NULL,              -- Pb__SubjectType
    subject_id       uuid NOT NULL,
    title            text NOT NULL,
    body             text NOT NULL,
    classification   int NOT NULL,              -- Pb__Classification
    organization_ids uuid[] NOT NULL,
    subtree          boolean NOT NULL,
    roles            int[] NOT NULL,            -- Pb__Role; none: every place
    member_ids       uuid[] NOT NULL,
    within_id        uuid,                      -- the subject is seen from within this organisation only
    created_at_us    bigint NOT NULL,
    withdrawn_at_us  bigint
);
CREATE INDEX inbox_item_organizations ON inbox_item USING gin (organization_ids);
CREATE INDEX inbox_item_members ON inbox_item USING gin (member_ids);
CREATE INDEX inbox_item_subject ON inbox_item (subject_id);

CREATE TABLE inbox_read (
    member_id  uuid NOT NULL,
    item_id    uuid NOT NULL,
    read_at_us bigint NOT NULL,
    PRIMARY KEY (member_id, item_id)
);

-- Everything up to an item was read at once; the first row that covers an item says when.
CREATE TABLE inbox_read_up_to (
    member_id     uuid NOT NULL,
    created_at_us bigint NOT NULL,              -- of that item
    item_id       uuid NOT NULL,
    read_at_us    bigint NOT NULL,
    PRIMARY KEY (member_id, created_at_us, item_id)
);

-- The projection of auth.events: which phones a member has. The newest registration or removal wins.
CREATE TABLE device (
    member_id  uuid NOT NULL,
    device_id  text NOT NULL,
    provider   int NOT NULL,                    -- Pb__Provider
    token      text NOT NULL,
    at_us      bigint NOT NULL,                 -- registered or removed
    removed    boolean NOT NULL,
    dead       boolean NOT NULL,                -- the provider no longer knows the token
    PRIMARY KEY (member_id, device_id)
);
CREATE INDEX device_token ON device USING hash (token);

-- What is or was pushed. Its text and audience are the inbox item's.
CREATE TABLE push (
    notification_id uuid PRIMARY KEY,
    recipients      bigint NOT NULL,            -- when it was issued
    expires_at_us   bigint NOT NULL,
    created_at_us   bigint NOT NULL,
    started_at_us   bigint,
    settled_at_us   bigint                      -- no shard is open and nothing is to be tried again
);

-- A range of members, sent in chunks; the cursor moves in the commit that records a chunk's results.
CREATE TABLE push_shard (
    notification_id uuid NOT NULL REFERENCES push,
    shard           int NOT NULL,
    from_member     uuid NOT NULL,
    to_member       uuid,                       -- exclusive; null: to the end
    cursor_member   uuid NOT NULL,
    cursor_device   text NOT NULL,
    priority        int NOT NULL,               -- lower first
    not_before_us   bigint NOT NULL,
    done            boolean NOT NULL,
    lease_owner     text,
    lease_until     timestamptz,                -- the database's clock, which nobody shifts
    PRIMARY KEY (notification_id, shard)
);
CREATE INDEX push_shard_open ON push_shard (priority, not_before_us) WHERE NOT done;

-- What became of a device's message: one row for each device, written when the provider has answered.
CREATE TABLE push_delivery (
    notification_id uuid NOT NULL,
    member_id       uuid NOT NULL,
    device_id       text NOT NULL,
    status          int NOT NULL,               -- enum push_status
    code            text NOT NULL,              -- the provider's word; '': delivered
    attempts        int NOT NULL,
    at_us           bigint NOT NULL,
    next_at_us      bigint,                     -- of the next attempt, while retrying
    PRIMARY KEY (notification_id, member_id, device_id)
);
CREATE INDEX push_delivery_retrying ON push_delivery (next_at_us) WHERE next_at_us IS NOT NULL;

-- Rows of push_delivery by status and code, kept in the commits that write them.
CREATE TABLE push_count (
    notification_id uuid NOT NULL,
    status          int NOT NULL,
    code            text NOT NULL,
    n               bigint NOT NULL,
    PRIMARY KEY (notification_id, status, code)
);

-- Quotas are global: one active sender for each account at a provider.
CREATE TABLE provider_account (
    name        text PRIMARY KEY,
    lease_owner text NOT NULL,
    lease_until timestamptz NOT NULL
);
