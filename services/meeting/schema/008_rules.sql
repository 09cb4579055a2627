-- What the organisation's rules said when the meeting was convened, and stays. Until now they were the same everywhere.
ALTER TABLE meeting
    ADD COLUMN registration_day     int NOT NULL DEFAULT 20,
    ADD COLUMN agenda_limit_minutes int NOT NULL DEFAULT 90;
