//! Records of QuickBooks that could become documents of Steelhead.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::engine::ImportedValue;
use crate::sync::{FoundRecord, ImportFate};

/// A record that could become a document, as `ferrule import --list --json` lists it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ImportView {
    /// The object that it would become.
    pub object: String,
    /// Its type, such as `CustomerRet`.
    pub record_type: String,
    /// Its `ListID` or `TxnID`.
    pub record_id: String,
    /// What people call it.
    pub name: String,
    /// Whether it can be imported.
    pub importable: bool,
    /// The document that it would become, which has no id yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Map<String, Value>")]
    pub document: Option<ImportedValue>,
    /// Why it cannot be imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonView>,
}

/// Why a record cannot be imported.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReasonView {
    /// The code.
    pub code: String,
    /// The words.
    pub message: String,
}

impl ImportView {
    /// That of a record.
    pub fn of(row: &FoundRecord) -> Self {
        let document = match &row.fate {
            ImportFate::Importable(document) => Some(document.clone()),
            _ => None,
        };
        let reasons = row.reasons().into_iter();
        Self {
            object: row.object.clone(),
            record_type: row.key.record_type.clone(),
            record_id: row.key.id.clone(),
            name: row.name.clone(),
            importable: document.is_some(),
            document,
            reasons: reasons.map(|(code, message)| ReasonView { code: code.to_owned(), message }).collect(),
        }
    }
}
