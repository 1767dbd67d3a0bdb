//! Reading and writing qbXML, whatever its messages are called.
//!
//! [`read_responses`] and [`Parts`] read what QuickBooks answers into [`Record`]s, [`Company`] keeps
//! them and finds them again, [`Writer`] and [`MessageSet`] write requests, [`charset`] says which
//! characters QuickBooks can keep, and [`changes`] compares what is wanted with what is there.

mod builder;
pub mod charset;
mod company;
mod company_load;
mod content;
mod diff;
mod envelope;
mod flat;
mod flaw;
mod index;
mod mend;
mod message_set;
mod message_writer;
mod names;
mod node;
mod pretty;
mod read;
mod read_error;
mod record;
mod response;
mod scan;
mod text_at;
pub mod validate;

pub use builder::{RecordBuilder, unnumbered};
pub use company::Company;
pub use company_load::LoadError;
pub use diff::{Change, Compare, LINE_ID, Wanted, as_printed, changes};
pub use flat::{Flat, FlatRef};
pub use flaw::{Flaw, FlawKind};
pub use message_set::{MessageSet, OnError};
pub use message_writer::{Elements, MessageMark, MessageWriter, WrittenMessage};
pub use node::{Children, NodeRef, RecordNode};
pub use pretty::{pretty, pretty_inside, pretty_onto};
pub use read::{Attributes, NO_STATUS, Part, Parts, RecordReader, ResponseHead};
pub use read_error::{Position, ReadError};
pub use record::Record;
pub use response::{Response, ResponseSet, read_response_set, read_responses};
pub use text_at::{first_text, text_at};

pub use crate::xml::{Mark, Writer, escape_into, is_plain};

#[cfg(test)]
mod tests;
