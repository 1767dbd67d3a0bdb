//! What the files of a rule set say, as they are written. The doc comments are the reference: they
//! become the JSON Schema that editors complete from (`ferrule schema rules`).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::catalogue::Country;

use super::decode::Spanned;
use super::field_file::{FieldMap, ImportFields};
use super::list_file::ListFile;

/// A value: a literal, or an expression when it begins with `=`.
pub type Text = Spanned<String>;

/// `ruleset.yaml`: what holds for the whole rule set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesetFile {
    /// The name of the rule set.
    pub name: String,
    /// The qbXML version that requests are written in; no newer element may be used.
    pub qbxml: Text,
    /// How numbers are rounded that have more places than their element: `half-up` (default) or
    /// `half-even`. A field may say `round` itself.
    #[serde(default)]
    pub rounding: Rounding,
    /// The order of objects in a plan, where dependencies leave it open.
    #[serde(default)]
    pub order: Vec<Text>,
    /// The editions of QuickBooks that the rules are for, by country: `US` (default), `CA`, `UK`, `AU`. Nothing is sent to
    /// any other.
    #[serde(default)]
    pub editions: Editions,
    /// What becomes of an element that has a value and that the company file's edition lacks: `reject` (default) or
    /// `leave-out`, with a warning.
    #[serde(default)]
    pub lacking: Lacking,
    /// Limits for scripts.
    #[serde(default)]
    pub limits: Limits,
}

/// Editions of QuickBooks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Editions(pub Vec<Country>);

impl Default for Editions {
    fn default() -> Self {
        Self(vec![Country::US])
    }
}

/// What becomes of an element that an edition lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lacking {
    /// The document is rejected.
    #[default]
    Reject,
    /// It is left out, with a warning.
    LeaveOut,
}

/// Limits for scripts; a script that exceeds one is an error on that document.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Operations of one call, at most.
    pub operations: u32,
    /// Calls inside calls, at most.
    pub calls: u32,
    /// The longest text, in bytes.
    pub text: u32,
    /// The longest list.
    pub list: u32,
    /// The largest map.
    pub map: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { operations: 50_000, calls: 16, text: 100_000, list: 10_000, map: 1_000 }
    }
}

/// How a number is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// 2.345 becomes 2.35.
    #[default]
    HalfUp,
    /// 2.345 becomes 2.34: banker's rounding.
    HalfEven,
}

/// Who leads where Steelhead and QuickBooks have both changed an element since they last agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// Steelhead's value is sent.
    Steelhead,
    /// QuickBooks keeps its value.
    #[default]
    Quickbooks,
    /// A person decides; until then QuickBooks keeps its value.
    Ask,
}

/// What becomes of an element that is empty in QuickBooks when a document is first connected to its record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenEmpty {
    /// It stays empty.
    #[default]
    Leave,
    /// Steelhead's value is sent.
    Fill,
}

/// `layer.yaml`: what a layer that ships is for. It is no part of the rules.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerFile {
    /// What people call it.
    pub title: String,
    /// What it does, in a sentence.
    pub about: String,
    /// The layers that must be below it, by the names of their folders.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// `settings.yaml`: every setting, by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    /// The settings by name; expressions read them as `settings.name`.
    pub settings: std::collections::BTreeMap<String, Spanned<SettingFile>>,
}

