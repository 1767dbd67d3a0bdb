//! Lists: what a page of one is asked for, the rows that answer it, and the links to other pages of it.

mod asked;
mod cut;
mod head;
mod pager;

pub use asked::{Asked, LONGEST, Terms};
pub use cut::{Cut, Row};
pub use head::Head;
pub use pager::{Jump, Pager, Turn};
