-- A record is the counterpart of one document, unless the rules say that documents may share it. What shares one
-- already stays as it is.
ALTER TABLE connection ADD COLUMN may_share INTEGER NOT NULL DEFAULT 0;
UPDATE connection SET may_share = 1 WHERE EXISTS (
    SELECT 1 FROM connection AS other
    WHERE other.company = connection.company AND other.record_type = connection.record_type
    AND other.record_id = connection.record_id
    AND (other.object, other.document) <> (connection.object, connection.document)
);
CREATE UNIQUE INDEX connection_record ON connection (company, record_type, record_id)
    WHERE is_archived = 0 AND may_share = 0;
