//! What a case file says, as it is written.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::rules::decode::Spanned;
use crate::rules::file::{SettingValueFile, Text};

/// A case file. What `documents` and `quickbooks` hold is read apart: documents as JSON, and records
/// in the order of their elements.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseFile {
    /// One sentence on what the case shows.
    pub about: Text,
    /// Further layers of rules, below the folder of the rule set.
    #[serde(default)]
    pub rules: Vec<Text>,
    /// Settings that differ from their defaults.
    #[serde(default)]
    pub settings: Given<SettingValueFile>,
    #[serde(default, rename = "documents")]
    _documents: Option<IgnoredAny>,
    #[serde(default, rename = "quickbooks")]
    _quickbooks: Option<IgnoredAny>,
    /// What must hold of the result, by its path.
    #[serde(default)]
    pub expect: Given<SettingValueFile>,
    /// What is connected already.
    #[serde(default)]
    pub connections: Vec<Spanned<ConnectionFile>>,
}

/// A document that is connected to a record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionFile {
    /// The object's name.
    pub object: Text,
    /// The document's id.
    pub id: Text,
    /// The record's `ListID` or `TxnID`.
    pub id_in_quickbooks: Text,
    /// What both had when they last agreed, where QuickBooks has it otherwise now: elements, by their paths.
    #[serde(default)]
    pub agreed: Option<Given>,
    /// What the rules gave then, where that was something else: elements, by their paths.
    #[serde(default)]
    pub ours: Option<Given>,
}

/// Settings, or what is expected, in the order of the file; null takes a value away, or says that there is none.
#[derive(Debug)]
pub(super) struct Given<T = String>(pub Vec<(Text, Option<Spanned<T>>)>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(GivenVisitor(PhantomData))
    }
}

struct GivenVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for GivenVisitor<T> {
    type Value = Given<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a mapping of names to values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = map.next_entry()? {
            all.push(entry);
        }
        Ok(Given(all))
    }
}
