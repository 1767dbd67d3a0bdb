//! The free-form parts of rule files: elements, loops, matches, shapes. Written as visitors, because
//! a derived "one of these" would say only that nothing matched.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::decode::Spanned;
use super::file::{Lead, MatchFile, Named, Rounding, SettingValueFile, ShapeField, Text, WhenEmpty};
use super::layers::{APPEND, REPLACE};

/// Elements with their values, in the order of the file.
pub type FieldMap = Named<FieldFile>;
/// Fields of a document with their values, in the order of the file.
pub type ImportFields = Named<ImportField>;

/// The value of an element.
#[derive(Clone, Debug)]
pub enum FieldFile {
    /// Nothing: leaves the element out. In a later layer: removes it.
    Nothing,
    /// A literal or an expression.
    Value(Text),
    /// A value with how it is to be treated, or an aggregate.
    Spec(Box<FieldSpec>),
    /// Several, for an element that repeats.
    List(Vec<Spanned<FieldFile>>),
    /// Several that come after those of what it is laid over; alone it is a list.
    Append(Vec<Spanned<FieldFile>>),
}

/// A value with how it is to be treated, or an aggregate with its elements.
#[derive(Clone, Debug, Default)]
pub struct FieldSpec {
    /// The value.
    pub value: Option<Text>,
    /// What to do with text that is too long.
    pub overflow: Option<Spanned<Overflow>>,
    /// How to round a number.
    pub round: Option<Rounding>,
    /// Who leads where both sides have changed it.
    pub lead: Option<Lead>,
    /// What becomes of it where QuickBooks has nothing when the two are first connected.
    pub when_empty: Option<Spanned<WhenEmpty>>,
    /// By what a line is told from others, and found again when it has changed.
    pub id: Option<Text>,
    /// Left out unless this holds.
    pub when: Option<Text>,
    /// Once for every member of these lists.
    pub loops: Named<String>,
    /// Values that have a name within the loop.
    pub lets: Named<String>,
    /// The elements of an aggregate.
    pub children: FieldMap,
}

/// What to do with text that is longer than its element allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// Reject the document.
    Reject,
    /// Cut it and warn.
    Truncate,
    /// Cut it and add a mark made from the whole text, so that two names stay two; warn.
    Shorten,
}

/// The value of a document's field.
#[derive(Clone, Debug)]
pub enum ImportField {
    /// A literal or an expression.
    Value(Text),
    /// A structure.
    Struct(ImportFields),
    /// A list of structures; those with nothing in them are left out.
    List(Vec<ImportFields>),
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Named<T>, E> {
                Ok(Named::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Named(entries))
            }
        }
        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for FieldFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { span, value } = Spanned::<AnyField>::deserialize(deserializer)?;
        Ok(match value {
            AnyField::Nothing => Self::Nothing,
            AnyField::Text(value) => Self::Value(Spanned { span, value }),
            AnyField::List(members) => Self::List(members),
            AnyField::Append(added) => Self::Append(listed(added)),
            AnyField::Replace(members) => Self::List(listed(members)),
            AnyField::Spec(spec) => Self::Spec(spec),
        })
    }
}

/// The members of a list; anything else is its own only member.
fn listed(file: Spanned<FieldFile>) -> Vec<Spanned<FieldFile>> {
    match file.value {
        FieldFile::List(members) => members,
        FieldFile::Nothing => Vec::new(),
        _ => vec![file],
    }
}

enum AnyField {
    Nothing,
    Text(String),
    List(Vec<Spanned<FieldFile>>),
    Append(Spanned<FieldFile>),
    Replace(Spanned<FieldFile>),
    Spec(Box<FieldSpec>),
}

impl<'de> Deserialize<'de> for AnyField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyFieldVisitor)
    }
}

struct AnyFieldVisitor;

