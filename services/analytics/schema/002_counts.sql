-- Facts, one row for each thing that is counted; `own_*`, what they add up to for one organisation by itself; `org_*`,
-- the sums for every ancestor, which dashboards read. A fact that changes adds what it counts as now and takes away
-- what it counted as before, so that a repeated or reordered event, or an organisation or member that the directory
-- tells of later, ends in the same numbers.
--
-- Every fact that was here stays, of any age, and all counters are counted from the facts at the end of this file;
-- nothing is needed from the queue for them. But for one thing: whom a document is addressed to was not kept. So
-- document.events (90 days) is read once more, and until a document was told of again it counts as published and
-- addresses nobody. For those older than 90 days an operator runs `document --config FILE republish` once, after the
-- upgrade (README.md).

-- fact_meeting, fact_comment and fact_device are as they were.
DROP INDEX fact_meeting_own, fact_comment_own, fact_document_own, fact_read_own;

-- A version lower, so that the document's newest event, which counted already, says now whom it is addressed to. A
-- draft, version 1, has no event.
UPDATE fact_document SET version = greatest(version - 1, 1);
-- month: of publication; published: a restricted one never is: it does not exist in counts
ALTER TABLE fact_document
    ADD organization_ids uuid[] NOT NULL DEFAULT '{}', -- whom it is addressed to
    ADD subtree         boolean NOT NULL DEFAULT false,
    ADD whole           boolean NOT NULL DEFAULT false, -- all members of the organisations; else those with a role
    ADD roles           int[] NOT NULL DEFAULT '{}',
    ADD member_ids      uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX fact_document_organizations ON fact_document USING gin (organization_ids) WHERE published;
CREATE INDEX fact_document_members ON fact_document USING gin (member_ids) WHERE published;
DROP TABLE fact_audience;
DELETE FROM position WHERE topic = 8;            -- document.events (topics.def)
DELETE FROM seen WHERE kind IN ('DocumentPublished', 'DocumentChanged', 'DocumentWithdrawn');

-- The readers that a published document reaches by a position or by name and not with a whole branch, and where each of
-- them counts.
CREATE TABLE fact_addressee (
    member_id       uuid NOT NULL,
    document_id     uuid NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    PRIMARY KEY (member_id, document_id)
);
CREATE INDEX fact_addressee_document ON fact_addressee (document_id);

-- Who has read what: the earliest time counts, for the branch that the reader was in then (null: not known yet).
ALTER TABLE fact_read DROP month, ALTER organization_id DROP NOT NULL;

ALTER TABLE fact_adoption
    ALTER activated DROP DEFAULT, ALTER devices DROP DEFAULT,
    ADD active_on       int NOT NULL DEFAULT 0,        -- date of the newest start; 0: never
    ADD active          boolean NOT NULL DEFAULT false; -- counted as active
UPDATE fact_adoption
    SET active_on = (to_timestamp(active_at_us / 1e6) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - DATE '1970-01-01'
    WHERE active_at_us > 0;
UPDATE fact_adoption SET active = true
    WHERE active_on >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - DATE '1970-01-01' - 30;
ALTER TABLE fact_adoption DROP active_at_us;
CREATE INDEX fact_adoption_active ON fact_adoption (active_on) WHERE active;

DROP TABLE own_month, org_month, own_total, org_total;

-- An audience is documents_addressed (to the whole branch) times its members, and documents_named readers more.
CREATE TABLE own_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    registered int NOT NULL DEFAULT 0, on_time int NOT NULL DEFAULT 0,
    held int NOT NULL DEFAULT 0, cancelled int NOT NULL DEFAULT 0,
    regular int NOT NULL DEFAULT 0, regular_held int NOT NULL DEFAULT 0,
    documents_published int NOT NULL DEFAULT 0, documents_read int NOT NULL DEFAULT 0, comments int NOT NULL DEFAULT 0,
    documents_addressed int NOT NULL DEFAULT 0, documents_named int NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, month)
) WITH (fillfactor = 70);

CREATE TABLE org_month (
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    registered bigint NOT NULL DEFAULT 0, on_time bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0, cancelled bigint NOT NULL DEFAULT 0,
    branches_registered bigint NOT NULL DEFAULT 0, branches_held bigint NOT NULL DEFAULT 0,
    documents_published bigint NOT NULL DEFAULT 0, documents_audience bigint NOT NULL DEFAULT 0,
    documents_read bigint NOT NULL DEFAULT 0, comments bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, month)
) WITH (fillfactor = 70);

