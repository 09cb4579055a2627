-- What was withdrawn keeps its number, but where the very document that takes its place bears it: whom it names as its
-- successor without giving it the number frees that for nobody.
ALTER TABLE document ADD number_given boolean NOT NULL DEFAULT false;

UPDATE document SET number_given = true WHERE state = 3 AND replaced_by IS NOT NULL; -- 3: withdrawn
DROP INDEX document_number_taken;
-- They take theirs back, but for those whose number somebody else has taken, or they had one after the other.
CREATE INDEX document_number_given ON document (organization_id, kind, number_since, number_key);
UPDATE document o SET number_given = false
    WHERE o.number_given AND NOT EXISTS (SELECT 1 FROM document d
        WHERE d.id <> o.id AND d.organization_id = o.organization_id AND d.kind = o.kind
          AND d.number_since = o.number_since AND d.number_key = o.number_key
          AND (NOT d.number_given OR d.id < o.id));
DROP INDEX document_number_given;

CREATE UNIQUE INDEX document_number_taken ON document (organization_id, kind, number_since, number_key)
    WHERE NOT number_given;                     -- 409 number_taken
