//! The other side: what the Web Connector itself puts on the wire, and what it makes of our answers.
//!
//! For the simulated Web Connector and for tests. It follows what was recorded of the real one and what
//! its .NET library was seen to accept, and has its own tables and its own reader.

mod reply;
mod reply_reader;
mod request;

pub use reply::{HttpReply, Reply, ReplyError};
pub use request::{Request, request};
