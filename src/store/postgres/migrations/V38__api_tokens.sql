-- Tokens of the HTTP API. A token is found by its public part; of its secret only a hash is kept.
CREATE TABLE api_token (
    public TEXT COLLATE "C" PRIMARY KEY,
    domain TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
);

CREATE UNIQUE INDEX api_token_by_name ON api_token (domain, lower(name));
