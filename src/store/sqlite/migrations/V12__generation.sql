-- Which mark the newest record of a document carries: the next one, made after the connection was put aside, carries
-- another. All that was made until now carries the first.
ALTER TABLE connection ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