/// One setting.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingFile {
    /// What the page calls it.
    pub label: String,
    /// What it does.
    #[serde(default)]
    pub help: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: Spanned<SettingType>,
    /// The value while nobody has set one; nothing if it has none. A list of values for a list, of rows for a table.
    #[serde(default)]
    pub default: Option<Spanned<SettingValueFile>>,
    /// What each entry of a list is; `text` if nothing is said.
    #[serde(default)]
    pub of: Option<Spanned<SettingType>>,
    /// The columns of a table, by the names that expressions read.
    #[serde(default)]
    pub columns: Option<Spanned<Named<ColumnFile>>>,
    /// The longest text in characters, the largest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// The smallest number.
    #[serde(default)]
    pub min: Option<i64>,
    /// The choices, for the type `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The unit of a number, such as minutes.
    #[serde(default)]
    pub unit: Option<String>,
    /// The page it stands on.
    #[serde(default)]
    pub scope: Scope,
    /// The heading it stands under there.
    #[serde(default)]
    pub group: Option<String>,
    /// The value cannot be changed; `help` says why.
    #[serde(default)]
    pub forced: bool,
}

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SettingType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of `choices`.
    Choice,
    /// A filter as `passes()` reads it.
    Filter,
    /// The name of a QuickBooks account.
    Account,
    /// A day, as `YYYY-MM-DD`.
    Date,
    /// Several values, each as `of` says.
    List,
    /// Rows with a value in each of the `columns`.
    Table,
}

/// A column of a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnFile {
    /// What the page calls it; its name if nothing is said.
    #[serde(default)]
    pub label: Option<String>,
    /// What its cells hold.
    #[serde(rename = "type")]
    pub kind: Spanned<SettingType>,
    /// The longest text in characters, the largest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// The smallest number.
    #[serde(default)]
    pub min: Option<i64>,
    /// The choices, for the type `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether every row must have a value here.
    #[serde(default)]
    pub required: bool,
}

/// The value of a setting, as written.
#[derive(Debug)]
pub enum SettingValueFile {
    /// One value.
    One(String),
    /// Several: the entries of a list or the rows of a table.
    Several(Vec<serde_json::Value>),
}

impl SettingValueFile {
    /// As a text that the setting reads.
    pub fn into_text(self) -> String {
        match self {
            Self::One(text) => text,
            Self::Several(all) => serde_json::Value::Array(all).to_string(),
        }
    }
}

/// The page that a setting stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The integration's settings.
    #[default]
    Integration,
    /// The domain's settings.
    Domain,
}

/// `<object>.yaml`: what becomes of one kind of Steelhead document, and from which records one can
/// be imported.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectFile {
    /// The shape's name; also the variable that holds the document in expressions.
    pub object: Text,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// How messages and the plan call one document.
    #[serde(default)]
    pub label: Option<Text>,
    /// What the pages show of its documents; without it there is no page of them.
    #[serde(default)]
    pub list: Option<ListFile>,
    /// Document to QuickBooks.
    #[serde(default)]
    pub export: Option<ExportFile>,
    /// Record to Steelhead.
    #[serde(default)]
    pub import: Option<ImportFile>,
}

/// Document to QuickBooks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportFile {
    /// When a document is exported: `play` (default) on its own, `reference` only together with a
    /// document that refers to it.
    #[serde(default)]
    pub on: Trigger,
    /// Exported only if this holds.
    #[serde(default)]
    pub when: Option<Text>,
    /// The field that says when a document was finalized. Playing a document fills it, if the document is
    /// sent then; from then on the document is locked.
    #[serde(default)]
    pub finalize: Option<Text>,
    /// The date of a document: `ferrule settle --before` goes by it.
    #[serde(default)]
    pub date: Option<Text>,
    /// Why a document that has no record counts as done by hand; the first that applies is told. Nothing is
    /// sent for it, until a person takes that back.
    #[serde(default)]
    pub settled: Vec<Spanned<ConditionFile>>,
    /// Why a document is not sent, without being wrong; the first that applies is told.
    #[serde(default)]
    pub skip: Vec<Spanned<ConditionFile>>,
    /// Why a document must not be sent; all that apply are told.
    #[serde(default)]
    pub reject: Vec<Spanned<ConditionFile>>,
    /// What to tell while the document is sent.
    #[serde(default)]
    pub warn: Vec<Spanned<ConditionFile>>,
    /// Record types that share the space of names with this object's records.
    #[serde(default)]
    pub unique_with: Vec<Text>,
    /// What to do when two documents would have one name in QuickBooks.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// What to do before a record is created, when QuickBooks has one of nearly that name.
    #[serde(default)]
    pub near: Option<NearFile>,
    /// How to find a counterpart in QuickBooks before creating one.
    #[serde(default, rename = "match")]
    pub matching: Option<Spanned<MatchFile>>,
    /// The message that creates the record.
    #[serde(default)]
    pub add: Option<Text>,
    /// The message that changes the record; without it differences are shown but never sent.
    #[serde(default, rename = "mod")]
    pub modify: Option<Text>,
    /// The elements of the record.
    #[serde(default)]
    pub fields: Option<Spanned<FieldMap>>,
    /// What the record must hold once a document was sent: elements of the record, each with its value.
    #[serde(default)]
    pub confirm: Option<FieldMap>,
    /// What `ferrule reconcile` compares: which elements say the day, the party and the amount.
    #[serde(default)]
    pub reconcile: Option<ReconcileFile>,
    /// What lists and pages show of the record: a heading, and the element that stands below it.
    #[serde(default)]
    pub show: Named<String>,
    /// What follows once the document has its record: further requests, in this order.
    #[serde(default)]
    pub then: Vec<Spanned<ThenFile>>,
    /// Other requests for some documents: the first whose `when` holds.
    #[serde(default)]
    pub variants: Named<VariantFile>,
}

