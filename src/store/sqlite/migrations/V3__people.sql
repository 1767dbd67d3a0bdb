-- Who may use the pages. Tokens are kept as their SHA-256 only.

-- Counts what pages show: documents, jobs, records, connections, settings, visits.
ALTER TABLE company_file ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
-- Counts loads that changed any document.
ALTER TABLE company_file ADD COLUMN loads INTEGER NOT NULL DEFAULT 0;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT
) STRICT;
CREATE INDEX person_domain ON person (domain, name);

-- A link sets a password, once. A person has one at most.
CREATE TABLE invitation (
    person INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    token TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in (
    token TEXT PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_person ON sign_in (person);

-- What people did. It outlives them, so it names them.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    domain TEXT NOT NULL,
    company INTEGER,
    person TEXT NOT NULL,
    action TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_domain ON audit (domain, id);
