-- When a read of everything met the record last: one that it did not meet is gone.
ALTER TABLE record ADD COLUMN seen INTEGER;