/// A request that follows once a document has its record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThenFile {
    /// Its name: what a later layer replaces or removes it by.
    pub id: Text,
    /// Sent only if this holds; `record` is the document's record.
    #[serde(default)]
    pub when: Option<Text>,
    /// What must have become of `record`: once it holds, nothing is sent.
    #[serde(default)]
    pub until: Option<Text>,
    /// The message.
    #[serde(default)]
    pub send: Option<Text>,
    /// Its elements. `connection()` of the document itself is its record. If an element that must be there has no
    /// value, nothing is sent.
    #[serde(default)]
    pub fields: Option<Spanned<FieldMap>>,
    /// In a later layer: this request no longer follows.
    #[serde(default)]
    pub remove: bool,
}

/// A mapping in the order of the file.
#[derive(Clone, Debug)]
pub struct Named<T>(pub Vec<(Text, Spanned<T>)>);

/// Another request for some documents.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantFile {
    /// The documents it is for.
    pub when: Text,
    /// Whether the export's own `fields` come first, and these over them.
    #[serde(default)]
    pub inherit: bool,
    /// How to find a counterpart; default: as the export says.
    #[serde(default, rename = "match")]
    pub matching: Option<Spanned<MatchFile>>,
    /// The message that creates the record.
    pub add: Text,
    /// The message that changes the record.
    #[serde(default, rename = "mod")]
    pub modify: Option<Text>,
    /// The elements of the record.
    #[serde(default)]
    pub fields: Option<Spanned<FieldMap>>,
    /// What the record must hold; default: as the export says.
    #[serde(default)]
    pub confirm: Option<FieldMap>,
    /// What `ferrule reconcile` compares; default: as the export says.
    #[serde(default)]
    pub reconcile: Option<ReconcileFile>,
    /// What lists and pages show of the record; default: as the export says.
    #[serde(default)]
    pub show: Option<Named<String>>,
}

/// What `ferrule reconcile` compares. Each is an element of the record; Steelhead's side of it is what `fields` or
/// `confirm` give that element.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReconcileFile {
    /// The day; `fields` give it.
    pub date: Text,
    /// The number that people know it by; `fields` give it.
    #[serde(default)]
    pub number: Option<Text>,
    /// Who owes, or is owed: a reference that `fields` give.
    pub party: Text,
    /// The amount; `confirm` gives it.
    pub amount: Text,
    /// The tax, if the amount is without it.
    #[serde(default)]
    pub tax: Option<Text>,
    /// The currency; a reference.
    #[serde(default)]
    pub currency: Option<Text>,
    /// What is not paid yet.
    #[serde(default)]
    pub open: Option<Text>,
    /// Whether amounts count as they are (default), or are taken off, as those of a credit.
    #[serde(default)]
    pub sign: Sign,
}

