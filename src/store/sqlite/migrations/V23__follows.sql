-- Requests that follow once a document has its record: which of the rules' requests each is.
ALTER TABLE exchange_item ADD COLUMN follows TEXT;
