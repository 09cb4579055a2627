-- What members contribute counts once for its branch and its month. Comments were the only ones; `counter` is the
-- column of own_month that one adds to.
ALTER TABLE fact_comment RENAME TO fact_contribution;
ALTER TABLE fact_contribution RENAME comment_id TO contribution_id;
ALTER TABLE fact_contribution ADD counter text NOT NULL DEFAULT 'comments';
ALTER TABLE fact_contribution ALTER counter DROP DEFAULT;
