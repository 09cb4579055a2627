-- A record of the queue may hold several messages: one that fails is known by its place among them.
ALTER TABLE attempt ADD COLUMN place int NOT NULL DEFAULT 0,
    DROP CONSTRAINT attempt_pkey, ADD PRIMARY KEY (cluster, topic, partition, "offset", place);
ALTER TABLE dead_letter ADD COLUMN place int NOT NULL DEFAULT 0,
    DROP CONSTRAINT dead_letter_pkey, ADD PRIMARY KEY (cluster, topic, partition, "offset", place);
