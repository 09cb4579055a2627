-- Each time that an operator said that this database had come back from a backup (`SERVICE mark-restored`). What was
-- done after the backup is known to clients and to the queue, and not here: who must know that asks for the newest row.
CREATE TABLE restoration (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marked_at_us bigint NOT NULL        -- the service's clock, with the demo clock's offset
);
