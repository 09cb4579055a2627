-- Resolutions of held meetings: published, still owed in time, overdue. What was told before is counted when it is told
-- again (006_above.sql).
ALTER TABLE own_month
    ADD resolutions_published int NOT NULL DEFAULT 0, ADD resolutions_due int NOT NULL DEFAULT 0,
    ADD resolutions_overdue int NOT NULL DEFAULT 0;
ALTER TABLE org_month
    ADD resolutions_published bigint NOT NULL DEFAULT 0, ADD resolutions_due bigint NOT NULL DEFAULT 0,
    ADD resolutions_overdue bigint NOT NULL DEFAULT 0;
