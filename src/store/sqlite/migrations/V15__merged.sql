-- Documents that were imported and are Steelhead's own by now: what they were called, and what they are called.
CREATE TABLE merged (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    imported TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company, object, imported)
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_document ON merged (company, object, document);

-- Documents of Steelhead that may be one that was imported, which a person has to say.
CREATE TABLE held (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    imported TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (company, object, document)
) STRICT, WITHOUT ROWID;
