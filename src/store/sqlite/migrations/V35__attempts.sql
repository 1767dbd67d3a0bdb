-- How often somebody has tried to sign in, for all servers together. A counter has no name in its name.
CREATE TABLE attempt (
    counter TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who has come in before: from where, and how often the attempts were forgiven.
CREATE TABLE acquaintance (
    who TEXT PRIMARY KEY,
    network TEXT,
    forgiven INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What all servers share and nobody else may know.
CREATE TABLE shared_secret (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When an attempt of a person was one too many last.
ALTER TABLE person ADD COLUMN refused_at INTEGER;
