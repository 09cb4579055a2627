-- Who was at meetings that were held, as the newest revision has it: of a meeting, what an organisation counts by
-- itself, and with all below it.
CREATE TABLE fact_attendance (
    meeting_id      uuid PRIMARY KEY,
    revision        int NOT NULL,
    organization_id uuid NOT NULL,
    month           int NOT NULL,
    base_members    int NOT NULL,
    present         int NOT NULL,
    excused         int NOT NULL,
    unexcused       int NOT NULL
);
ALTER TABLE own_month
    ADD base_members int NOT NULL DEFAULT 0, ADD present int NOT NULL DEFAULT 0, ADD excused int NOT NULL DEFAULT 0,
    ADD unexcused int NOT NULL DEFAULT 0;
ALTER TABLE org_month
    ADD base_members bigint NOT NULL DEFAULT 0, ADD present bigint NOT NULL DEFAULT 0,
    ADD excused bigint NOT NULL DEFAULT 0, ADD unexcused bigint NOT NULL DEFAULT 0;
