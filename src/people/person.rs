//! People.

use crate::language::{Spoken, say};
use crate::text::visible::is_name;

/// A person, as keys know one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub i64);

/// Somebody who may use the pages of one domain's company files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The key.
    pub id: PersonId,
    /// The Steelhead domain; company files of others do not exist for this person.
    pub domain: String,
    /// A name or an e-mail address; unique, whatever its case.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// Whether a password was set; until then only a link lets this person in.
    pub has_password: bool,
}

/// Somebody to let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The Steelhead domain.
    pub domain: String,
    /// A name or an e-mail address.
    pub name: String,
    /// What this person may do.
    pub role: Role,
}

/// The longest name of a person, in characters.
pub const LONGEST_NAME: usize = 100;

/// A name that nobody can have.
#[derive(Debug, thiserror::Error)]
#[error("{}", say!(
    "a name must have 1 to {most} characters, all of them visible, and a letter or a digit among them",
    most = LONGEST_NAME
))]
pub struct BadName;

impl Spoken for BadName {}

/// A name as a person or a token can have it, without blanks around it.
///
/// # Errors
/// [`BadName`]
pub fn good_name(name: &str) -> Result<String, BadName> {
    let name = name.trim();
    if !is_name(name) || name.chars().count() > LONGEST_NAME {
        return Err(BadName);
    }
    Ok(name.to_owned())
}

impl NewPerson {
    /// Somebody with that name, without blanks around it.
    ///
    /// # Errors
    /// [`BadName`]
    pub fn called(name: &str, role: Role, domain: String) -> Result<Self, BadName> {
        Ok(Self { domain, name: good_name(name)?, role })
    }
}

/// What a person may do; each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Sees everything, changes nothing.
    Viewer,
    /// Reads, plays, imports, ignores, connects.
    Clerk,
    /// Also settings, pauses, passwords and people.
    Administrator,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Clerk, Self::Administrator];

    /// Its name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Clerk => "clerk",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
