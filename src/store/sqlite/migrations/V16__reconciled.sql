-- What each night's reconciliation found. A night is done once, however many servers there are.
CREATE TABLE reconciled (
    company INTEGER NOT NULL REFERENCES company_file (id),
    night INTEGER NOT NULL,
    at INTEGER NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    transactions INTEGER NOT NULL,
    differing INTEGER NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (company, night)
) STRICT, WITHOUT ROWID;