impl<'de> Visitor<'de> for AnyFieldVisitor {
    type Value = AnyField;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a mapping of elements or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<AnyField, E> {
        Ok(AnyField::Nothing)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AnyField, E> {
        Ok(AnyField::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AnyField, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element()? {
            members.push(member);
        }
        Ok(AnyField::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyField, A::Error> {
        let mut spec = FieldSpec::default();
        while let Some(FieldKey(key)) = map.next_key()? {
            match key.value.as_str() {
                APPEND => return alone(map).map(AnyField::Append),
                REPLACE => return alone(map).map(AnyField::Replace),
                "value" => spec.value = Some(map.next_value()?),
                "overflow" => spec.overflow = Some(map.next_value()?),
                "round" => spec.round = Some(map.next_value()?),
                "lead" => spec.lead = Some(map.next_value()?),
                "when_empty" => spec.when_empty = Some(map.next_value()?),
                "id" => spec.id = Some(map.next_value()?),
                "when" => spec.when = Some(map.next_value()?),
                "for" => spec.loops = map.next_value()?,
                "let" => spec.lets = map.next_value()?,
                "fields" => spec.children.0.extend(map.next_value::<FieldMap>()?.0),
                _ => spec.children.0.push((key, map.next_value()?)),
            }
        }
        Ok(AnyField::Spec(Box::new(spec)))
    }
}

/// The value of a key that stands alone.
fn alone<'de, A: MapAccess<'de>>(mut map: A) -> Result<Spanned<FieldFile>, A::Error> {
    let value = map.next_value()?;
    if map.next_key::<FieldKey>()?.is_some() {
        return Err(de::Error::custom("`append` and `replace` stand alone: put the rest into their lists"));
    }
    Ok(value)
}

/// A key below an element: another element, which begins with a capital, or one of [`FIELD_KEYS`].
struct FieldKey(Text);

/// The keys that say how a value is treated.
pub(in crate::rules) const FIELD_KEYS: &[&str] = &[
    "value",
    "overflow",
    "round",
    "lead",
    "when_empty",
    "id",
    "when",
    "for",
    "let",
    "fields",
    APPEND,
    REPLACE,
];

impl<'de> Deserialize<'de> for FieldKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = Text::deserialize(deserializer)?;
        if FIELD_KEYS.contains(&key.value.as_str()) || begins_with_capital(&key.value) {
            return Ok(Self(key));
        }
        Err(de::Error::unknown_field(&key.value, FIELD_KEYS))
    }
}

/// A key of a match: a query message, or one of [`MATCH_KEYS`].
struct MatchKey(Text);

const MATCH_KEYS: &[&str] = &["under", "accept", "otherwise", "setting"];

impl<'de> Deserialize<'de> for MatchKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = Text::deserialize(deserializer)?;
        if MATCH_KEYS.contains(&key.value.as_str()) || begins_with_capital(&key.value) {
            return Ok(Self(key));
        }
        Err(de::Error::unknown_field(&key.value, MATCH_KEYS))
    }
}

fn begins_with_capital(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_uppercase())
}

impl<'de> Deserialize<'de> for MatchFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Match;
        impl<'de> Visitor<'de> for Match {
            type Value = MatchFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a query message with what it selects by")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MatchFile, A::Error> {
                let mut file = MatchFile::default();
                while let Some(MatchKey(key)) = map.next_key()? {
                    match key.value.as_str() {
                        "under" => file.under = Some(map.next_value()?),
                        "accept" => file.accept = Some(map.next_value()?),
                        "otherwise" => file.otherwise = Some(map.next_value()?),
                        "setting" => file.setting = Some(map.next_value()?),
                        _ => {
                            let by: Option<Spanned<FieldMap>> = map.next_value()?;
                            match (by, &file.query) {
                                (Some(_), Some(_)) => file.more = Some(key),
                                (Some(by), None) => file.query = Some((key, by)),
                                (None, _) => {}
                            }
                        }
                    }
                }
                Ok(file)
            }
        }
        deserializer.deserialize_map(Match)
    }
}

impl<'de> Deserialize<'de> for ImportField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { span, value } = Spanned::<ImportText>::deserialize(deserializer)?;
        Ok(match value {
            ImportText::Text(value) => Self::Value(Spanned { span, value }),
            ImportText::Struct(fields) => Self::Struct(fields),
            ImportText::List(members) => Self::List(members),
        })
    }
}

enum ImportText {
    Text(String),
    Struct(ImportFields),
    List(Vec<ImportFields>),
}

impl<'de> Deserialize<'de> for ImportText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Field;
        impl<'de> Visitor<'de> for Field {
            type Value = ImportText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, a mapping of fields or a list of them")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ImportText, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = seq.next_element()? {
                    members.push(member);
                }
                Ok(ImportText::List(members))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ImportText, E> {
                Ok(ImportText::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ImportText, A::Error> {
                let mut fields = Named::default();
                while let Some(entry) = map.next_entry()? {
                    fields.0.push(entry);
                }
                Ok(ImportText::Struct(fields))
            }
        }
        deserializer.deserialize_any(Field)
    }
}

impl<'de> Deserialize<'de> for ShapeField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = ShapeField;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type, a mapping of fields or a list with one type")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ShapeField, E> {
                Ok(ShapeField::Name(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ShapeField, A::Error> {
                let member = seq.next_element::<Spanned<ShapeField>>()?;
                let another = seq.next_element::<Spanned<ShapeField>>()?;
                match (member, another) {
                    (Some(member), None) => Ok(ShapeField::List(Box::new(member))),
                    _ => Err(de::Error::custom("a list has one type: that of its members")),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ShapeField, A::Error> {
                let mut fields = Named::default();
                while let Some(entry) = map.next_entry()? {
                    fields.0.push(entry);
                }
                Ok(ShapeField::Struct(fields))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

impl<'de> Deserialize<'de> for SettingValueFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = SettingValueFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, or a list of values or rows")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SettingValueFile, E> {
                Ok(SettingValueFile::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<SettingValueFile, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = seq.next_element()? {
                    all.push(member);
                }
                Ok(SettingValueFile::Several(all))
            }
        }
        deserializer.deserialize_any(Written)
    }
}
