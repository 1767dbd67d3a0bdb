//! Words for people: what codes and states mean, and how moments and counts are written.

pub mod acts;
pub mod filters;
pub mod meaning;
pub mod states;
pub mod when;
