-- Reads of queries that began and have not come to their end: how many in a row, and how far they came. A read of
-- everything says when it began.
CREATE TABLE unfinished (
    company INTEGER NOT NULL REFERENCES company_file (id),
    query TEXT NOT NULL,
    times INTEGER NOT NULL,
    come_to INTEGER,
    full_at INTEGER,
    PRIMARY KEY (company, query)
) STRICT, WITHOUT ROWID;
