//! The files of rule sets, with what the editor has open laid over them, and what the checker says of them.

pub mod buffers;
pub mod checked;
pub mod house;
pub mod positions;
