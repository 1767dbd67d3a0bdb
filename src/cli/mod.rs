//! The commands: one file each, with its arguments and `run`. What they do is done in the rooms
//! below; here are only arguments, files and words.

mod against;
mod app;
mod archive;
mod check;
mod company;
mod completions;
mod connect;
mod connections;
mod connector;
mod connector_log;
mod diff;
mod doctor;
mod documents;
mod errors;
mod exit;
mod explain;
mod explain_code;
mod fields;
mod fields_table;
mod git;
mod history;
mod ignore;
mod import;
mod import_out;
mod import_updates;
mod load;
mod map;
mod notes;
mod pause;
mod play;
mod progress;
mod qwc;
mod read;
mod rule_set;
mod schema;
mod settings;
mod status;
mod store_args;
mod terminal;
mod test;
mod when;

pub use app::{App, command, main};
pub use exit::Exit;
