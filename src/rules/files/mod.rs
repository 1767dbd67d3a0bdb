//! The files of a rule set: from the folder to YAML nodes with places, layers merged, decoded into
//! what the administrator wrote. Nothing here knows whether it makes sense.

pub mod decode;
mod decode_failure;
mod disk;
pub mod domains;
pub(super) mod draft;
pub mod field_file;
pub mod file;
pub mod layers;
pub mod list_file;
pub(super) mod load;
mod misplaced;
pub mod place;
pub mod project;
pub mod schema;
pub mod shape_file;
mod shelf;
mod shipped;
pub mod yaml;

pub use disk::{FilesError, RuleFile, RuleFiles, is_layer};
pub use load::LAYER;
pub use shelf::{OptionalLayer, Shelf, ShelfError};
pub use shipped::{BASE, optional_layers, shipped_files};
