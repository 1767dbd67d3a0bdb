//! What a function says of itself.

use crate::document::Value;

/// What a function is given. It owns nothing of it, so values need not be counted up and down.
pub type Args<'a> = &'a [&'a Value];

/// A provided function.
pub struct Function {
    /// The name, as expressions call it.
    pub name: &'static str,
    /// The group it stands under in the handbook.
    pub group: &'static str,
    /// What it takes.
    pub params: &'static [Param],
    /// What it gives.
    pub returns: Returns,
    /// What it does, in one or two sentences.
    pub about: &'static str,
    /// Examples: an expression without variables, and its value as text.
    pub examples: &'static [(&'static str, &'static str)],
    /// What runs it. Gets as many values as there are params; types were checked where they were
    /// known, so a value of another type is an error in plain words, never a panic.
    pub run: fn(Args<'_>) -> Result<Value, String>,
}

/// A parameter.
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: ParamKind,
}

/// What a parameter may be. Absent values are allowed everywhere and reach the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Anything.
    Any,
    /// Text, or what has one: numbers, dates, truth values, lists of such.
    Text,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// A list.
    List,
    /// A list of structures.
    Structures,
    /// The name of a field that the members of the first parameter have, as a literal text.
    FieldName,
    /// A regular expression, as a literal text.
    Pattern,
    /// A QuickBooks record.
    Record,
    /// A filter, as the settings hold it.
    Filter,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A date.
    Date,
    /// Text of any length.
    Text,
    /// Text of at most so many characters.
    TextOf(u32),
    /// Text no longer than that parameter.
    TextLike(usize),
    /// A list of texts.
    Texts,
    /// A member of that parameter, which is a list; may be absent.
    MemberOf(usize),
    /// A list of members of that parameter, which is a list.
    MembersOf(usize),
    /// A map with these keys, all text; each may be absent.
    Map(&'static [&'static str]),
    /// Like that parameter.
    Like(usize),
}

impl Function {
    /// How it is called.
    pub fn usage(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|param| param.name).collect();
        format!("{}({})", self.name, params.join(", "))
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A parameter, in the short form that the tables use.
pub(super) const fn param(name: &'static str, kind: ParamKind) -> Param {
    Param { name, kind }
}
