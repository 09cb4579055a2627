-- What was withdrawn because it reached the wrong people is seen by those who keep its drafts alone.

ALTER TABLE document ADD is_hidden boolean NOT NULL DEFAULT false;
