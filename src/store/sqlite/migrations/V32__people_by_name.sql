-- People are looked for in words that every database understands: small letters and capitals count as the same.
CREATE INDEX person_lower ON person (lower(name));
