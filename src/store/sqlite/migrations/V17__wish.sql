-- What a person wants sent besides what Steelhead has changed: 0 nothing, 1 everything, 2 what was decided element
-- by element.
ALTER TABLE agreed RENAME COLUMN adopts TO wish;
