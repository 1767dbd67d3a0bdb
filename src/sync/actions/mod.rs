//! What people do with documents: finalize, play, connect, archive.

mod connecting;
mod finalizing;
mod playing;

pub use connecting::{
    Connected, NotConnected, archive, connect, connection_of, record_type_of, record_types_of,
};
pub use finalizing::{Finalizing, finalize};
pub use playing::{DoublePlay, adopt, double_play};
