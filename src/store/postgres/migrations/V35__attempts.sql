-- How often somebody has tried to sign in, for all servers together. A counter has no name in its name.
CREATE TABLE attempt (
    counter TEXT COLLATE "C" PRIMARY KEY,
    until BIGINT NOT NULL
);

-- Who has come in before: from where, and how often the attempts were forgiven.
CREATE TABLE acquaintance (
    who TEXT COLLATE "C" PRIMARY KEY,
    network TEXT COLLATE "C",
    forgiven BIGINT NOT NULL
);

-- What all servers share and nobody else may know.
CREATE TABLE shared_secret (
    name TEXT COLLATE "C" PRIMARY KEY,
    secret TEXT COLLATE "C" NOT NULL
);

-- When an attempt of a person was one too many last.
ALTER TABLE person ADD COLUMN refused_at BIGINT;
