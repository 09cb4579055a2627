-- Whether a file is named is asked of every one that is in the blob store, again and again, before what nobody names is
-- removed. A text has no file.
CREATE INDEX document_file ON document (sha256) WHERE NOT is_text;
CREATE INDEX document_version_file ON document_version (sha256) WHERE NOT is_text;
