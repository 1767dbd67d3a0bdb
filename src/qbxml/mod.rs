//! Reading and writing qbXML.

pub mod element;
pub mod validate;
