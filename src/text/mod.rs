//! Functions from text to text. Pure: nothing in here knows rules, documents or requests.

pub mod address;
pub mod alike;
pub mod counted;
pub mod csv;
pub mod filter_doubt;
pub mod markdown;
pub mod order;
pub mod pattern;
pub mod quotes;
pub mod shorten;
pub mod visible;

mod html;
mod markdown_escape;
