-- The optional layers of the rules that are on for a company file, and the settings of those that are off.
ALTER TABLE company_file ADD COLUMN layers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE company_file ADD COLUMN settings_aside TEXT NOT NULL DEFAULT '{}';
