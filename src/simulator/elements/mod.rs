//! What requests and records are made of: elements, read, saved, changed, and brought from the shape of the
//! one into the shape of the other.

mod edit;
mod merge;
mod read;
pub(super) mod saved;
mod shape;
mod value;

pub(super) use edit::{
    append, children_of, is_reference, put, reference, refers, remove, set, set_some, shape_of, text, walk,
    walk_mut,
};
pub(super) use merge::merge;
pub(super) use read::{read, read_recorded};
pub(super) use shape::{Fill, counterpart, shape, shape_named};
pub(super) use value::{amount, is_empty, normalize, number, number_in, plus, price};
