-- Who looks after what waits for a person: why it waits, what it is, how it stood when that was said, who looks after it,
-- a note, and until when it is put off.
CREATE TABLE care (
    company INTEGER NOT NULL REFERENCES company_file (id),
    cause TEXT NOT NULL,
    object TEXT NOT NULL,
    subject TEXT NOT NULL,
    seen TEXT NOT NULL,
    person TEXT NOT NULL,
    note TEXT NOT NULL,
    until INTEGER,
    said_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company, cause, object, subject)
) STRICT, WITHOUT ROWID;
