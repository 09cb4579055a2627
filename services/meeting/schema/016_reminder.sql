-- Branches that were reminded (S20): what was answered, and who is not to be reminded of the same thing again so soon.
CREATE TABLE reminder (
    id              uuid PRIMARY KEY,           -- the notification's
    organization_id uuid NOT NULL,              -- which reminded them
    by_id           uuid NOT NULL,
    answer          bytea NOT NULL              -- packed Pb__ReminderSent, for who sends his command again
);

-- The newest reminder of a branch about a thing.
CREATE TABLE reminded (
    organization_id uuid NOT NULL,              -- the branch
    month           int NOT NULL,
    kind            int NOT NULL,               -- Pb__ReminderKind
    reminder_id     uuid NOT NULL,
    at_us           bigint NOT NULL,
    PRIMARY KEY (organization_id, month, kind)
);

-- What was recalled was no reminder. Recalls come from another topic, before or behind the reminders that they take
-- back (after a restore), so they are kept.
CREATE TABLE reminder_recalled (
    notification_id uuid PRIMARY KEY
);
