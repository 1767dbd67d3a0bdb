//! What is written: expressions and script files, parsed, with the sugar of their language taken off.

mod foreign;
pub mod script;
mod script_error;
pub mod special;
pub(in crate::rules::check) mod syntax;
pub(in crate::rules::check) mod term;

pub(in crate::rules::check) use script_error::parse_error;
