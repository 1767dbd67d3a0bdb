-- Calls of the Web Connector that were refused, each address and reason once: since when, when last, and how often.
CREATE TABLE refused_sign_in (
    company INTEGER NOT NULL REFERENCES company_file (id),
    address TEXT NOT NULL,
    is_limited INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (company, address, is_limited)
) STRICT, WITHOUT ROWID;

-- How often the Web Connector comes by the .qwc file that was written last, in minutes.
ALTER TABLE company_file ADD COLUMN qwc_minutes INTEGER;
