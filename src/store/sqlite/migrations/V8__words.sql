-- How a session ended is a word, and what went wrong stands beside it.
ALTER TABLE session ADD COLUMN reason TEXT;
UPDATE session SET reason = ending WHERE NOT (
    ending LIKE 'Finished%' OR ending LIKE 'Stopped before everything was done%' OR ending = 'another session began'
);
UPDATE session SET ending = CASE
    WHEN reason IS NOT NULL THEN 'failed'
    WHEN ending LIKE 'Finished%' THEN 'finished'
    WHEN ending LIKE 'Stopped%' THEN 'stopped'
    ELSE 'overtaken'
END WHERE ending IS NOT NULL;
DROP INDEX session_began;
CREATE INDEX session_began ON session (company, began_at, id, ended_at, ending, reason);

-- One act has one name.
UPDATE audit SET action = 'update documents' WHERE action IN ('update document', 'update from QuickBooks');
