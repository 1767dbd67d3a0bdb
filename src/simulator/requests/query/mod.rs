//! Queries: which records are meant, in which portions they are handed over, and what is shown of them.

pub(super) mod about;
mod date_macro;
mod deletions;
mod filters;
mod iterate;
pub(super) mod records;
mod selection;
pub(super) mod show;
