//! Errors that pages show.

use std::fmt::Display;

/// An error that pages show: each of its texts goes through the language. Where none was named, as in commands, it is English.
/// A test holds that the file with such an error says nothing past the list.
pub trait Spoken: Display {}

/// What an error says, in the language that is spoken.
pub fn told(error: &impl Spoken) -> String {
    error.to_string()
}
