-- Organisations end (Pb__OrganizationState): nothing new begins in one that has.
ALTER TABLE directory_organization ADD COLUMN state int NOT NULL DEFAULT 0;
