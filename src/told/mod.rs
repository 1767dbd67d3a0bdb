//! What programs are told: the JSON shapes that commands and the API share. One function makes both.

mod errors;
mod imports;
mod load;
mod play;
mod status;

pub use errors::{ErrorEntry, ErrorPlace, Errors, is_wrong};
pub use imports::{ImportView, ReasonView};
pub use load::LoadView;
pub use play::PlayView;
pub use status::status;
