-- Everything but the company files themselves belongs to one of them, and every key and every index
-- begins with it. Times are milliseconds since 1970, UTC.

CREATE TABLE company_file (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    user_name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    path TEXT,
    identity TEXT,
    settings TEXT NOT NULL DEFAULT '{}',
    is_paused INTEGER NOT NULL DEFAULT 0,
    is_read_asked INTEGER NOT NULL DEFAULT 0,
    last_contact INTEGER,
    last_read INTEGER,
    last_sync INTEGER,
    revision INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE document (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    json TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    PRIMARY KEY (company, object, id)
) STRICT;

-- Of the jobs of a document only the newest counts; the others are what there was before.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    company INTEGER NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    is_newest INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try INTEGER NOT NULL,
    played_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    error TEXT,
    FOREIGN KEY (company, object, document) REFERENCES document (company, object, id)
) STRICT;
CREATE UNIQUE INDEX job_newest ON job (company, object, document) WHERE is_newest = 1;
CREATE INDEX job_state ON job (company, state, id, next_try) WHERE is_newest = 1;

CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company_file (id),
    ticket TEXT NOT NULL UNIQUE,
    began_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    ended_at INTEGER,
    ending TEXT,
    state TEXT NOT NULL,
    UNIQUE (company, id)
) STRICT;
CREATE UNIQUE INDEX session_open ON session (company) WHERE ended_at IS NULL;

CREATE TABLE exchange (
    id INTEGER PRIMARY KEY,
    company INTEGER NOT NULL,
    session INTEGER NOT NULL,
    kind TEXT NOT NULL,
    set_id TEXT,
    sent_at INTEGER NOT NULL,
    answered_at INTEGER,
    failure TEXT,
    request TEXT NOT NULL,
    response TEXT,
    UNIQUE (company, id),
    FOREIGN KEY (company, session) REFERENCES session (company, id)
) STRICT;
CREATE INDEX exchange_unanswered ON exchange (company, id) WHERE answered_at IS NULL AND kind = 'write';

CREATE TABLE exchange_item (
    company INTEGER NOT NULL,
    exchange INTEGER NOT NULL,
    position INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    message TEXT NOT NULL,
    object TEXT,
    document TEXT,
    status_code INTEGER,
    status_message TEXT,
    jobs TEXT NOT NULL,
    PRIMARY KEY (company, exchange, position),
    FOREIGN KEY (company, exchange) REFERENCES exchange (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX exchange_item_document ON exchange_item (company, object, document, exchange)
    WHERE object IS NOT NULL;

CREATE TABLE connection (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    record_type TEXT NOT NULL,
    record_id TEXT NOT NULL,
    connected_at INTEGER NOT NULL,
    is_archived INTEGER NOT NULL,
    PRIMARY KEY (company, object, document)
) STRICT, WITHOUT ROWID;

-- The mirror, in the order in which its records were first read.
CREATE TABLE record (
    place INTEGER PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company_file (id),
    record_type TEXT NOT NULL,
    id TEXT NOT NULL,
    edit_sequence TEXT NOT NULL,
    xml TEXT NOT NULL,
    UNIQUE (company, record_type, id)
) STRICT;
CREATE INDEX record_place ON record (company, place);

CREATE TABLE traversal (
    company INTEGER NOT NULL REFERENCES company_file (id),
    query TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    PRIMARY KEY (company, query)
) STRICT, WITHOUT ROWID;

CREATE TABLE ignored (
    company INTEGER NOT NULL REFERENCES company_file (id),
    record_type TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (company, record_type, id)
) STRICT, WITHOUT ROWID;
