-- What happened, by time: pages of it are found without a look at all that happened before.
CREATE INDEX session_began ON session (company, began_at, id, ended_at, ending);
CREATE INDEX exchange_sent ON exchange (company, sent_at, id);
CREATE INDEX job_ended ON job (company, changed_at, id, state) WHERE state NOT IN ('queued', 'sent');
CREATE INDEX audit_at ON audit (domain, company, at, id);
