//! Rule files to a checked program.
//!
//! The flow goes down the rooms: [`files`] reads text into nodes with places, merges layers and decodes
//! what the administrator wrote; [`check`] finds out what each expression means; [`mod@compile`] puts
//! the [`program`] together, which the engine runs. All of them say what is wrong by [`diagnostics`].

pub mod check;
pub mod compile;
pub mod diagnostics;
pub mod files;
pub mod format;
pub mod scaffold;

pub use check::{script, settings, special, types, uses};
pub use compile::{Compiled, LEFT_OUT, Mentioned, compile, program};
pub use diagnostics::diagnostic::{Diagnostic, Severity};
pub use diagnostics::{codes, diagnostic, render, source, suggest};
pub use files::{
    FilesError, OptionalLayer, RuleFiles, Shelf, ShelfError, decode, domains, field_file, file, layers,
    place, schema, yaml,
};
pub use program::Program;
