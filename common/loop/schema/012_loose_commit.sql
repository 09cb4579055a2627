-- Who waits until Kafka has what was said outside a batch finds it by the number of its transaction, before and after
-- it was moved into the outbox.
ALTER TABLE outbox_loose ADD COLUMN commit_id int8 DEFAULT txid_current();
