//! What the QuickBooks Web Connector and a server say to each other, as far as both sides must agree on
//! it: the calls and their names.
//!
//! The service ([`connector`](crate::connector)) and the simulated Web Connector both stand on this room and
//! know nothing of each other. [`client`] is the Web Connector's half of the SOAP; it has its own tables and
//! its own reader, so that the service's tests do not repeat the service's mistakes.

mod call;
pub mod client;
mod operation;

pub use call::Call;
pub use operation::Operation;
