//! A new connection to a company file, as it is kept.

use thiserror::Error;

use super::company_file::{CompanyPath, NotACompanyPath};
use super::guid::Guid;
use crate::language::{Spoken, marked, say, t};
use crate::secrets::{Password, SecretError, hash_made_password};
use crate::sync::stored::NewCompanyFile;
use crate::text::visible::is_name;

/// The longest name, of a company file and of its Web Connector's user, in characters.
const LONGEST: usize = 100;

/// What is said of a new connection.
#[derive(Clone, Copy, Debug)]
pub struct NewConnection<'n> {
    /// The Steelhead domain.
    pub domain: &'n str,
    /// What people call the company file.
    pub name: &'n str,
    /// The user name that its Web Connector gives; the domain, if it is empty.
    pub user_name: &'n str,
    /// The full path of the file on the QuickBooks computer; the one that is open, if it is empty.
    pub path: &'n str,
}

/// What is wrong with what is said.
#[derive(Debug, Error)]
pub enum NewConnectionError {
    /// A name is missing, too long, or cannot be shown.
    #[error("{}", say!(
        "{name} must have 1 to {most} characters, all of them visible, and a letter or a digit among them",
        name = t(.0),
        most = LONGEST
    ))]
    Name(&'static str),
    /// The path is none.
    #[error(transparent)]
    Path(#[from] NotACompanyPath),
    /// No identifiers or no hash of the password could be made.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The operating system gives no random bytes.
    #[error("{}", say!("no random bytes: {error}", error = .0))]
    Random(getrandom::Error),
}

impl Spoken for NewConnectionError {}

impl NewConnection<'_> {
    /// The connection with that password and identifiers of its own; blanks around its names are cut off.
    ///
    /// # Errors
    /// [`NewConnectionError`]
    pub fn made(&self, password: &Password) -> Result<NewCompanyFile, NewConnectionError> {
        Ok(NewCompanyFile {
            domain: named(DOMAIN, self.domain)?,
            name: named(NAME, self.name)?,
            user_name: named(USER_NAME, self.user_name())?,
            path: self.path()?,
            owner_id: guid()?,
            file_id: guid()?,
            password_hash: hash_made_password(password)?,
        })
    }

    /// All that is wrong with what is said.
    pub fn problems(&self) -> Vec<NewConnectionError> {
        let names = [(DOMAIN, self.domain), (NAME, self.name), (USER_NAME, self.user_name())];
        let names = names.into_iter().filter_map(|(what, text)| named(what, text).err());
        names.chain(self.path().err().map(Into::into)).collect()
    }

    /// The user name, as it is meant.
    pub fn user_name(&self) -> &str {
        let given = self.user_name.trim();
        if given.is_empty() { self.domain } else { given }
    }

    fn path(&self) -> Result<Option<String>, NotACompanyPath> {
        let path = Some(self.path.trim()).filter(|path| !path.is_empty());
        Ok(path.map(str::parse::<CompanyPath>).transpose()?.map(|path| path.to_string()))
    }
}

/// What the names are called in what is said of them.
const DOMAIN: &str = marked("the domain");
const NAME: &str = marked("the name");
const USER_NAME: &str = marked("the user name");

fn named(what: &'static str, text: &str) -> Result<String, NewConnectionError> {
    let text = text.trim();
    if is_name(text) && text.chars().count() <= LONGEST {
        Ok(text.to_owned())
    } else {
        Err(NewConnectionError::Name(what))
    }
}

fn guid() -> Result<String, NewConnectionError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(NewConnectionError::Random)?;
    Ok(Guid::from_random_bytes(bytes).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_told() {
        let new = NewConnection { domain: "acme", name: " Acme ", user_name: "", path: "" };
        let made = new.made(&"secret".into()).unwrap();
        assert_eq!((&*made.name, &*made.user_name, &made.path), ("Acme", "acme", &None));
        assert_ne!(made.owner_id, made.file_id);
        let told = |new: NewConnection<'_>| new.made(&"secret".into()).unwrap_err().to_string();
        assert!(told(NewConnection { name: " ", ..new }).starts_with("the name must have 1 to 100"));
        assert!(told(NewConnection { user_name: "a\nb", ..new }).starts_with("the user name must have"));
        assert!(told(NewConnection { path: "shop.qbw", ..new }).contains("is not a full path"));
        let all =
            NewConnection { domain: "acme", name: "", user_name: "\u{2800}", path: "shop.qbw" }.problems();
        assert_eq!((all.len(), new.problems().len()), (3, 0));
    }
}
