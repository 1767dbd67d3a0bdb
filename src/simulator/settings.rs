//! What a company file is told when it is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time_zone::TimeZone;
use crate::catalogue::Version;

/// What a company file is told when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where identifiers start; the same seed, clock and requests give the same bytes.
    pub seed: u64,
    /// The company's name, at most 59 characters.
    pub company_name: String,
    /// Where the file lies on the computer that QuickBooks runs on.
    pub path: String,
    /// The edition, `US`, `CA` or `UK`. The vocabulary is that of the United States.
    pub country: String,
    /// What the program calls itself.
    pub product_name: String,
    /// Its major version; 24 is QuickBooks 2014.
    pub major_version: u16,
    /// Its minor version.
    pub minor_version: u16,
    /// The highest version of qbXML it takes, such as `13.0`; not above that of the catalogue.
    pub qbxml_version: String,
    /// Transactions up to this day, `2024-12-31`, cannot be added, changed or deleted.
    pub closing_date: Option<String>,
    /// The time zone of its computer.
    pub time_zone: TimeZone,
    /// Whether only one user has the file open.
    pub is_single_user: bool,
    /// What happens to text that QuickBooks cannot keep.
    pub characters: Characters,
    /// What happens to values that are too long or of the wrong type.
    pub wrong_values: WrongValues,
    /// What happens to a record whose `ExternalGUID` another one has.
    #[serde(default)]
    pub doubled_guids: DoubledGuids,
    /// Whether the note of an address is one of its printed lines.
    #[serde(default)]
    pub address_notes: AddressNotes,
    /// Whether a sale with a tax item that has no tax agency is refused.
    #[serde(default)]
    pub agencies: Agencies,
    /// What becomes of a class while class tracking is off.
    #[serde(default)]
    pub unused_classes: UnusedClasses,
    /// Preferences that are otherwise than in a new company file, by path:
    /// `AccountingPreferences/IsUsingClassTracking`.
    #[serde(default)]
    pub preferences: BTreeMap<String, String>,
}

/// What becomes of a class while class tracking is off. Nothing is known of what the real QuickBooks does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnusedClasses {
    /// It is kept.
    #[default]
    Kept,
    /// What names one is refused.
    Refused,
}

/// Whether the note of an address is one of the five lines that are printed. Nothing is known of what the real
/// QuickBooks does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressNotes {
    /// It is none.
    #[default]
    NotPrinted,
    /// It is one.
    Printed,
}

/// What happens to a sale with a tax item that has a rate and no tax agency. A vendor's help page quotes the refusal; company
/// files that were read here have such items and sales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agencies {
    /// It is taken.
    #[default]
    NotAsked,
    /// It is refused.
    Asked,
}

/// What happens to a new record whose `ExternalGUID` another one has. Nothing is known of what the real
/// QuickBooks does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubledGuids {
    /// It is refused with 3210, as long as the other one is there.
    #[default]
    Refused,
    /// It is refused, even if the other one has been deleted since.
    RefusedForEver,
    /// It is taken.
    Taken,
}

/// What happens to characters beyond ASCII. What the real QuickBooks does is known second-hand only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Characters {
    /// Written raw they are refused with 0x80040400; written as numbers, those of Windows-1252 are
    /// kept and others become `?`.
    #[default]
    AsciiOnly,
    /// They are read raw too; those beyond Windows-1252 become `?`.
    Windows1252,
}

/// What happens to values that are too long, of the wrong type or not in their enumeration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongValues {
    /// The whole message set is refused with 0x80040400.
    #[default]
    NotParsed,
    /// The request fails with its own status, as recorded for a text too long (3070) and a price
    /// (3045); other codes are Intuit's list's.
    Status,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 1,
            company_name: "Sample Finishing Company".to_owned(),
            path: r"C:\QuickBooks\sample.qbw".to_owned(),
            country: "US".to_owned(),
            product_name: "QuickBooks Pro 2014".to_owned(),
            major_version: 24,
            minor_version: 0,
            qbxml_version: Version::NEWEST.to_string(),
            closing_date: None,
            time_zone: TimeZone::default(),
            is_single_user: false,
            characters: Characters::default(),
            wrong_values: WrongValues::default(),
            doubled_guids: DoubledGuids::default(),
            address_notes: AddressNotes::default(),
            agencies: Agencies::default(),
            unused_classes: UnusedClasses::default(),
            preferences: BTreeMap::new(),
        }
    }
}
