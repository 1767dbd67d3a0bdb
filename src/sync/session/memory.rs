//! What is kept in memory of a company file between the calls of its sessions.

use crate::sync::company_file::Mirror;

use super::batch::Planned;
use super::progress::Counted;

/// What is known of a company file, and what its sessions have worked out from that.
#[derive(Debug)]
pub(super) struct Memory {
    /// Its records and connections.
    pub mirror: Mirror,
    /// What follows from them.
    pub ahead: Ahead,
}

/// What was worked out for a later call.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// The next batch, if it was planned by the mirror as it is.
    pub planned: Option<Planned>,
    /// How many batches were left when they were last counted.
    pub counted: Option<Counted>,
}
