-- What a person put aside in the history of a document.
ALTER TABLE exchange_item ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;

-- What people did to one thing: its name stands at the beginning of the details.
CREATE INDEX audit_details ON audit (company, details, id);
