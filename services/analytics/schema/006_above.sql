-- What the levels above see beside sums: children side by side, and each branch's regular meeting of a month.

-- The direct children of an organisation are asked for by their parent, in the order of their names as people read
-- numbers: 2 before 10.
CREATE INDEX directory_organization_parent ON directory_organization (parent_id);
CREATE COLLATION organization_name (provider = icu, locale = 'vi-u-kn-true');

-- starts_at_us 0: not told yet. Facts of before this file are told again: meeting.events (90 days) is read once more,
-- and of a version that is known the hours are taken; an operator runs `meeting --config FILE republish` for those that
-- are older (README.md). What was counted is not counted again.
ALTER TABLE fact_meeting
    ADD starts_at_us bigint NOT NULL DEFAULT 0,
    ADD registered_at_us bigint,
    ADD resolution_due_at_us bigint,
    ADD resolution_published_at_us bigint,
    ADD resolution_overdue boolean NOT NULL DEFAULT false;
DELETE FROM position WHERE topic = 6; -- meeting.events (topics.def)

-- The regular meetings (kind 0) of a month that are scheduled (1) or held (2): a month's compliance begins with them,
-- or looks for a branch's.
CREATE INDEX fact_meeting_regular ON fact_meeting (month, organization_id) WHERE kind = 0 AND state IN (1, 2);
-- Branches (level 3) by their codes, in which their superiors' codes come first: pages of compliance.
CREATE INDEX directory_organization_branch ON directory_organization (code COLLATE "C") WHERE level = 3;
