//! What people do with documents: finalize, play, connect, archive.

mod apart;
mod connecting;
mod finalizing;
mod playing;
mod referred;
mod settled;
mod settling;

pub use apart::set_apart;
pub use connecting::{
    Connected, NotConnected, archive, connect, connection_of, is_changed_by_play, record_type_of,
    record_types_of, taken_records,
};
pub use finalizing::{Finalizing, finalize};
pub use playing::{DoublePlay, adopt, double_play, play};
pub use referred::{referred, referred_json};
pub use settled::{SettledBy, settled, settled_of};
pub use settling::{Earlier, NotSettled, SaidBy, TakenBack, earlier, has_date, settle, take_back};
