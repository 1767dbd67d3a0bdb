//! The handbook as a book: the project's own Markdown and the pages of all codes, as HTML files that link to each other.

mod book;
mod chapters;

pub use book::{book, slug};
pub use chapters::Chapter;
