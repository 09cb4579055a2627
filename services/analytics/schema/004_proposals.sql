-- Proposals for the agendas of a month's meetings: what an organisation counts by itself, and with all below it.
ALTER TABLE own_month ADD proposals int NOT NULL DEFAULT 0;
ALTER TABLE org_month ADD proposals bigint NOT NULL DEFAULT 0;
