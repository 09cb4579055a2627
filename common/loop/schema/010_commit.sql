-- Who waits for the events of his command's commit finds them in the outbox by the number of their transaction.
ALTER TABLE seen ADD COLUMN commit_id int8;
ALTER TABLE outbox ADD COLUMN commit_id int8 DEFAULT txid_current();
