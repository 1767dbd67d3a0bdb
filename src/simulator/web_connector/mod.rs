//! A Web Connector that does to a server what the real one does, with a simulated company file in the
//! place of QuickBooks.
//!
//! It speaks SOAP by [`wire::client`](crate::wire::client), which was written apart from our
//! service, and shares nothing else with it. Time, network and mishaps come from outside.

mod application;
mod connect;
mod connector;
mod http;
mod mishap;
mod opening;
mod session;
mod transport;
mod update;
mod watch;
mod work;

pub use application::{Application, QwcProblem};
pub use connector::WebConnector;
pub use http::{Http, NotACertificate};
pub use mishap::Mishap;
pub use transport::{Answered, Transport, Unreachable};
pub use update::{Ending, Update};
pub use watch::{Moment, Then, Unwatched, Watch};
