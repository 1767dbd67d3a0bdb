//! How a request was answered: the status of its response.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static STATUSES: LazyLock<BTreeMap<Reason, Wording>> = LazyLock::new(|| {
    // The text is embedded and a test reads it.
    serde_yaml::from_str(include_str!("data/statuses.yaml")).unwrap_or_default()
});

/// Why a request ended as it did. The codes and texts of each are in `data/statuses.yaml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reason {
    Done,
    NothingFound,
    SomeMissing,
    Unsupported,
    RequestIdTooLong,
    InvalidId,
    NotABoolean,
    NotADate,
    DateRange,
    StringRange,
    NotATimeInterval,
    NotAnAmount,
    NotAPrice,
    NotAPercent,
    NotAQuantity,
    NotAGuid,
    TooLong,
    NotANumber,
    InvalidName,
    NameInUse,
    NotFound,
    InvalidParent,
    InvalidReference,
    Refused,
    InactiveReference,
    MissingElement,
    InUse,
    ObjectBusy,
    ClosedPeriod,
    TransactionLocked,
    RecordLocked,
    ListBusy,
    StaleEditSequence,
    Overpaid,
    GuidInUse,
    AddressTooLong,
    NotDone,
    FeatureOff,
    NoPermission,
    LinkedTwice,
    WrongOrder,
    MergeRefused,
    UnknownMacro,
}

/// A code with its text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    code: u32,
    severity: String,
    text: String,
    #[expect(dead_code, reason = "for who reads the file")]
    evidence: String,
}

/// The status of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: u32,
    pub(crate) severity: String,
    pub(crate) message: String,
}

impl Status {
    /// The status for `reason`, with `arguments` in the gaps of its text, in order.
    pub(crate) fn new(reason: Reason, arguments: &[&str]) -> Status {
        let Some(wording) = STATUSES.get(&reason) else {
            return Status { code: 1000, severity: "Error".to_owned(), message: String::new() };
        };
        let mut message = String::new();
        let mut arguments = arguments.iter();
        for (place, piece) in wording.text.split("{}").enumerate() {
            if place > 0 {
                message.push_str(arguments.next().unwrap_or(&""));
            }
            message.push_str(piece);
        }
        Status { code: wording.code, severity: wording.severity.clone(), message }
    }

    /// Whether the request was not done.
    pub(crate) fn is_failure(&self) -> bool {
        self.code >= 1000
    }
}

impl From<Reason> for Status {
    fn from(reason: Reason) -> Status {
        Status::new(reason, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_words() {
        let all: BTreeMap<Reason, Wording> =
            serde_yaml::from_str(include_str!("data/statuses.yaml")).unwrap();
        // The last of the reasons counts them.
        assert_eq!(all.len(), Reason::UnknownMacro as usize + 1);
    }

    #[test]
    fn gaps_are_filled_in_order() {
        let status = Status::new(Reason::InvalidReference, &["Item", "x", "SalesOrder line"]);
        assert_eq!(
            status.message,
            "There is an invalid reference to QuickBooks Item \"x\" in the SalesOrder line.  QuickBooks \
             error message: Invalid argument.  The specified record does not exist in the list."
        );
        assert_eq!(
            Status::new(Reason::StaleEditSequence, &["1416315972"]).message,
            "The provided edit sequence \"1416315972\" is out-of-date. "
        );
        assert!(status.is_failure() && !Status::from(Reason::SomeMissing).is_failure());
    }
}
