//! What is known of the words in rule files: their types, and what there is to say of them.

pub mod about;
pub mod elements;
pub mod keys;
pub mod scope;
pub mod scripts;
pub mod sorts;
