-- What people did something to stands beside the details, which began with it: one document before a
-- colon or alone, and for imports the object before a colon.
ALTER TABLE audit ADD COLUMN object TEXT;
ALTER TABLE audit ADD COLUMN document TEXT;
UPDATE audit SET
    object = substr(details, 1, instr(details, ' ') - 1),
    document = CASE instr(details, ': ')
        WHEN 0 THEN substr(details, instr(details, ' ') + 1)
        ELSE substr(details, instr(details, ' ') + 1, instr(details, ': ') - instr(details, ' ') - 1)
    END
WHERE company IS NOT NULL AND instr(details, ' ') > 0 AND (instr(details, ': ') = 0 OR instr(details, ': ') > instr(details, ' '));
UPDATE audit SET object = NULL, document = NULL WHERE object IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM document
    WHERE document.company = audit.company AND document.object = audit.object AND document.id = audit.document
);
UPDATE audit SET object = substr(details, 1, instr(details, ': ') - 1), document = NULL
WHERE action IN ('import records', 'update documents') AND instr(details, ': ') > 0;
DROP INDEX audit_details;
CREATE INDEX audit_about ON audit (company, object, document, id) WHERE object IS NOT NULL;
