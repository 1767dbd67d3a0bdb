-- When a person last signed in: sign-ins themselves are swept out.
ALTER TABLE person ADD COLUMN signed_in_at INTEGER;
UPDATE person SET signed_in_at = (
    SELECT max(at) FROM audit WHERE audit.person = person.name AND audit.domain = person.domain AND audit.action = 'sign in'
);
