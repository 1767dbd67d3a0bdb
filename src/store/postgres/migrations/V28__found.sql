-- What reads found: which records were new, changed or gone, and in which visit that was seen.
CREATE TABLE found (
    company BIGINT NOT NULL,
    session BIGINT NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (company, session, record_type, record),
    FOREIGN KEY (company, session) REFERENCES session (company, id)
);
CREATE INDEX found_of_record ON found (company, record_type, record, session);

-- Changes of settings stand in the history of every document.
CREATE INDEX audit_settings ON audit (domain, id)
    WHERE action IN ('change settings', 'change settings of the domain', 'switch layers');
