-- What members want of their phones. A member without a row wants what preference.c says.
CREATE TABLE preference (
    member_id     uuid PRIMARY KEY,
    version       bigint NOT NULL,
    digest        int NOT NULL,                   -- Pb__DigestChoice
    quiet_from    int,                            -- minutes since midnight, local; null: as for all
    quiet_to      int,
    meetings      boolean NOT NULL,               -- his phones ring for these
    documents     boolean NOT NULL,
    surveys       boolean NOT NULL,
    reminders     boolean NOT NULL,
    locale        int NOT NULL,                   -- Pb__Locale
    changed_at_us bigint NOT NULL
);
