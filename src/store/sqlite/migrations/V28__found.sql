-- What reads found: which records were new, changed or gone, and in which visit that was seen.
CREATE TABLE found (
    company INTEGER NOT NULL,
    session INTEGER NOT NULL,
    record_type TEXT NOT NULL,
    record TEXT NOT NULL,
    what TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company, session, record_type, record),
    FOREIGN KEY (company, session) REFERENCES session (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX found_of_record ON found (company, record_type, record, session);

-- Changes of settings stand in the history of every document.
CREATE INDEX audit_settings ON audit (domain, id)
    WHERE action IN ('change settings', 'change settings of the domain', 'switch layers');
