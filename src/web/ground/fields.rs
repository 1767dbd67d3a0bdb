//! What a form or an address carries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Position, Url};

/// Names and values, in the order in which they came; a name may come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of a query or of the body of a form. Bytes that are no UTF-8 become U+FFFD.
    pub fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// These names and values.
    pub fn of(all: Vec<(String, String)>) -> Self {
        Self(all)
    }

    /// The first value of that name, without blanks around it; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).unwrap_or_default().trim()
    }

    /// The first value of that name, as it came.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A number, if there is one and it is in these bounds; else this one.
    pub fn number(&self, name: &str, bounds: std::ops::RangeInclusive<usize>, otherwise: usize) -> usize {
        let number = self.get(name).parse().ok();
        number.filter(|number| bounds.contains(number)).unwrap_or(otherwise)
    }
}

/// A path with a query of these names and values; those without a value are left out.
pub fn link<'q>(path: &str, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> String {
    let some = query.into_iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(some).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What a step of a path holds as it is. No point is among it: `..` would lead out of the path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// Text as one step of a path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// The path of ours that a browser would take from this address; none, if that is on another site.
pub fn ours(back: &str) -> Option<String> {
    let site = Url::parse("https://ferrule.invalid/").ok()?;
    let to = site.join(back).ok().filter(|to| back.starts_with('/') && to.origin() == site.origin())?;
    Some(to[Position::BeforePath..Position::AfterQuery].to_owned())
}
