-- Everything is projected anew from the queue's beginning: the counters changed their kind, and readings and audiences their meaning.
-- `republish` of auth, meeting and document brings back organisations, members, devices, meetings and documents of any age. What is gone:
-- comments and activations older than 90 days, readings older than 30 (topics.def).
DROP TABLE fact_meeting, fact_comment, fact_document, fact_audience, fact_read, fact_adoption, fact_device,
    own_month, org_month, own_total, org_total;
TRUNCATE directory_organization, directory_member, directory_position, position, seen;

-- Facts, one row for each thing that is counted; `own_*`, what they add up to for one organisation by itself; `org_*`, the sums for every
-- ancestor, which dashboards read. A fact that changes adds what it counts as now and takes away what it counted as before, so that a
-- repeated or reordered event, or an organisation or member that the directory tells of later, ends in the same numbers.

CREATE TABLE fact_meeting (
    meeting_id      uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    kind            int NOT NULL,
    state           int NOT NULL,
    registered      boolean NOT NULL,
    on_time         boolean NOT NULL
);

CREATE TABLE fact_comment (
    comment_id      uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    month           int NOT NULL
);

CREATE TABLE fact_document (
    document_id     uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,               -- of publication
    published       boolean NOT NULL,           -- a restricted one never is: it does not exist in counts
    organization_ids uuid[] NOT NULL,           -- whom it is addressed to
    subtree         boolean NOT NULL,
    whole           boolean NOT NULL,           -- every member of the organisations; else only those with one of the roles
    roles           int[] NOT NULL,
    member_ids      uuid[] NOT NULL
);
CREATE INDEX fact_document_organizations ON fact_document USING gin (organization_ids) WHERE published;
CREATE INDEX fact_document_members ON fact_document USING gin (member_ids) WHERE published;

-- The readers that a published document reaches by a position or by name and not with a whole branch, and where each of them counts.
CREATE TABLE fact_addressee (
    member_id       uuid NOT NULL,
    document_id     uuid NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    PRIMARY KEY (member_id, document_id)
);
CREATE INDEX fact_addressee_document ON fact_addressee (document_id);

-- Who has read what: the earliest time counts, for the branch that the reader was in then.
CREATE TABLE fact_read (
    member_id       uuid NOT NULL,
    subject_id      uuid NOT NULL,
    subject_type    int NOT NULL,
    organization_id uuid,                       -- null: not known yet
    read_at_us      bigint NOT NULL,
    PRIMARY KEY (member_id, subject_id)
);

CREATE TABLE fact_adoption (
    member_id       uuid PRIMARY KEY,
    activated       boolean NOT NULL,
    devices         int NOT NULL,
    active_on       int NOT NULL,               -- date of the newest start; 0: never
    active          boolean NOT NULL            -- counted as active
);
CREATE INDEX fact_adoption_active ON fact_adoption (active_on) WHERE active;

CREATE TABLE fact_device (
    member_id       uuid NOT NULL,
    device_id       text NOT NULL,
    at_us           bigint NOT NULL,
    present         boolean NOT NULL,
    PRIMARY KEY (member_id, device_id)
);

-- An audience is documents_addressed (to the whole branch) times its members, and documents_named readers more.
CREATE TABLE own_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    registered int NOT NULL DEFAULT 0, on_time int NOT NULL DEFAULT 0, held int NOT NULL DEFAULT 0, cancelled int NOT NULL DEFAULT 0,
    regular int NOT NULL DEFAULT 0, regular_held int NOT NULL DEFAULT 0,
    documents_published int NOT NULL DEFAULT 0, documents_read int NOT NULL DEFAULT 0, comments int NOT NULL DEFAULT 0,
    documents_addressed int NOT NULL DEFAULT 0, documents_named int NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, month)
) WITH (fillfactor = 70);

CREATE TABLE org_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    registered bigint NOT NULL DEFAULT 0, on_time bigint NOT NULL DEFAULT 0, held bigint NOT NULL DEFAULT 0, cancelled bigint NOT NULL DEFAULT 0,
    branches_registered bigint NOT NULL DEFAULT 0, branches_held bigint NOT NULL DEFAULT 0,
    documents_published bigint NOT NULL DEFAULT 0, documents_audience bigint NOT NULL DEFAULT 0, documents_read bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, month)
) WITH (fillfactor = 70);

-- The path is the one that the organisation counts under, here and in own_month; no row, or one made before the directory told of it:
-- under itself alone, and as nothing.
CREATE TABLE own_total (
    organization_id uuid PRIMARY KEY,
    path            uuid[] NOT NULL,
    organizations int NOT NULL DEFAULT 0, branches int NOT NULL DEFAULT 0,
    members int NOT NULL DEFAULT 0, exempt int NOT NULL DEFAULT 0, attendance_base int NOT NULL DEFAULT 0,
    activated int NOT NULL DEFAULT 0, installed int NOT NULL DEFAULT 0, active_30d int NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE org_total (
    organization_id uuid PRIMARY KEY,
    organizations bigint NOT NULL DEFAULT 0, branches bigint NOT NULL DEFAULT 0,
    members bigint NOT NULL DEFAULT 0, exempt bigint NOT NULL DEFAULT 0, attendance_base bigint NOT NULL DEFAULT 0,
    activated bigint NOT NULL DEFAULT 0, installed bigint NOT NULL DEFAULT 0, active_30d bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
