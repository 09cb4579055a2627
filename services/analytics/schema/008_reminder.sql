-- Branches that were reminded of a month's meeting, and which reminders were recalled. Recalls come from another topic,
-- before or behind what they take back, so both are kept.
CREATE TABLE fact_reminded (
    notification_id uuid NOT NULL,
    organization_id uuid NOT NULL,              -- the branch
    month           int NOT NULL,
    at_us           bigint NOT NULL,
    PRIMARY KEY (notification_id, organization_id)
);
-- Compliance asks of a page's branches when each was reminded last.
CREATE INDEX fact_reminded_of_branch ON fact_reminded (organization_id, month, at_us DESC);

CREATE TABLE fact_recalled (
    notification_id uuid PRIMARY KEY
);
