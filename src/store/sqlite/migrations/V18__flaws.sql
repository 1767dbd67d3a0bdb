-- Records of QuickBooks that could not be read as they stand. The key is the record's id, or, of one whose id cannot be
-- read, a sign that no id has and what its text comes to.
CREATE TABLE flaw (
    company INTEGER NOT NULL REFERENCES company_file (id),
    record_type TEXT NOT NULL,
    key TEXT NOT NULL,
    id TEXT,
    name TEXT,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    query TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (company, record_type, key)
) STRICT, WITHOUT ROWID;

-- What went wrong, and has not gone well since.
CREATE TABLE trouble (
    company INTEGER NOT NULL REFERENCES company_file (id),
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (company, subject)
) STRICT, WITHOUT ROWID;
