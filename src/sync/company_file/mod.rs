//! One company file as sync sees it: its settings and sync hours, its documents' keys and what lists say of them, and
//! what is known of it in memory between calls: its records and connections.

pub(super) mod agreeing;
pub(super) mod checkup;
pub(super) mod connections;
pub(super) mod document;
pub(super) mod listed;
pub(super) mod mirror;
pub(super) mod settings;
pub(super) mod window;

pub use crate::document::id_of_record;
pub use agreeing::agree_on_connected;
pub use checkup::check_up;
pub(super) use connections::Connections;
pub use document::{is_of_record, new_document, version};
pub(super) use mirror::{Mirror, by_hand};
pub use settings::{KeptError, differing, import_every, setting_text, settings};
pub use window::{Window, WindowError, time_zone, told_at, told_in, unsound};
