-- Who is told of what: people by e-mail, as each has chosen, and webhooks of company files.
CREATE TABLE alert_recipient (
    id INTEGER PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company_file (id),
    person INTEGER REFERENCES person (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    secret TEXT NOT NULL,
    kinds TEXT NOT NULL,
    hours INTEGER NOT NULL,
    digest_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_recipient_company ON alert_recipient (company);
CREATE UNIQUE INDEX alert_recipient_person ON alert_recipient (company, person) WHERE person IS NOT NULL;
CREATE UNIQUE INDEX alert_recipient_target ON alert_recipient (company, target) WHERE person IS NULL;

-- What is the matter, since when, and who was told of it: each once, until it is over.
CREATE TABLE alert_cause (
    company INTEGER NOT NULL REFERENCES company_file (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (company, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE alert_told (
    company INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipient INTEGER NOT NULL REFERENCES alert_recipient (id) ON DELETE CASCADE,
    PRIMARY KEY (company, kind, subject, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_told_recipient ON alert_told (recipient);

-- The queue of messages, and what became of those that have left it.
CREATE TABLE alert_message (
    id TEXT PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company_file (id),
    recipient INTEGER NOT NULL REFERENCES alert_recipient (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try INTEGER,
    sent_at INTEGER,
    failure TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_message_recipient ON alert_message (recipient);
CREATE INDEX alert_message_due ON alert_message (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX alert_message_company ON alert_message (company, at);
