//! What requests and records are made of: elements, read, saved, changed, and brought from the shape of the
//! one into the shape of the other.

pub(super) mod edit;
pub(super) mod merge;
pub(super) mod read;
pub(super) mod saved;
pub(super) mod shape;
pub(super) mod value;
