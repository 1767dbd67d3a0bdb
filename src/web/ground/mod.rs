//! What all rooms of the pages stand on: the fields of a form or an address, why something is not done, and a
//! door for heavy work.

pub mod fields;
pub mod gate;
pub mod trouble;
