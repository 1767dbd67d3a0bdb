//! Where a constraint looks: in the request, in a record that the request refers to, or at the company file.

use std::fmt;

use crate::catalogue::record;
use crate::xml::NameSet;

/// A place that a constraint looks at.
///
/// | written | is |
/// | --- | --- |
/// | `Rate`, `SalesOrPurchase/AccountRef` | an element, from the aggregate that the constraint is about |
/// | `/CustomerRef` | the same, from the request |
/// | `ItemRef>TaxRate` | an element of the record that `ItemRef` refers to |
/// | `ItemRef>@type` | the type of that record, without `Ret` |
/// | `@old/SalesAndPurchase` | an element of the record that a Mod changes |
/// | `@total` | what the lines add up to |
/// | `@lines` | how many lines there are, and orders whose lines are taken |
/// | `@sum/JournalDebitLine/Amount` | what an element of all lines of that name adds up to |
/// | `@all/LinkToTxnID` | all elements of that name, with blanks between them |
/// | `@kept` | which lines of the record a Mod keeps: their places in it, with blanks between them |
/// | `@PreferencesRet/AccountingPreferences/IsUsingClassTracking` | an element of a record of which there is only one |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where it begins.
    pub start: Start,
    /// The elements down from there, `/` between them; none for what `start` is itself.
    pub steps: String,
    /// What is read of the record that is referred to; nothing if it is the reference or value itself.
    pub of_record: Option<String>,
    /// The first of the steps, where it is an element of the request.
    first: NameSet,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The aggregate that the constraint is about.
    Here,
    /// The request.
    Request,
    /// The record that a Mod changes.
    Old,
    /// The sum of the request's lines.
    Total,
    /// The number of the request's lines.
    Lines,
    /// The sum of an element of some of its lines.
    Sum,
    /// All its elements of one name.
    All,
    /// The places of the lines that a Mod keeps.
    Kept,
    /// The record of this type, of which there is only one.
    Only(&'static str),
}

/// What stands for the type of a record.
pub(super) const TYPE: &str = "@type";

impl Path {
    /// Reads a path as it is written.
    pub fn parse(written: &str) -> Self {
        let (place, of_record) = match written.split_once('>') {
            Some((place, of_record)) => (place, Some(of_record.to_owned())),
            None => (written, None),
        };
        let (start, steps) = if place == "@total" {
            (Start::Total, "")
        } else if let Some((start, steps)) = special(place) {
            (start, steps)
        } else if let Some(steps) = place.strip_prefix('/') {
            (Start::Request, steps)
        } else {
            (Start::Here, place)
        };
        let first = matches!(start, Start::Here | Start::Request).then(|| steps.split('/').next());
        let first = first.flatten().map(NameSet::of).unwrap_or_default();
        Self { start, steps: steps.to_owned(), of_record, first }
    }

    /// Whether it leads nowhere in a request that has these elements.
    pub(super) fn is_lacking(&self, elements: NameSet) -> bool {
        !elements.may_have(self.first)
    }

    /// Whether it asks for something in a record.
    pub fn is_of_record(&self) -> bool {
        self.of_record.is_some() || matches!(self.start, Start::Old | Start::Kept | Start::Only(_))
    }

    /// Whether it asks for the type of the record that is referred to.
    pub fn is_type(&self) -> bool {
        self.of_record.as_deref() == Some(TYPE)
    }
}

/// A place that begins with `@`.
fn special(place: &str) -> Option<(Start, &str)> {
    let (word, steps) = place.strip_prefix('@')?.split_once('/').unwrap_or((place.get(1..)?, ""));
    let start = match word {
        "old" => Start::Old,
        "lines" => Start::Lines,
        "sum" => Start::Sum,
        "all" => Start::All,
        "kept" => Start::Kept,
        _ => Start::Only(record(word)?.name()),
    };
    Some((start, steps))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            Start::Here => {}
            Start::Request => f.write_str("/")?,
            Start::Old => f.write_str("@old/")?,
            Start::Total => f.write_str("@total")?,
            Start::Lines => f.write_str("@lines")?,
            Start::Sum => f.write_str("@sum/")?,
            Start::All => f.write_str("@all/")?,
            Start::Kept => f.write_str("@kept")?,
            Start::Only(record) => write!(f, "@{record}/")?,
        }
        f.write_str(&self.steps)?;
        self.of_record.as_ref().map_or(Ok(()), |of_record| write!(f, ">{of_record}"))
    }
}
