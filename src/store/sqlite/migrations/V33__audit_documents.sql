-- An act may be about several documents: it stands in the history of each. What was done to a request of the history
-- names its exchange; before, only the details did.
ALTER TABLE audit ADD COLUMN exchange INTEGER;
ALTER TABLE audit ADD COLUMN documents INTEGER;
UPDATE audit SET exchange = CAST(substr(details, instr(details, ': exchange ') + 11) AS INTEGER)
WHERE action IN ('archive request', 'restore request') AND document IS NOT NULL AND details LIKE '%: exchange %';
CREATE TABLE audit_document (
    audit INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    company INTEGER NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (audit, object, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_document_of ON audit_document (company, object, document, audit);
