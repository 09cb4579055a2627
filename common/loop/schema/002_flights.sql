-- The outbox holds what is not announced yet, and nothing else: a row goes when Kafka has acknowledged it, so that no
-- cursor is needed beside it. Rows are announced in the order of `id`, over all partitions of their owner. A batch's
-- row stands under its first partition; records of compacted topics stand under the partition that caused them, whose
-- owner alone announces that key's records.
DELETE FROM outbox o USING position p
    WHERE p.cluster = o.cluster AND p.topic = o.topic AND p.partition = o.partition AND o.next <= p.announced;
ALTER TABLE outbox RENAME TO outbox_by_next;
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY,
    cluster      text NOT NULL,
    topic        int NOT NULL,
    partition    int NOT NULL,
    announcement bytea NOT NULL,        -- packed Announcement
    CONSTRAINT outbox_key PRIMARY KEY (cluster, topic, partition, id)
);
-- It lives for a moment: compressing it cost a tenth of a write.
ALTER TABLE outbox ALTER announcement SET STORAGE EXTERNAL;
INSERT INTO outbox(cluster, topic, partition, announcement)
    SELECT cluster, topic, partition, announcement FROM outbox_by_next ORDER BY cluster, topic, partition, next;
DROP TABLE outbox_by_next;
ALTER TABLE position DROP COLUMN announced;

-- An offset means something in its cluster only. What is there already is put down to the cluster that has come
-- furthest; an attempt whose partition nobody has is of no use.
ALTER TABLE attempt ADD COLUMN cluster text;
UPDATE attempt a SET cluster = (SELECT p.cluster FROM position p WHERE p.topic = a.topic AND p.partition = a.partition
    ORDER BY p.next DESC LIMIT 1);
DELETE FROM attempt WHERE cluster IS NULL;
ALTER TABLE attempt DROP CONSTRAINT attempt_pkey, ALTER COLUMN cluster SET NOT NULL,
    ADD PRIMARY KEY (cluster, topic, partition, "offset");

ALTER TABLE dead_letter ADD COLUMN cluster text, ADD COLUMN appended_at_us bigint;
UPDATE dead_letter d SET appended_at_us = d.died_at_us, cluster = coalesce((SELECT p.cluster FROM position p
    WHERE p.topic = d.topic AND p.partition = d.partition ORDER BY p.next > d."offset" DESC, p.next DESC LIMIT 1), '');
ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_pkey, ALTER COLUMN cluster SET NOT NULL,
    ALTER COLUMN appended_at_us SET NOT NULL,
    ADD PRIMARY KEY (cluster, topic, partition, "offset");
