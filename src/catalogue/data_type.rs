//! The types of qbXML's values.

use super::lexical;

/// The type of an element's or attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// `IDTYPE`
    Id,
    /// `STRTYPE`
    Text,
    /// `ENUMTYPE`
    Enum,
    /// `GUIDTYPE`
    Guid,
    /// `UUIDTYPE`
    Uuid,
    /// `MACROTYPE`
    Macro,
    /// `BOOLTYPE`
    Bool,
    /// `DATETYPE`
    Date,
    /// `DATETIMETYPE`
    DateTime,
    /// `TIMEINTERVALTYPE`
    TimeInterval,
    /// `AMTTYPE`
    Amount,
    /// `PRICETYPE`
    Price,
    /// `QUANTYPE`
    Quantity,
    /// `PERCENTTYPE`
    Percent,
    /// `FLOATTYPE`
    Float,
    /// `INTTYPE`
    Integer,
}

impl DataType {
    /// Every type.
    pub const ALL: [DataType; 16] = [
        DataType::Id,
        DataType::Text,
        DataType::Enum,
        DataType::Guid,
        DataType::Uuid,
        DataType::Macro,
        DataType::Bool,
        DataType::Date,
        DataType::DateTime,
        DataType::TimeInterval,
        DataType::Amount,
        DataType::Price,
        DataType::Quantity,
        DataType::Percent,
        DataType::Float,
        DataType::Integer,
    ];

    /// qbXML's name of the type, such as `AMTTYPE`.
    pub fn as_str(self) -> &'static str {
        match self {
            DataType::Id => "IDTYPE",
            DataType::Text => "STRTYPE",
            DataType::Enum => "ENUMTYPE",
            DataType::Guid => "GUIDTYPE",
            DataType::Uuid => "UUIDTYPE",
            DataType::Macro => "MACROTYPE",
            DataType::Bool => "BOOLTYPE",
            DataType::Date => "DATETYPE",
            DataType::DateTime => "DATETIMETYPE",
            DataType::TimeInterval => "TIMEINTERVALTYPE",
            DataType::Amount => "AMTTYPE",
            DataType::Price => "PRICETYPE",
            DataType::Quantity => "QUANTYPE",
            DataType::Percent => "PERCENTTYPE",
            DataType::Float => "FLOATTYPE",
            DataType::Integer => "INTTYPE",
        }
    }

    /// The type that qbXML calls `name`.
    pub fn named(name: &str) -> Option<DataType> {
        DataType::ALL.into_iter().find(|data_type| data_type.as_str() == name)
    }

    /// What a person calls the type and how its values look: `amount, exactly 2 decimals`.
    pub fn phrase(self) -> &'static str {
        match self {
            DataType::Id => "id, at most 36 characters",
            DataType::Text => "text",
            DataType::Enum => "one of a list of words",
            DataType::Guid => "GUID in braces, or 0",
            DataType::Uuid => "unique text",
            DataType::Macro => "name of a macro",
            DataType::Bool => "true or false",
            DataType::Date => "date, YYYY-MM-DD",
            DataType::DateTime => "date and time, YYYY-MM-DDTHH:MM:SS+HH:MM",
            DataType::TimeInterval => "time interval, PTnHnMnS",
            DataType::Amount => "amount, exactly 2 decimals",
            DataType::Price => "price, at most 5 decimals",
            DataType::Quantity => "quantity, at most 5 decimals",
            DataType::Percent => "percentage, at most 5 decimals",
            DataType::Float => "decimal number",
            DataType::Integer => "whole number",
        }
    }

    /// Whether `text` is a value of this type, by the lexical rules of Intuit's schema
    /// (qbxmltypes130.xsd). Length and enumeration are the element's matter, but for the 36
    /// characters of an id.
    ///
    /// Surprises that are the schema's: most types take the empty value; an amount has no decimals
    /// or exactly 2; a date and time takes neither `Z` nor fractions of a second.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            DataType::Id => text.chars().count() <= 36,
            DataType::Text | DataType::Enum | DataType::Uuid | DataType::Macro => true,
            DataType::Guid => lexical::guid(text),
            DataType::Bool => lexical::boolean(text),
            DataType::Date => lexical::date(text),
            DataType::DateTime => lexical::date_time(text),
            DataType::TimeInterval => lexical::time_interval(text),
            DataType::Amount => lexical::number(text, 13, 2..=2),
            DataType::Price | DataType::Quantity | DataType::Percent => lexical::number(text, 10, 1..=5),
            DataType::Float => lexical::decimal(text),
            DataType::Integer => lexical::integer(text),
        }
    }
}
