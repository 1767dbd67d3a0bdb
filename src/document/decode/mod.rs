//! Documents from JSON: decoded by their shape, and of that only what is needed.

mod any;
mod at;
mod decoder;
mod key;
mod number;
mod object;
mod plan;
mod read;
mod scalar;

pub(crate) use decoder::not_utf8;
pub use decoder::{Decoder, Document};
pub(super) use object::object_value;
