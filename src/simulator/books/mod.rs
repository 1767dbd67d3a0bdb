//! What a company file keeps, and what follows in it from a change: names, balances, payments.

pub(super) mod balances;
#[expect(clippy::module_inception, reason = "the room is named for what its first file holds")]
pub(super) mod books;
pub(super) mod definitions;
pub(super) mod deleted;
pub(super) mod entry;
pub(super) mod founding;
pub(super) mod heads;
pub(super) mod iterators;
pub(super) mod kept_answers;
pub(super) mod kept_record;
pub(super) mod names;
pub(super) mod payments;
pub(super) mod persist;
pub(super) mod pricing;
pub(super) mod recorded;
pub(super) mod references;
pub(super) mod removal;
pub(super) mod seed;
pub(super) mod table;
pub(super) mod uniting;
