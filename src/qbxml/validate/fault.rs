//! What can be wrong with a message.

use std::fmt;

use crate::catalogue::{DataType, Version};

/// Something wrong with a message, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The names of the elements down to the one at fault; of several with one name, which, from 1:
    /// `InvoiceAdd/InvoiceLineAdd[2]/Desc`.
    pub path: String,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong with an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Its parent, if it has one, knows no such element.
    Unknown {
        /// The parent's name.
        parent: Option<&'static str>,
    },
    /// A required element is not there.
    Missing {
        /// Its name.
        child: &'static str,
    },
    /// None of several elements is there, though one is required.
    MissingOneOf {
        /// Their names.
        children: Vec<&'static str>,
    },
    /// It stands behind an element that belongs behind it.
    OutOfOrder {
        /// The name of that element.
        after: String,
    },
    /// It stands there more often than it may.
    TooMany {
        /// How often it may.
        max: u32,
    },
    /// It excludes an element that is there too.
    Excluded {
        /// The name of that element.
        by: String,
    },
    /// It is newer than the version asked for.
    TooNew {
        /// The version that introduced it.
        since: Version,
        /// The version asked for.
        version: Version,
    },
    /// QuickBooks Desktop (United States) lacks it.
    Abroad,
    /// It holds elements where a value belongs.
    NotAValue,
    /// It holds a value where elements belong.
    NotElements,
    /// The text is no value of the type.
    WrongType {
        /// The type.
        data_type: DataType,
        /// The text.
        text: String,
    },
    /// The text is too long.
    TooLong {
        /// Its length in characters.
        length: usize,
        /// The greatest length in characters.
        max: u32,
    },
    /// The text is none of the values of the enumeration.
    NotAllowed {
        /// The text.
        text: String,
        /// The values.
        values: &'static [&'static str],
    },
    /// The number is beyond a bound.
    OutOfBounds {
        /// The number as it stands there.
        text: String,
        /// The least and the greatest number.
        bounds: (Option<i64>, Option<i64>),
    },
    /// The text has a character that XML cannot hold.
    Unwritable {
        /// The character.
        letter: char,
    },
    /// It has no such attribute.
    UnknownAttribute {
        /// The attribute's name.
        name: String,
    },
    /// A required attribute is not there.
    MissingAttribute {
        /// The attribute's name.
        name: &'static str,
    },
    /// Something is wrong with the value of an attribute.
    Attribute {
        /// The attribute's name.
        name: &'static str,
        /// What is wrong.
        kind: Box<FaultKind>,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { parent: Some(parent) } => write!(f, "`{parent}` has no such element"),
            Self::Unknown { parent: None } => f.write_str("another element is expected here"),
            Self::Missing { child } => write!(f, "`{child}` is missing"),
            Self::MissingOneOf { children } => write!(f, "one of {} is missing", list(children)),
            Self::OutOfOrder { after } => write!(f, "belongs before `{after}`"),
            Self::TooMany { max: 1 } => f.write_str("stands here more than once"),
            Self::TooMany { max } => write!(f, "stands here more than {max} times"),
            Self::Excluded { by } => write!(f, "cannot stand together with `{by}`"),
            Self::TooNew { since, version } => {
                write!(f, "exists since qbXML {since}, not in {version}")
            }
            Self::Abroad => f.write_str("QuickBooks Desktop of the United States does not have it"),
            Self::NotAValue => f.write_str("holds elements, where a value belongs"),
            Self::NotElements => f.write_str("holds a value, where elements belong"),
            Self::WrongType { data_type, text } => {
                write!(f, "`{text}` is not of type {} ({})", data_type.as_str(), data_type.phrase())
            }
            Self::TooLong { length, max } => {
                write!(f, "{} characters, at most {}", grouped(*length), grouped(*max as usize))
            }
            Self::NotAllowed { text, values } => write!(f, "`{text}` is none of {}", list(values)),
            Self::OutOfBounds { text, bounds } => write!(f, "`{text}` is not {}", range(*bounds)),
            Self::Unwritable { letter } => {
                write!(f, "has a character that XML cannot hold: U+{:04X}", u32::from(*letter))
            }
            Self::UnknownAttribute { name } => write!(f, "has no attribute `{name}`"),
            Self::MissingAttribute { name } => write!(f, "the attribute `{name}` is missing"),
            Self::Attribute { name, kind } => write!(f, "the attribute `{name}`: {kind}"),
        }
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn range(bounds: (Option<i64>, Option<i64>)) -> String {
    match bounds {
        (Some(low), Some(high)) => format!("between {low} and {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or less"),
        (None, None) => "a number".to_owned(),
    }
}

/// The number with commas between its thousands.
fn grouped(number: usize) -> String {
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands == 0 { rest.to_string() } else { format!("{},{rest:03}", grouped(thousands)) }
}