-- The path is the one that the organisation counts under, here and in own_month; no row, or one made before the
-- directory told of it: under itself alone, and as nothing.
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

-- What the facts that are here count as (each rule). Level 3: a branch; meetings: kind 0 regular, state 2 held, 3
-- cancelled; members: status 2 suspended, 3 left; subject type 1: a document.
INSERT INTO own_month(organization_id, month, registered, on_time, held, cancelled, regular, regular_held,
        documents_published, documents_read, comments)
    SELECT organization_id, month, sum(registered), sum(on_time), sum(held), sum(cancelled), sum(regular),
        sum(regular_held), sum(published), sum(read), sum(comments)
    FROM (
        SELECT organization_id, month, (registered AND state <> 3)::int AS registered,
            (on_time AND state <> 3)::int AS on_time, (state = 2)::int AS held, (state = 3)::int AS cancelled,
            (kind = 0 AND registered AND state <> 3)::int AS regular, (kind = 0 AND state = 2)::int AS regular_held,
            0 AS published, 0 AS read, 0 AS comments
        FROM fact_meeting
        UNION ALL SELECT organization_id, month, 0, 0, 0, 0, 0, 0, 1, 0, 0 FROM fact_document WHERE published
        UNION ALL SELECT organization_id, (extract(year FROM at) * 12 + extract(month FROM at) - 1)::int,
                0, 0, 0, 0, 0, 0, 0, 1, 0
            FROM (SELECT organization_id, to_timestamp(read_at_us / 1e6) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at
                FROM fact_read WHERE subject_type = 1) r
        UNION ALL SELECT organization_id, month, 0, 0, 0, 0, 0, 0, 0, 0, 1 FROM fact_comment) u
    GROUP BY organization_id, month;

INSERT INTO own_total(organization_id, path, organizations, branches, members, exempt, attendance_base, activated,
        installed, active_30d)
    SELECT organization_id, coalesce(d.path, ARRAY[organization_id]), (d.id IS NOT NULL)::int,
        coalesce(d.level = 3, false)::int, coalesce(m.members, 0), coalesce(m.exempt, 0),
        coalesce(m.attendance_base, 0), coalesce(m.activated, 0), coalesce(m.installed, 0), coalesce(m.active_30d, 0)
    FROM (
        SELECT m.branch_id AS organization_id, count(*) AS members, count(*) FILTER (WHERE m.exempt) AS exempt,
            count(*) FILTER (WHERE NOT m.exempt AND m.status <> 2) AS attendance_base,
            count(*) FILTER (WHERE a.activated) AS activated, count(*) FILTER (WHERE a.devices > 0) AS installed,
            count(*) FILTER (WHERE a.active) AS active_30d
        FROM directory_member m LEFT JOIN fact_adoption a ON a.member_id = m.id
        WHERE m.branch_id IS NOT NULL AND m.status <> 3
        GROUP BY m.branch_id) m
    FULL JOIN (SELECT id AS organization_id, * FROM directory_organization) d USING (organization_id);

INSERT INTO org_month(organization_id, month, registered, on_time, held, cancelled, branches_registered, branches_held,
        documents_published, documents_read, comments)
    SELECT a.id, m.month, sum(m.registered), sum(m.on_time), sum(m.held), sum(m.cancelled),
        sum(coalesce(t.branches, 0) * least(m.regular, 1)), sum(coalesce(t.branches, 0) * least(m.regular_held, 1)),
        sum(m.documents_published), sum(m.documents_read), sum(m.comments)
    FROM own_month m LEFT JOIN own_total t USING (organization_id)
    CROSS JOIN unnest(coalesce(t.path, ARRAY[m.organization_id])) AS a(id)
    GROUP BY a.id, m.month;

INSERT INTO org_total(organization_id, organizations, branches, members, exempt, attendance_base, activated, installed,
        active_30d)
    SELECT a.id, sum(t.organizations), sum(t.branches), sum(t.members), sum(t.exempt), sum(t.attendance_base),
        sum(t.activated), sum(t.installed), sum(t.active_30d)
    FROM own_total t CROSS JOIN unnest(t.path) AS a(id)
    GROUP BY a.id;
