//! How a company file is doing.

use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Moment, Store};
use crate::sync::{KeptError, Status, differs, settled};

/// How a company file is doing, as `ferrule status --json` writes it for each. Without rules what takes a look at all
/// documents is not counted.
///
/// # Errors
/// The store failed, or what is kept cannot be used.
pub fn status(
    store: &dyn Store,
    program: Option<&Program>,
    file: &CompanyFile,
    now: Moment,
) -> Result<Status, KeptError> {
    let mut status = Status::of(store, program, file, now)?;
    if let Some(program) = program {
        status.differs = differs(store, program, file)?.len();
        status.settled = settled(store, program, file)?.len();
    }
    Ok(status)
}
