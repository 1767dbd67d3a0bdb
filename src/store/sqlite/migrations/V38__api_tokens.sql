-- Tokens of the HTTP API. A token is found by its public part; of its secret only a hash is kept.
CREATE TABLE api_token (
    public TEXT PRIMARY KEY,
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX api_token_by_name ON api_token (domain, lower(name));
