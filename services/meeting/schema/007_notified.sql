-- When that happened of which the newest notification tells. null: nobody was told, or it was before this column.
ALTER TABLE meeting ADD COLUMN notified_at_us bigint;
