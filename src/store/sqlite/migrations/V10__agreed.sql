-- What a document and its record agreed on last: the message's element as the rules gave it then, and the
-- record as it was. What is connected and has no row here agrees on what is equal by now.
CREATE TABLE agreed (
    company INTEGER NOT NULL REFERENCES company_file (id),
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    record TEXT NOT NULL,
    ours TEXT NOT NULL,
    theirs TEXT NOT NULL,
    adopts INTEGER NOT NULL,
    PRIMARY KEY (company, object, document)
) STRICT, WITHOUT ROWID;
