//! What expressions and scripts mean: their syntax, their types, what they read of documents, and
//! the small tree that is left of each.

pub(super) mod expression;
pub(super) mod fold;
pub(super) mod infer;
mod infer_block;
mod infer_call;
mod infer_compare;
pub(super) mod infer_field;
mod infer_must;
mod infer_reference;
pub(super) mod node;
pub mod script;
mod script_error;
pub mod settings;
pub(super) mod shapes;
mod syntax;
pub(super) mod typed;
pub mod types;
