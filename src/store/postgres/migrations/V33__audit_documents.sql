-- An act may be about several documents: it stands in the history of each. What was done to a request of the history
-- names its exchange; before, only the details did.
ALTER TABLE audit ADD COLUMN exchange BIGINT;
ALTER TABLE audit ADD COLUMN documents BIGINT;
UPDATE audit SET exchange = CAST(substring(details FROM ': exchange ([0-9]+)$') AS BIGINT)
WHERE action IN ('archive request', 'restore request') AND document IS NOT NULL AND details LIKE '%: exchange %';
CREATE TABLE audit_document (
    audit BIGINT NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    company BIGINT NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (audit, object, document)
);
CREATE INDEX audit_document_of ON audit_document (company, object, document, audit);
