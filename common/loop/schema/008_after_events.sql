-- True: nobody is told what became of the message before Kafka has acknowledged the events of its commit, which stand
-- in the outbox until then, in rows of the same transaction. Else it is told at once.
ALTER TABLE seen ADD COLUMN after_events boolean;