/// How amounts count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// As they are.
    #[default]
    Positive,
    /// Taken off.
    Negative,
}

/// When documents of an object are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// Each on its own.
    #[default]
    Play,
    /// Only when an exported document refers to it.
    Reference,
}

/// What to do when two documents would have one name in QuickBooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The second is rejected.
    #[default]
    Reject,
    /// The second connects to the record of the first.
    Share,
}

/// What to do before a record is created, when QuickBooks has one of nearly that name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearFile {
    /// In what names may differ that are nearly the same; without it, in all of these.
    #[serde(default)]
    pub fold: Vec<Fold>,
    /// `hold`: the document waits until a person says what is right. `warn`: it is told, and the record is
    /// created. Or an expression that gives one of the two, whatever its case.
    pub then: Text,
}

/// In what names may differ that are nearly the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// Blanks, quotes, dashes, capitals, accents, points and commas.
    Spelling,
    /// Words that mean the same: `&` and `and`, `Inc` and `Incorporated`.
    Words,
    /// What they stand below: a job or a sub-item of that name.
    Parent,
}

/// A condition with the words that tell it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionFile {
    /// Its name: what a later layer replaces or removes it by.
    pub id: Text,
    /// Loops: each name is a variable that takes every member of its list, outermost first.
    #[serde(default, rename = "for")]
    pub loops: Named<String>,
    /// The condition.
    #[serde(default)]
    pub when: Option<Text>,
    /// What to tell the person.
    #[serde(default)]
    pub message: Option<Text>,
    /// The setting that the message speaks of, by its name: pages have a button that leads to it.
    #[serde(default)]
    pub setting: Option<Text>,
    /// In `skip`: what must become of `record`, which the document is connected to. Until then the
    /// document waits for a person to do it in QuickBooks; once it holds, or the record is gone, it is done.
    #[serde(default)]
    pub until: Option<Text>,
    /// `create`: it counts only for a document that would be created.
    #[serde(default)]
    pub only: Only,
    /// In a later layer: this condition no longer counts.
    #[serde(default)]
    pub remove: bool,
}

/// Which documents a condition counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// All.
    #[default]
    Any,
    /// Those that would be created: not connected, and no counterpart found.
    Create,
}

/// How to find a counterpart: one query message with what it selects by, and conditions.
#[derive(Debug, Default)]
pub struct MatchFile {
    /// The query message, such as `ItemQuery`, and its selecting elements.
    pub query: Option<(Text, Spanned<FieldMap>)>,
    /// A second one, which there must not be.
    pub more: Option<Text>,
    /// Records below which the counterpart may also stand: their full names, with semicolons between them.
    pub under: Option<Text>,
    /// Which of the records found is really the counterpart; `record` is the candidate.
    pub accept: Option<Text>,
    /// What to tell when records were found but none is the counterpart; `record` is the first one found.
    pub otherwise: Option<Text>,
    /// The setting that `otherwise` speaks of.
    pub setting: Option<Text>,
}

/// Record to Steelhead.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFile {
    /// The record types it can come from; `record` is the variable.
    pub from: Vec<Text>,
    /// Importable only if this holds.
    #[serde(default)]
    pub when: Option<Text>,
    /// Why a record is not importable; all that apply are shown.
    #[serde(default)]
    pub skip: Vec<Spanned<ConditionFile>>,
    /// Whether an update replaces what the document has; without it it does. If it does not hold, an
    /// update fills only what is empty.
    #[serde(default)]
    pub overwrite: Option<Text>,
    /// The fields of the document.
    pub fields: Spanned<ImportFields>,
}

/// The type of a field, as written.
#[derive(Debug)]
pub enum ShapeField {
    /// The name of a type.
    Name(String),
    /// A structure.
    Struct(Named<ShapeField>),
    /// A list of members of one type.
    List(Box<Spanned<ShapeField>>),
}
