//! The commands: one file each, with its arguments and `run`. What they do is done in the rooms
//! below; here are only arguments, files and words.

mod against;
mod app;
mod check;
mod company;
mod completions;
mod connections;
mod connector;
mod connector_log;
mod demo;
mod demo_story;
mod diff;
mod documents;
mod exit;
mod explain;
mod explain_code;
mod fields;
mod fields_table;
mod git;
mod map;
mod notes;
mod progress;
mod rule_set;
mod schema;
mod serve;
mod settings;
mod terminal;
mod test;

pub use app::{App, command, main};
pub use exit::Exit;
