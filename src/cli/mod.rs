//! The commands: one file each, with its arguments and `run`. What they do is done in the rooms
//! below; here are only arguments, files and words.

mod app;
mod company;
mod completions;
mod documents;
mod editor;
mod exit;
mod man;
mod options_file;
mod progress;
mod rule_set;
mod rules;
mod service;
mod steelhead;
mod store_args;
mod support;
mod terminal;
mod when;

pub use app::{App, command, main};
pub use exit::Exit;
