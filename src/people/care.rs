//! Who looks after what waits.

use crate::sync::stored::Moment;

/// One thing that waits for a person, as it is told from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CareKey {
    /// Why it waits: the name of a [`Cause`](crate::sync::Cause).
    pub cause: String,
    /// The object of the document or record; empty for what concerns the whole company file.
    pub object: String,
    /// Its id.
    pub id: String,
}

/// What people have said of something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Care {
    /// What waits.
    pub about: CareKey,
    /// How it stood then. Once it stands otherwise, nothing was said of it: what is solved and comes back is open again.
    pub seen: String,
    /// Who looks after it; empty if nobody was named.
    pub person: String,
    /// What people should know of it.
    pub note: String,
    /// It is put off until then.
    pub until: Option<Moment>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
}
