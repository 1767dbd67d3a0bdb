//! The types of expressions, as the checker infers them.

use std::sync::Arc;

use crate::catalogue::Element;
use crate::document::{FieldType, ShapeId, Shapes};

/// What an expression gives. That it may also give nothing is said beside it, in `optional`.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Not known before it runs.
    Any,
    /// Always nothing.
    Absent,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Number,
    /// Text.
    Text(TextType),
    /// `YYYY-MM-DD`.
    Date,
    /// ISO 8601 with offset.
    DateTime,
    /// A structure of a document: one of these shapes.
    Struct(Vec<ShapeId>),
    /// A list of members of one type.
    List(Box<Type>),
    /// A map with these keys and no others.
    Map(&'static [&'static str]),
    /// A record or an element inside one: one of these.
    Record(Vec<Element>),
    /// A reference to a QuickBooks record of one of these types; to any, where none is named.
    Reference(Vec<&'static str>),
    /// All settings.
    Settings,
}

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextType {
    /// The longest it can be, in characters.
    pub max: Option<u32>,
    /// All that it can be.
    pub values: Option<Arc<[String]>>,
    /// All that the schema of QuickBooks says that it can be; QuickBooks itself may answer with more.
    pub listed: &'static [&'static str],
}

impl Type {
    /// Text of unknown length.
    pub const TEXT: Self = Self::Text(TextType { max: None, values: None, listed: &[] });

    /// Text of at most so many characters.
    pub fn text_of(max: u32) -> Self {
        Self::Text(TextType { max: Some(max), values: None, listed: &[] })
    }

    /// Exactly this text.
    pub fn literal(text: &str) -> Self {
        Self::one_of(std::iter::once(text.to_owned()).collect())
    }

    /// One of these texts.
    pub fn one_of(values: Arc<[String]>) -> Self {
        let max = values.iter().map(|value| length(value)).max();
        Self::Text(TextType { max, values: Some(values), listed: &[] })
    }

    /// The type of a field of a document.
    pub fn of_field(ty: &FieldType) -> Self {
        match ty {
            FieldType::Text { max } => Self::Text(TextType { max: *max, values: None, listed: &[] }),
            FieldType::Integer => Self::Integer,
            FieldType::Number => Self::Number,
            FieldType::Boolean => Self::Bool,
            FieldType::Date => Self::Date,
            FieldType::DateTime => Self::DateTime,
            FieldType::Any => Self::Any,
            FieldType::Struct(shape) => Self::Struct(vec![*shape]),
            FieldType::List(member) => Self::List(Box::new(Self::of_field(member))),
        }
    }

    /// What people call a value of this type.
    pub fn phrase(&self, shapes: &Shapes) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Absent => "nothing".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text(_) => "text".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::DateTime => "a time".to_owned(),
            Self::Struct(ids) => {
                let names: Vec<_> = ids.iter().map(|id| shapes.get(*id).name.as_str()).collect();
                let whole = ids.iter().all(|id| shapes.get(*id).is_object);
                let what = if whole { "a document" } else { "a part of a document" };
                format!("{what} ({})", names.join(" or "))
            }
            Self::List(member) => format!("a list of {}", member.plural()),
            Self::Map(_) => "a map".to_owned(),
            Self::Record(elements) => {
                let names: Vec<_> = elements.iter().map(|element| element.name()).collect();
                format!("a record ({})", names.join(" or "))
            }
            Self::Reference(_) => "a reference to a record".to_owned(),
            Self::Settings => "the settings".to_owned(),
        }
    }

    /// What people call several values of this type.
    fn plural(&self) -> &'static str {
        match self {
            Self::Any | Self::Absent => "anything",
            Self::Bool => "true or false",
            Self::Integer => "whole numbers",
            Self::Number => "numbers",
            Self::Text(_) => "texts",
            Self::Date => "dates",
            Self::DateTime => "times",
            Self::Struct(_) => "structures",
            Self::List(_) => "lists",
            Self::Map(_) => "maps",
            Self::Record(_) => "records",
            Self::Reference(_) => "references",
            Self::Settings => "settings",
        }
    }

    /// The longest text that a value of this type is written as, where it is known.
    pub fn max_length(&self) -> Option<u32> {
        match self {
            Self::Absent => Some(0),
            Self::Bool => Some(5),
            Self::Integer => Some(20),
            Self::Number => Some(31),
            Self::Date => Some(10),
            Self::DateTime => Some(35),
            Self::Text(text) => text.max,
            _ => None,
        }
    }

    /// Whether it is a number of either kind.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    /// The type of something that is one or the other.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Absent, other) | (other, Self::Absent) => other,
            (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
            (Self::Text(a), Self::Text(b)) => Self::Text(a.join(&b)),
            (Self::Struct(mut a), Self::Struct(b)) => {
                a.extend(b);
                a.sort_unstable();
                a.dedup();
                Self::Struct(a)
            }
            (Self::Record(mut a), Self::Record(b)) => {
                a.extend(b.into_iter().filter(|element| !a.contains(element)).collect::<Vec<_>>());
                Self::Record(a)
            }
            (Self::Reference(mut a), Self::Reference(b)) => {
                // Where one may be any, both may.
                if a.is_empty() || b.is_empty() {
                    return Self::Reference(Vec::new());
                }
                a.extend(b);
                a.sort_unstable();
                a.dedup();
                Self::Reference(a)
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.join(*b))),
            _ => Self::Any,
        }
    }
}

impl TextType {
    fn join(&self, other: &Self) -> Self {
        let max = self.max.zip(other.max).map(|(a, b)| a.max(b));
        let values = self.values.as_ref().zip(other.values.as_ref()).map(|(a, b)| {
            let mut all: Vec<String> = a.iter().chain(b.iter()).cloned().collect();
            all.sort();
            all.dedup();
            Arc::from(all)
        });
        let listed = if self.listed == other.listed { self.listed } else { &[] };
        Self { max, values, listed }
    }
}

/// The length of a text in characters, as QuickBooks counts.
pub fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
