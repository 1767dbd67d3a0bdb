//! Where Steelhead documents come from: files and folders of JSON, YAML for fixtures, and [`graphql`], Steelhead's API.
//!
//! What comes out is text, cut into documents, each with its place; what a document means is said
//! by its shape and read by [`Decoder`](crate::document::Decoder).

mod chunks;
mod files;
pub mod graphql;
mod raw;
mod reread;
mod split;
mod yaml;

pub use chunks::{Chunks, split};
pub use files::{files, read, read_file};
pub use raw::{RawDocument, SourceText};
pub use reread::DocumentFiles;
pub use yaml::yaml_to_json;
