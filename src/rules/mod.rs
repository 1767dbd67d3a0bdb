//! Rule files to a checked program: load, merge layers, check, compile.
//!
//! The flow: text -> [`yaml`] nodes with places -> [`layers`] merged -> [`mod@file`], what the
//! administrator wrote -> [`mod@compile`], which tells everything that is wrong -> [`program`], what
//! the engine runs.

pub mod codes;
pub mod compile;
mod compile_choice;
mod compile_condition;
mod compile_fields;
mod compile_import;
mod compile_leaf;
mod compile_match;
mod compile_object;
mod compile_request;
mod count;
pub mod decode;
mod decode_failure;
pub mod diagnostic;
mod draft;
mod expression;
pub mod field_file;
pub mod file;
pub mod files;
mod flow;
mod fold;
mod infer;
mod infer_block;
mod infer_call;
mod infer_compare;
mod infer_field;
mod infer_must;
mod infer_reference;
pub mod layers;
mod load;
mod mentioned;
mod node;
mod order;
mod place;
pub mod program;
pub mod render;
pub mod schema;
mod schema_field;
pub mod script;
mod script_error;
pub mod settings;
mod shapes;
pub mod source;
mod suggest;
mod syntax;
mod typed;
pub mod types;
mod wrap;
pub mod yaml;

pub use compile::{Compiled, compile};
pub use compile_fields::LEFT_OUT;
pub use diagnostic::{Diagnostic, Severity};
pub use files::{FilesError, RuleFiles};
pub use mentioned::Mentioned;
pub use program::Program;
