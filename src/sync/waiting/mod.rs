//! What waits for a person: the only place that works it out, for pages, counts, alerts and summaries.
//!
//! - `noticed`: what only a look at all records tells; it is kept for as long as those stay the same.
//! - `heap`: what waits of documents and records, in heaps of the same cause, object and words.
//! - `connector`: what keeps the whole company file from going on.
//!
//! What people have said of it, and have put off, is in [`people`](crate::people).

mod connector;
mod heap;
mod noticed;

pub use connector::{heaps_of_connector, refused_since};
pub use heap::{Heap, HeapItem, MissingSetting, heaps};
pub use noticed::{Newer, Noticed};
