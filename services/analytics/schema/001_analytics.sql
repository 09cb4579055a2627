-- Facts, one row for each thing that is counted; `own_*`, what they add up to for one organisation by itself, with the
-- path that it was counted under; `org_*`, the sums for every ancestor, which dashboards read. A change recounts the
-- organisations that it touched and moves the sums by the difference, so that a repeated or reordered event, or an
-- organisation that arrives after its facts, ends in the same numbers (but for readings and audiences: README.md).

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
CREATE INDEX fact_meeting_own ON fact_meeting (organization_id, month);

CREATE TABLE fact_comment (
    comment_id      uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    month           int NOT NULL
);
CREATE INDEX fact_comment_own ON fact_comment (organization_id, month);

CREATE TABLE fact_document (
    document_id     uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    published       boolean NOT NULL
);
CREATE INDEX fact_document_own ON fact_document (organization_id, month);

-- How many members of a branch a document was addressed to when it was published.
CREATE TABLE fact_audience (
    document_id     uuid NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    members         int NOT NULL,
    PRIMARY KEY (document_id, organization_id)
);
CREATE INDEX fact_audience_own ON fact_audience (organization_id, month);

-- Who has read what: the first time counts, for the branch that the reader was in.
CREATE TABLE fact_read (
    member_id       uuid NOT NULL,
    subject_id      uuid NOT NULL,
    subject_type    int NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    read_at_us      bigint NOT NULL,
    PRIMARY KEY (member_id, subject_id)
);
CREATE INDEX fact_read_own ON fact_read (organization_id, month) WHERE subject_type = 1;

CREATE TABLE fact_adoption (
    member_id       uuid PRIMARY KEY,
    activated       boolean NOT NULL DEFAULT false,
    devices         int NOT NULL DEFAULT 0,
    active_at_us    bigint NOT NULL DEFAULT 0
);

CREATE TABLE fact_device (
    member_id       uuid NOT NULL,
    device_id       text NOT NULL,
    at_us           bigint NOT NULL,
    present         boolean NOT NULL,
    PRIMARY KEY (member_id, device_id)
);

CREATE TABLE own_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    path            uuid[] NOT NULL,
    registered bigint NOT NULL, on_time bigint NOT NULL, held bigint NOT NULL, cancelled bigint NOT NULL,
    branches_registered bigint NOT NULL, branches_held bigint NOT NULL,
    documents_published bigint NOT NULL, documents_audience bigint NOT NULL, documents_read bigint NOT NULL,
    comments bigint NOT NULL,
    PRIMARY KEY (organization_id, month)
);

CREATE TABLE org_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    registered bigint NOT NULL, on_time bigint NOT NULL, held bigint NOT NULL, cancelled bigint NOT NULL,
    branches_registered bigint NOT NULL, branches_held bigint NOT NULL,
    documents_published bigint NOT NULL, documents_audience bigint NOT NULL, documents_read bigint NOT NULL,
    comments bigint NOT NULL,
    PRIMARY KEY (organization_id, month)
);

CREATE TABLE own_total (
    organization_id uuid PRIMARY KEY,
    path            uuid[] NOT NULL,
    members bigint NOT NULL, exempt bigint NOT NULL, attendance_base bigint NOT NULL,
    organizations bigint NOT NULL, branches bigint NOT NULL,
    activated bigint NOT NULL, installed bigint NOT NULL, active_30d bigint NOT NULL
);

CREATE TABLE org_total (
    organization_id uuid PRIMARY KEY,
    members bigint NOT NULL, exempt bigint NOT NULL, attendance_base bigint NOT NULL,
    organizations bigint NOT NULL, branches bigint NOT NULL,
    activated bigint NOT NULL, installed bigint NOT NULL, active_30d bigint NOT NULL
);
