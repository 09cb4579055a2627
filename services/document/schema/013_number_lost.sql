-- 010 left what was withdrawn without its number where another document had taken that: it was free when it did.
-- Whoever then wrote such a row, to hide it or to change its successor, gave the number back, and was refused because
-- of the other. So these keep their number as a text alone: guarded by nobody, as 003 did with what was there twice.
UPDATE document o SET number_since = NULL
    WHERE o.number_given AND NOT EXISTS (SELECT 1 FROM document s WHERE s.id = o.replaced_by
        AND s.organization_id = o.organization_id AND s.kind = o.kind AND s.number_since = o.number_since
        AND s.number_key = o.number_key);
