//! What is to be done, and what was: the plan over all documents, sessions with the Web Connector, imports.
//! The same plan is shown by `diff` and executed by `serve`.
//!
//! The rooms, from the ground up. Imports run downwards only.
//!
//! - [`stored`]: what is kept, and the trait of the store that keeps it.
//! - `company_file`: one company file: settings, sync hours, records and connections in memory.
//! - `plan`: from documents to steps.
//! - `show`: plans as text and JSON, and compared.
//! - `reconcile`: a period, in money, on both sides.
//! - `imports`: records to documents.
//! - `actions`: what people do with documents.
//! - [`session`]: what becomes of a visit of the Web Connector.
//! - `payments`: what is paid; `reconciling`: a company file, reconciled.
//! - `cause`: why something waits for a person; `waiting`: all that does.
//! - `layers`: optional layers of the rules, switched on and off.
//! - `rule_sets`: the rule sets of a server, read again while it runs.
//! - `decoding`, `loading`: Steelhead's documents into the store.
//! - `pulling`: the same from Steelhead's API, again and again.
//! - `excerpt`: what the plan of a few documents rests on, to make a case of.
//! - `failure`: the last visit that failed, with what to do about it.
//! - `sides`: a document and its record, side by side.
//! - `status`: how a company file stands; `differs`: whose records hold something else than they must.

mod actions;
mod cause;
mod company_file;
mod decoding;
mod differs;
mod excerpt;
mod failure;
mod imports;
mod layers;
mod loading;
mod nightly;
mod payments;
mod plan;
mod pruning;
mod pulling;
mod reconcile;
mod reconciling;
mod rule_sets;
mod servers;
pub mod session;
mod show;
mod sides;
mod status;
pub mod stored;
mod waiting;
mod why;

pub use actions::*;
pub use cause::Cause;
pub use company_file::listed::{called, number, number_in, state_of, text, values_at};
pub use company_file::{
    KeptError, Window, WindowError, agree_on_connected, check_up, differing, id_of_record, import_every,
    is_of_record, new_document, setting_text, settings, time_zone, told_at, told_in, unsound, version,
};
pub use decoding::{Documents, Said, Strange, decode, decode_one, decode_raw};
pub use differs::{
    Confirmation, Differs, Undone, confirmations, differs, differs_and_undone, differs_of, undone_of,
};
pub use excerpt::{Breadth, Excerpt, Linked};
pub use failure::LastFailure;
pub use imports::*;
pub use layers::{SwitchError, connected_of, switch_layers};
pub use loading::{LoadReport, Loading, Told};
pub use nightly::reconcile_nightly;
pub use payments::{OpenAmount, Payments, RecordFact, fact_labels, facts_of};
pub use plan::{
    Action, Counts, NotPlayed, Plan, PlanInputs, Planned, Planner, Preview, Source, Standing, Step,
    Unreadable, check_played, played_objects,
};
pub use pruning::{PruneError, Pruned, prunable, prune};
pub use pulling::{PullError, Pulls};
pub use reconcile::{
    Ledger, LedgerInputs, Money, PartyTotals, Period, PeriodError, Reconciliation, Side, Totals, Transaction,
    TransactionState, Weeks, monday,
};
pub use reconciling::{Unsent, reconcile};
pub use rule_sets::{Reload, Reloaded, RuleSources};
pub use servers::{Differing, Muster, Presence, Turn, differ_for};
pub use show::*;
pub use sides::{LineAccounts, Sides, sides_of};
pub use status::{OpenSession, OpenWrite, Overtaken, Status, WindowView};
pub use waiting::{Heap, HeapItem, MissingSetting, Newer, Noticed, heaps, heaps_of_connector, refused_since};
pub use why::{NotSent, held_up, not_sent, why};
