//! The password that a person chooses.

use crate::connector::Password;
use crate::language::{say, t};
use crate::people::Person;
use crate::secrets::{hash_password, is_guessable};
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;

/// The fewest characters of a password.
const SHORTEST: usize = 10;
/// The most.
const LONGEST: usize = 200;

/// The hash of the password in a form that has it twice; or what is wrong with it, in a sentence.
///
/// # Errors
/// [`Trouble::Failed`], if it cannot be hashed.
pub fn chosen(fields: &Fields, person: &Person) -> Result<Result<String, String>, Trouble> {
    if let Some(problem) = problem(fields, person) {
        return Ok(Err(problem));
    }
    let password = Password::from(fields.raw("password").unwrap_or_default());
    Ok(Ok(hash_password(&password).map_err(Trouble::failed)?))
}

fn problem(fields: &Fields, person: &Person) -> Option<String> {
    let password = fields.raw("password").unwrap_or_default();
    let length = password.chars().count();
    if length < SHORTEST {
        Some(say!(
            "Please choose at least {shortest} characters; this has {length}.",
            shortest = SHORTEST,
            length
        ))
    } else if length > LONGEST {
        Some(say!("Please choose at most {longest} characters.", longest = LONGEST))
    } else if password.to_lowercase().contains(&person.name.to_lowercase()) {
        Some(t("Please choose a password that does not contain your name.").to_owned())
    } else if is_guessable(&password.into(), &[&person.name, &person.domain, "ferrule", "quickbooks"]) {
        Some(t("This password is easy to guess. Please choose another one, such as a few words that only you would put together.").to_owned())
    } else if fields.raw("again").unwrap_or_default() != password {
        Some(t("The two passwords differ.").to_owned())
    } else {
        None
    }
}
