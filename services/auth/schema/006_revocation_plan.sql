-- An import's chunks run without hash joins, for their own statements' sake; thousands of positions that end at once
-- are joined by one.
ALTER FUNCTION position_revoke_tokens() SET enable_hashjoin = on;
