-- How far documents are taken over from Steelhead's API.
CREATE TABLE pull (
    company INTEGER PRIMARY KEY REFERENCES company_file (id),
    at INTEGER NOT NULL,
    done_at INTEGER,
    full_at INTEGER,
    began_at INTEGER,
    object TEXT,
    place TEXT,
    documents INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
