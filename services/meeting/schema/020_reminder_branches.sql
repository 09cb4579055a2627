-- Whom a reminder reached stands in its row: a city's is written as one row, not as thousands.
ALTER TABLE reminder
    ADD COLUMN month    int,
    ADD COLUMN kind     int,                    -- Pb__ReminderKind
    ADD COLUMN at_us    bigint,
    ADD COLUMN branches uuid[];
ALTER TABLE reminder ALTER COLUMN branches SET STORAGE EXTERNAL; -- ids are not made smaller
UPDATE reminder r SET month = d.month, kind = d.kind, at_us = d.at_us, branches = d.branches
    FROM (SELECT reminder_id, month, kind, max(at_us) AS at_us, array_agg(organization_id) AS branches FROM reminded
          GROUP BY reminder_id, month, kind) d WHERE d.reminder_id = r.id;
DROP TABLE reminded;
CREATE INDEX reminder_recent ON reminder (month, kind, at_us) WHERE branches <> '{}';  -- those that reached somebody
