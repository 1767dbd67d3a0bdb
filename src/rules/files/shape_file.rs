//! The shape of an object, and its `source`: where Steelhead's GraphQL API has its documents.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::decode::Spanned;
use super::file::{Named, ShapeField, Text};

/// `shapes/<object>.yaml`: the fields of a Steelhead document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShapeFile {
    /// The object's name.
    pub shape: Text,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is, for readers of the file.
    #[serde(default)]
    pub about: Option<String>,
    /// Its fields: `name: type`. A type is `text`, `text(41)`, `integer`, `number`, `boolean`, `date`,
    /// `datetime`, `any`, another shape's name, a mapping of fields (a structure), or a list with
    /// one type. `!` behind it: always there, also where another document holds only a part.
    pub fields: Spanned<Named<ShapeField>>,
    /// Where Steelhead's GraphQL API has the documents and their fields.
    #[serde(default)]
    pub source: Option<Spanned<SourceFile>>,
}

/// Where Steelhead's GraphQL API has the documents of an object.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The field of GraphQL's root that lists the documents, page by page, such as `allInvoices`.
    pub list: Text,
    /// The field of GraphQL's root that gives one of them by its `id`, such as `invoiceById`. With it, only what is new or
    /// has changed is read in full.
    #[serde(default)]
    pub one: Option<Text>,
    /// How one page leads to the next: `cursor` (default) or `offset`.
    #[serde(default)]
    pub pages: Pages,
    /// Documents in one page, at most 1,000; 50 by default.
    #[serde(default)]
    pub size: Option<Spanned<u32>>,
    /// The order to ask for, such as `PRIMARY_KEY_ASC`.
    #[serde(default)]
    pub order: Option<Text>,
    /// The fields of the document that tell of a change, such as `[finalizedAt, voidedAt]`.
    #[serde(default)]
    pub changed: Vec<Text>,
    /// The field that is empty as long as the document may be edited, such as `finalizedAt`: so long it is read each time.
    #[serde(default)]
    pub locked: Option<Text>,
    /// The question that the API knows by its hash, where it takes no others.
    #[serde(default)]
    pub persisted: Option<PersistedFile>,
    /// Where each field stands: `field: name`, with dots from one GraphQL field to the one inside it
    /// (`customerByCustomerId.name`). A structure has `at` and `fields`; so has a list, whose `at` ends with `nodes`.
    pub fields: Spanned<Named<WayFile>>,
}

/// How one page leads to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pages {
    /// By `first` and `after`.
    #[default]
    Cursor,
    /// By `first` and `offset`.
    Offset,
}

/// A question that the API knows by its hash. It has the variables `first` and `after`, or `offset`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersistedFile {
    /// Its name.
    pub operation: Text,
    /// Its SHA-256, in 64 hexadecimal digits. It changes with Steelhead's releases.
    pub sha256: Text,
}

/// Where a field stands.
#[derive(Clone, Debug)]
pub enum WayFile {
    /// The name, or names with dots between them.
    Path(String),
    /// With more to say.
    Spec(Box<WaySpec>),
}

/// Where a field stands, with more to say.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaySpec {
    /// The name, or names with dots between them. A structure without it is made of fields that stand around it.
    #[serde(default)]
    pub at: Option<Text>,
    /// How it is written: `plain` (default), `millionths` (a number times 1,000,000) or `json` (JSON, or a text that holds
    /// it).
    #[serde(default, rename = "as")]
    pub written: Option<Spanned<WrittenAs>>,
    /// The fields of a structure, or of each member of a list.
    #[serde(default)]
    pub fields: Option<Named<WayFile>>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WrittenAs {
    /// As in a document.
    Plain,
    /// A number times 1,000,000.
    Millionths,
    /// JSON, or a text that holds JSON.
    Json,
}

impl<'de> Deserialize<'de> for WayFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Way;
        impl<'de> Visitor<'de> for Way {
            type Value = WayFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name of GraphQL, or `at` and `fields`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WayFile, E> {
                Ok(WayFile::Path(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WayFile, A::Error> {
                let spec = WaySpec::deserialize(MapAccessDeserializer::new(map))?;
                Ok(WayFile::Spec(Box::new(spec)))
            }
        }
        deserializer.deserialize_any(Way)
    }
}

impl JsonSchema for WayFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Way".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let spec = generator.subschema_for::<WaySpec>();
        json_schema!({ "anyOf": [{ "type": "string" }, spec] })
    }
}
