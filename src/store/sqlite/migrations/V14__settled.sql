-- What a person has said of a document: that it is done by hand, or that it is not, though the rules may say so.
CREATE TABLE settled (
    company INTEGER NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    is_settled INTEGER NOT NULL,
    person TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company, object, document),
    FOREIGN KEY (company, object, document) REFERENCES document (company, object, id)
) STRICT, WITHOUT ROWID;
