-- Jobs that went wrong, without a look at all that went well.
CREATE INDEX job_in_error ON job (company, id) WHERE is_newest = 1 AND error IS NOT NULL AND state <> 'done';
