-- Documents that were finalized here: a draft of them that is loaded later changes nothing.
CREATE TABLE finalized (
    company INTEGER NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    field TEXT NOT NULL,
    draft TEXT NOT NULL,
    finalized_at INTEGER NOT NULL,
    PRIMARY KEY (company, object, document),
    FOREIGN KEY (company, object, document) REFERENCES document (company, object, id)
) STRICT, WITHOUT ROWID;
