-- A person has said that a document is none of the records of nearly its name: a new record is made of it. The name
-- is the one that it had then; of another name nothing was said. A document that others only refer to counts too.
CREATE TABLE apart (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    name TEXT NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company, object, document)
) STRICT, WITHOUT ROWID;
