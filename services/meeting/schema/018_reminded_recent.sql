-- Who was reminded lately of a thing of a month: asked for by itself, beside the branches that may be reminded.
CREATE INDEX reminded_recent ON reminded (month, kind, at_us);
