//! What a name is.

/// The longest name that is taken, in bytes: the vocabulary's have less than half of that.
const MAX_LENGTH: usize = 100;

/// Whether a text can be the name of an element, colons included.
pub fn is_name(text: &str) -> bool {
    has_form(text, |character| character == ':')
}

/// Whether a text can be a name without its prefix, or the prefix.
pub fn is_local_name(text: &str) -> bool {
    has_form(text, |_| false)
}

fn has_form(text: &str, is_also_allowed: impl Fn(char) -> bool) -> bool {
    let may_follow = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || is_also_allowed(c);
    text.len() <= MAX_LENGTH
        && text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(may_follow)
}
