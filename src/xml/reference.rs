//! The references that stand for a character: `&amp;`, `&#233;`.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;
use thiserror::Error;

/// A reference that stands for no character.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnresolvedReference {
    /// A number that no character has.
    #[error("{0}")]
    Number(String),
    /// Neither a number nor one of the five names of XML.
    #[error("an entity that is not known")]
    Unknown,
}

/// Whether a reference is written as the number of a character, whatever number that is: `#x19`, `#55296`.
pub fn is_number(reference: &str) -> bool {
    let Some(number) = reference.strip_prefix('#') else { return false };
    match number.strip_prefix('x') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// The character that a reference stands for. It may be a forbidden one: whether a document with it is
/// refused is up to the reader, for .NET writes what XML forbids.
///
/// # Errors
/// If it stands for none.
pub fn resolve(reference: &BytesRef<'_>) -> Result<char, UnresolvedReference> {
    let number =
        reference.resolve_char_ref().map_err(|error| UnresolvedReference::Number(error.to_string()))?;
    number
        .or_else(|| resolve_predefined_entity(reference).and_then(|text| text.chars().next()))
        .ok_or(UnresolvedReference::Unknown)
}
