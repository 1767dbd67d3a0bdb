//! A company file: one QuickBooks file, joined to one Steelhead domain.

use std::collections::BTreeMap;

use super::Moment;

/// A company file, as keys know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct CompanyId(pub i64);

/// A company file to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCompanyFile {
    /// The Steelhead domain.
    pub domain: String,
    /// What people call the company file; unique.
    pub name: String,
    /// The user name that its Web Connector gives; unique.
    pub user_name: String,
    /// The hash of its password (PHC string format), never the password.
    pub password_hash: String,
    /// The GUID of the application in its `.qwc` file.
    pub owner_id: String,
    /// The GUID of the company file in its `.qwc` file.
    pub file_id: String,
    /// The path of the file on the QuickBooks computer; nothing for the one that is open.
    pub path: Option<String>,
}

/// A company file that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanyFile {
    /// Its key.
    pub id: CompanyId,
    /// What it was made with.
    pub made: NewCompanyFile,
    /// What the file said of itself when it was first met.
    pub identity: Option<Identity>,
    /// Settings that differ from their defaults, by name.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// The optional layers of the rules that are on, by name.
    pub layers: Vec<String>,
    /// Settings of layers that are off, by name: they come back with their layers.
    pub settings_aside: BTreeMap<String, serde_json::Value>,
    /// Whether the Web Connector is sent away for now.
    pub is_paused: bool,
    /// Whether a person asked for a read in the next session, whether one is due or not.
    pub is_read_asked: bool,
    /// When the Web Connector last called.
    pub last_contact: Option<Moment>,
    /// When the last read of everything ended.
    pub last_read: Option<Moment>,
    /// When a session last ended with nothing left to do.
    pub last_sync: Option<Moment>,
    /// Counts changes of its records and connections: the steps that changed any. What is read again
    /// as it was changes nothing.
    pub revision: i64,
    /// Counts changes of all that is kept of it: the use-cases that wrote, visits among them.
    pub changes: i64,
    /// Counts loads that changed any document.
    pub loads: i64,
}

/// The optional layers of a company file, with the settings that go with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// Those that are on, by name.
    pub on: Vec<String>,
    /// Settings that differ from their defaults.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// Settings of layers that are off.
    pub aside: BTreeMap<String, serde_json::Value>,
}

/// What a company file says of itself: enough to notice that another one is open.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// The company's name.
    pub company_name: String,
    /// The path of the file.
    pub path: String,
    /// The `FileID` that was written into it under our `OwnerID`, if it has one.
    pub file_id: Option<String>,
    /// `US`, `CA` or `UK`.
    pub country: String,
    /// The newest qbXML version that it understands, such as `13.0`.
    pub qbxml: String,
    /// The day up to which its books are closed, as `2025-12-31`; empty if they are not, nothing if it was
    /// never told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_date: Option<String>,
}

impl CompanyFile {
    /// The day up to which its books are closed, if it told one.
    pub fn closed_until(&self) -> Option<&str> {
        self.identity.as_ref()?.closing_date.as_deref().filter(|date| !date.is_empty())
    }
}
