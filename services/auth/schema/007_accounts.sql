-- Sessions that lapse, not having been used for their life, are found in the order of their last use.
CREATE INDEX session_last_used ON session (last_used_at_us) WHERE ended_at_us IS NULL;
