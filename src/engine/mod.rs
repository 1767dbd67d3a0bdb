//! A program, a document and what is known of QuickBooks in; what is to be done out. Pure: no I/O,
//! no clock. The same code serves `diff` and `serve`.

mod agreeing;
mod billed;
mod candidates;
mod clash;
mod confirm;
mod decide;
mod differences;
mod export;
mod follow;
mod import;
mod likely;
mod lines;
mod looked;
mod named;
mod near;
mod refused;
mod request;
mod settled;
mod skipped;
mod terms;
mod values;
mod wanted;

pub use agreeing::Choice;
pub use billed::Billed;
pub use candidates::Candidate;
pub use export::{Engine, IMPORTED, Options, SWITCHED_OFF};
pub use import::{ImportNote, Imported};
pub use refused::{Asked, Broken};
pub use settled::SETTLED;
pub use terms::about_setting::AboutSetting;
pub use terms::agreed::{Agreed, Wish, lines_of};
pub use terms::by_hand::ByHand;
pub use terms::confirmed::{Confirmed, DIFFERS, Expected, Unconfirmed};
pub use terms::context::{Context, Key, Link, Links};
pub use terms::imported::ImportedValue;
pub use terms::outcome::{
    ASSIGNED, Counterpart, Decision, Dependency, Difference, Fate, FollowUp, Note, Outcome, Provenance,
    Request,
};
pub use wanted::WantedSide;
