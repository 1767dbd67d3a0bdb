//! What a company file keeps, and what follows in it from a change: names, balances, payments.

mod balances;
#[expect(clippy::module_inception, reason = "the room is named for what its first file holds")]
mod books;
mod credits;
mod definitions;
mod deleted;
mod entry;
mod founding;
mod heads;
mod iterators;
mod kept_answers;
mod kept_record;
mod merging;
mod names;
mod orders;
mod payments;
pub(super) mod persist;
mod preferences;
mod pricing;
pub(super) mod recorded;
mod references;
mod removal;
mod seed;
mod table;

pub(super) use books::Books;
pub(super) use credits::{take_credits, use_credits};
pub(super) use definitions::is_same_field;
pub(super) use deleted::DeletedRecord;
pub(super) use entry::enter;
pub(super) use founding::{new_books, versions_up_to};
pub(super) use heads::{beneath, head_of_element, head_of_transaction};
pub(super) use iterators::Iterators;
pub(super) use kept_answers::KeptAnswer;
pub(super) use kept_record::{KeptRecord, id_of, name_of};
pub(super) use merging::{can_merge, merge_into};
pub(super) use names::{Names, full_name, is_below, rename};
pub(super) use orders::{begin, done, link_lines};
pub(super) use payments::update_open_amount;
pub(super) use references::References;
pub(super) use removal::{take_back, take_out};
pub(super) use table::Table;
