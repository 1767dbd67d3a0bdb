-- Which servers run over this database, and by which rules: each says so of itself now and then. The rules are the
-- fingerprint of the usual ones and of each domain that has its own, as JSON; the mark stands for all of them.
CREATE TABLE server (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    mark TEXT NOT NULL,
    rules TEXT NOT NULL
) STRICT, WITHOUT ROWID;
