//! The HTTP API, for programs: documents in, and how things stand. It stands beside the pages, upon the same rooms.

mod answers;
mod describe;
mod enter;
mod lists;
mod part;
mod problem;
mod room;
mod routes;
mod table;

pub use describe::description;
pub use room::Api;
pub use routes::beside;
pub use table::addresses;
