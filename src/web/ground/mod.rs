//! What all rooms of the pages stand on: the fields of a form or an address, why something is not done, a door
//! for heavy work, and the cases that lie beside the rules.

pub mod cases;
pub mod fields;
pub mod gate;
pub mod trouble;
