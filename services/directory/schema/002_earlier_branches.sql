-- A command is judged as of its time, perhaps before a transfer: then the organisations above the branch of that time
-- are asked for.
ALTER TABLE directory_member
    ADD COLUMN earlier_branch_ids uuid[] NOT NULL DEFAULT '{}'; -- of the intervals, without branch_id

-- Of the rows that are here already: every place of the packed record that reads as the beginning of an interval (field
-- 4 of DirectoryMember, which begins with branch_id, 16 bytes). One found by chance among other bytes names no
-- organisation.
UPDATE directory_member m SET earlier_branch_ids = e.ids
    FROM (SELECT d.id, array_agg(DISTINCT encode(substring(d.record FROM i + 5 FOR 16), 'hex')::uuid) AS ids
          FROM directory_member d, generate_series(0, length(d.record) - 20) i
          WHERE get_byte(d.record, i) = 34 AND get_byte(d.record, i + 2) = 10 AND get_byte(d.record, i + 3) = 16
              AND encode(substring(d.record FROM i + 5 FOR 16), 'hex')::uuid IS DISTINCT FROM d.branch_id
          GROUP BY d.id) e
    WHERE e.id = m.id;
