//! Which objects can be played.

use crate::document::nearest;
use crate::language::{Spoken, say};
use crate::rules::Program;
use crate::rules::file::Trigger;

/// Why documents of an object cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayed {
    /// No rules are about it.
    #[error("{}", say!("no object is called `{object}`; {hint}there are {known}", object, hint, known))]
    Unknown {
        /// What it was called.
        object: String,
        /// "did you mean", if a name is near.
        hint: String,
        /// Those that can be played.
        known: String,
    },
    /// The rules export it only with another document.
    #[error("{}", say!("`{object}` is exported only with a document that refers to it; play that one", object))]
    OnReference {
        /// The object.
        object: String,
    },
    /// The rules only import it.
    #[error("{}", say!("`{object}` is not exported; exported on play are {known}", object, known))]
    OnlyImported {
        /// The object.
        object: String,
        /// Those that can be played.
        known: String,
    },
}

impl Spoken for NotPlayed {}

/// The objects whose documents are exported on play, in the order of the rule set.
pub fn played_objects(program: &Program) -> impl Iterator<Item = &str> {
    let is_played = |trigger: Option<Trigger>| trigger == Some(Trigger::Play);
    let all = program.objects.iter();
    all.filter(move |object| is_played(object.export.as_ref().map(|export| export.trigger)))
        .map(|object| object.name.as_str())
}

/// Whether documents of an object are exported on play.
///
/// # Errors
/// Why they are not.
pub fn check_played(program: &Program, object: &str) -> Result<(), NotPlayed> {
    let known = || played_objects(program).collect::<Vec<_>>().join(", ");
    match program.object(object).map(|found| found.export.as_ref().map(|export| export.trigger)) {
        Some(Some(Trigger::Play)) => Ok(()),
        Some(Some(Trigger::Reference)) => Err(NotPlayed::OnReference { object: object.to_owned() }),
        Some(None) => Err(NotPlayed::OnlyImported { object: object.to_owned(), known: known() }),
        None => {
            let near = nearest(object, played_objects(program));
            let hint = near.map(|near| say!("did you mean `{near}`? ", near)).unwrap_or_default();
            Err(NotPlayed::Unknown { object: object.to_owned(), hint, known: known() })
        }
    }
}
