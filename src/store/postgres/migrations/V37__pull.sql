-- How far documents are taken over from Steelhead's API.
CREATE TABLE pull (
    company BIGINT PRIMARY KEY REFERENCES company_file (id),
    at BIGINT NOT NULL,
    done_at BIGINT,
    full_at BIGINT,
    began_at BIGINT,
    object TEXT COLLATE "C",
    place TEXT COLLATE "C",
    documents BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
