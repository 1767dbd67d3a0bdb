-- All versions of a document: whose they are changes when an imported document turns out to be another one, and before a
-- document goes it must be known that it has none. Without this every job of every company file is looked at.
CREATE INDEX job_of_document ON job (company, object, document);
