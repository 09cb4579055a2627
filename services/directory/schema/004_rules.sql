-- The rules that an organisation has set itself (packed DirectoryRules); null: none.
ALTER TABLE directory_organization ADD COLUMN rules bytea;
