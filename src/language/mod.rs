//! The language of the pages and of what alerts send. The English text is the key: who tells something asks for what stands for it, and where no other
//! language was named, or that has nothing for it, the English text stands.
//!
//! - `spoken`: the language that the process speaks, and what it has for a text.
//! - `english`: every text of the pages, as `english.yaml` lists them.
//! - `file`: a language read from its file, and what is wrong with that.
//! - `places`: the places in a text, such as `{name}` and `<strong>`.
//! - `sentence`: a text with its values, as HTML.
//! - `say`: a text with its values, as Rust makes it.
//! - `told`: errors that pages show.
//! - `counts`: numbers, and how many there are of something.

mod counts;
pub mod english;
pub mod file;
mod places;
mod say;
pub mod sentence;
pub mod spoken;
mod told;

pub use counts::{counted, grouped};
pub use say::fill;
pub(crate) use say::{many, say};
pub use spoken::{marked, t};
pub use told::{Spoken, told};
