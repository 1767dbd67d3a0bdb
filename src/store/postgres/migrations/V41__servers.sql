-- Which servers run over this database, and by which rules: each says so of itself now and then. The rules are the
-- fingerprint of the usual ones and of each domain that has its own, as JSON; the mark stands for all of them.
CREATE TABLE server (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    mark TEXT COLLATE "C" NOT NULL,
    rules TEXT COLLATE "C" NOT NULL
);
