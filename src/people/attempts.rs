//! Attempts to sign in, counted for all servers together: whoever guesses has as many as one server allows, and a restart
//! forgets none.

use crate::sync::stored::{Moment, StoreError};

/// Where attempts are counted, and how many it takes. Nobody's name is in its own name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// What tells it from others.
    pub name: String,
    /// After a pause, so many at once.
    pub at_once: u32,
    /// From then on, one more each time that so many milliseconds have passed.
    pub every: i64,
}

/// What is known of somebody whose password is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquaintance {
    /// From where the right password came last.
    pub network: Option<String>,
    /// How often somebody has said that the attempts are to count from the beginning.
    pub forgiven: i64,
}

/// One attempt to sign in.
pub struct Attempt<'a> {
    /// Whose password is tried, and where.
    pub who: &'a str,
    /// What counts those from there.
    pub from: Counter,
    /// What counts those of the user, by what is known.
    pub of_user: &'a dyn Fn(&Acquaintance) -> Counter,
    /// When.
    pub at: Moment,
}

/// Keeps how often somebody has tried. A power cut may forget what was written in the last moments.
pub trait AttemptStore: Send + Sync {
    /// Counts an attempt; gives what is known of the user, or nothing if it was one too many.
    fn attempt(&self, attempt: &Attempt<'_>) -> Result<Option<Acquaintance>, StoreError>;
    /// Notes from where the right password came.
    fn acquaint(&self, who: &str, network: &str) -> Result<(), StoreError>;
    /// From now on the attempts count from the beginning.
    fn forgive(&self, who: &str) -> Result<(), StoreError>;
    /// The secret of that name that all servers share: `fresh`, if there is none yet.
    fn shared_secret(&self, name: &str, fresh: &str) -> Result<String, StoreError>;
}
