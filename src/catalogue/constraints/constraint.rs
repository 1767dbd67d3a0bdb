//! One constraint: what it is about, when it holds, what must be so then.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::path::Path;
use crate::xml::NameSet;

/// What QuickBooks asks of a request beyond the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// Its name, such as `discount-without-quantity`; messages carry it as their code.
    pub id: String,
    /// The aggregate of the request that it is about; nothing for the request itself. There may be several
    /// of that name: it is asked of each.
    pub at: Option<String>,
    /// It is not asked where all of these hold; nothing here is no such place.
    pub unless: Vec<(Path, Test)>,
    /// It is asked only where all of these hold.
    pub when: Vec<(Path, Test)>,
    /// What must hold then.
    pub then: Vec<(Path, Test)>,
    /// What QuickBooks does otherwise.
    pub consequence: Consequence,
    /// What to tell, for a clerk, with gaps such as `{ItemRef}`.
    pub says: String,
    /// How it is known: the letter that `docs/constraints.md` explains, and where it stands.
    pub evidence: String,
}

impl Constraint {
    /// Whether it can be broken only by what a record holds, so that there is nothing to ask where none is known.
    pub fn needs_records(&self) -> bool {
        let is_of_record = |(path, test): &(Path, Test)| path.is_of_record() || test.needs_records();
        self.when.iter().any(is_of_record) || self.then.iter().all(is_of_record)
    }

    /// Whether a request with these elements may break it. Most have nothing that most constraints are about, and this
    /// is sooner seen than looked for line by line.
    pub fn may_concern(&self, elements: NameSet) -> bool {
        let lacks = |(path, _): &&(Path, Test)| path.is_lacking(elements);
        let mut not_met = self.when.iter().filter(lacks).filter(|(_, test)| test.of_nothing() != Some(true));
        let harmless = |it: &(Path, Test)| lacks(&it) && it.1.of_nothing() != Some(false);
        not_met.next().is_none() && !self.then.iter().all(harmless)
    }

    /// What to tell, each gap filled with what is `shown` for it.
    pub fn told(&self, shown: impl Fn(&str) -> String) -> String {
        let mut pieces = self.says.split('{');
        let mut told = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (gap, rest) = piece.split_once('}').unwrap_or((piece, ""));
            told.push_str(&shown(gap));
            told.push_str(rest);
        }
        told
    }
}

/// What QuickBooks does with a request that breaks a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequence {
    /// It refuses it.
    Refused,
    /// It takes it, and makes something else of it than the sender means.
    Changed,
}

/// What a value is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// If it is there, it is not empty.
    Filled,
    /// If it is there, it is one of these; capitals do not matter.
    OneOf(Vec<String>),
    /// If it is there, it is none of these.
    NoneOf(Vec<String>),
    /// If it is there, it does not contain this.
    Without(String),
    /// If it is a number, it is at least this.
    Least(Decimal),
    /// If it is a number, it is at most this.
    Most(Decimal),
    /// It is there and not 0.
    NotZero,
    /// If it is a date, it is not before the first and not after the second.
    Between(String, String),
    /// If both are there, they are the same.
    Same(Path),
    /// If both are there, they are not the same.
    Differs(Path),
    /// If it is there, no other record of this type has it.
    Free(String),
    /// If it is there, it is one of the names of these elements of the record that a reference leads to.
    Among {
        /// The reference.
        set: Path,
        /// Paths to the names.
        names: Vec<String>,
    },
    /// The numbers in it come in their order.
    Ascending,
    /// No word stands in it twice.
    Distinct,
    /// If all are numbers, it fits between what is used already and the limit.
    Fits {
        /// What is used.
        used: Path,
        /// The limit.
        limit: Path,
    },
}

impl Test {
    /// Whether it cannot be told without a record: what it compares with stands in one.
    fn needs_records(&self) -> bool {
        match self {
            Self::Same(other) | Self::Differs(other) => other.is_of_record(),
            Self::Fits { used, limit } => used.is_of_record() || limit.is_of_record(),
            Self::Among { .. } => true,
            _ => false,
        }
    }

    /// Whether it holds where nothing is there; nothing if it says nothing of that.
    pub fn of_nothing(&self) -> Option<bool> {
        match self {
            Self::Absent | Self::Filled => Some(true),
            Self::Present | Self::NotZero => Some(false),
            _ => None,
        }
    }

    /// Whether it holds of a text; nothing if that hangs on more than the text, or the text is no number and must be.
    pub fn of_text(&self, text: &str) -> Option<bool> {
        let number = || text.trim().parse::<Decimal>().ok();
        let is_one = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        Some(match self {
            Self::Present => true,
            Self::Absent => false,
            Self::Filled => !text.is_empty(),
            Self::OneOf(words) => is_one(words),
            Self::NoneOf(words) => !is_one(words),
            Self::Without(part) => !text.contains(part.as_str()),
            Self::Least(least) => number()? >= *least,
            Self::Most(most) => number()? <= *most,
            Self::NotZero => !number()?.is_zero(),
            Self::Between(first, last) => first.as_str() <= text && text <= last.as_str(),
            _ => return None,
        })
    }
}
