//! From a [`Node`] to the types of [`super::file`], by serde, keeping the place of every value.

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

use super::decode_failure::DecodeFailure;
use super::yaml::{Entry, Kind, Node};
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// Where it stands.
    pub span: Span,
    /// The value.
    pub value: T,
}

/// Decodes a node; the error is a diagnostic at the first offending value.
pub fn decode<'n, T: Deserialize<'n>>(node: &'n Node) -> Result<T, Box<Diagnostic>> {
    T::deserialize(NodeSource(node)).map_err(|error| Box::new(error.at(node.span).told()))
}

/// So many mistakes in the shape of one file are told in one run.
const MOST: usize = 20;

/// Decodes a node; the errors are diagnostics at the offending values.
pub fn decode_all<T: DeserializeOwned>(node: &Node) -> Result<T, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut rest = None;
    while found.len() < MOST {
        let node = rest.as_ref().unwrap_or(node);
        let error = match T::deserialize(NodeSource(node)) {
            Ok(value) if found.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        // What a mistake took away is not missing for a second reason.
        if error.code == Code::MissingKey && !found.is_empty() {
            break;
        }
        let span = error.span.unwrap_or(node.span);
        found.push(error.at(span).told());
        // Once more without what is wrong, to see what else is.
        let Some(smaller) = without(node, span) else { break };
        rest = Some(smaller);
    }
    Err(found)
}

/// A node without the entry or the member whose key or value stands at a place; nothing if that is none
/// of its entries.
fn without(node: &Node, span: Span) -> Option<Node> {
    let here = |entry: &Entry| entry.key_span == span || entry.value.span == span;
    let kind = match &node.kind {
        Kind::Scalar { .. } => return None,
        Kind::Map(entries) if entries.iter().any(here) => {
            Kind::Map(entries.iter().filter(|entry| !here(entry)).cloned().collect())
        }
        Kind::Map(entries) => {
            let (index, value) = entries
                .iter()
                .enumerate()
                .find_map(|(index, entry)| Some((index, without(&entry.value, span)?)))?;
            let mut entries = entries.clone();
            entries.get_mut(index)?.value = value;
            Kind::Map(entries)
        }
        Kind::List(members) if members.iter().any(|member| member.span == span) => {
            Kind::List(members.iter().filter(|member| member.span != span).cloned().collect())
        }
        Kind::List(members) => {
            let (index, value) = members
                .iter()
                .enumerate()
                .find_map(|(index, member)| Some((index, without(member, span)?)))?;
            let mut members = members.clone();
            *members.get_mut(index)? = value;
            Kind::List(members)
        }
    };
    Some(Node { span: node.span, kind })
}

/// The node being decoded.
#[derive(Clone, Copy)]
struct NodeSource<'n>(&'n Node);

impl<'n> NodeSource<'n> {
    fn scalar(self, expected: &str) -> Result<&'n str, DecodeFailure> {
        let help = if matches!(self.0.kind, Kind::List(_)) {
            "take out the `- ` or the brackets, which make a list"
        } else {
            "write one value behind the colon"
        };
        self.0.scalar().ok_or_else(|| DecodeFailure::wrong_kind(expected, self.0.phrase(), help))
    }

    fn parse<T: std::str::FromStr>(self, expected: &str, help: &str) -> Result<T, DecodeFailure> {
        let text = self.scalar(expected)?;
        text.parse().map_err(|_| DecodeFailure::wrong_kind(expected, &format!("`{text}`"), help))
    }
}

/// How a number is written.
const IN_DIGITS: &str = "write it in digits, 0 or more, such as `10`";

/// The name by which [`Spanned`] asks for its place.
const SPANNED: &str = "$spanned";

impl<'de> de::Deserializer<'de> for NodeSource<'de> {
    type Error = DecodeFailure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        let result = match &self.0.kind {
            _ if self.0.is_null() => visitor.visit_unit(),
            Kind::Scalar { text, .. } => visitor.visit_borrowed_str(text),
            Kind::List(members) => visitor.visit_seq(Members { rest: members.iter() }),
            Kind::Map(entries) => visitor.visit_map(Entries { rest: entries.iter(), value: None }),
        };
        result.map_err(|error| error.at(self.0.span))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        let value =
            self.parse("true or false", "write `true` or `false`").map_err(|error| error.at(self.0.span))?;
        visitor.visit_bool(value)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        let value = self.parse("a whole number", IN_DIGITS).map_err(|error| error.at(self.0.span))?;
        visitor.visit_u64(value)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        let value = self.parse("a whole number", IN_DIGITS).map_err(|error| error.at(self.0.span))?;
        visitor.visit_i64(value)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        let text = self.scalar("a single value").map_err(|error| error.at(self.0.span))?;
        visitor.visit_borrowed_str(text)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeFailure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeFailure> {
        if name == SPANNED {
            return visitor.visit_map(Place { span: self.0.span, value: self, step: 0 });
        }
        if matches!(self.0.kind, Kind::List(_)) {
            let failure: DecodeFailure = de::Error::invalid_type(de::Unexpected::Seq, &"a mapping");
            return Err(failure.at(self.0.span));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeFailure> {
        let text = self.scalar("a single value").map_err(|error| error.at(self.0.span))?;
        visitor.visit_enum(text.into_deserializer()).map_err(|error: DecodeFailure| error.at(self.0.span))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Members<'n> {
    rest: std::slice::Iter<'n, Node>,
}

impl<'de> de::SeqAccess<'de> for Members<'de> {
    type Error = DecodeFailure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeFailure> {
        self.rest.next().map(|node| seed.deserialize(NodeSource(node))).transpose()
    }
}

struct Entries<'n> {
    rest: std::slice::Iter<'n, Entry>,
    value: Option<&'n Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = DecodeFailure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeFailure> {
        let Some(entry) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(&entry.value);
        seed.deserialize(Key(entry)).map(Some).map_err(|error| error.at(entry.key_span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeFailure> {
        match self.value.take() {
            Some(node) => seed.deserialize(NodeSource(node)).map_err(|error| error.at(node.span)),
            None => Err(de::Error::custom("a key without a value")),
        }
    }
}

/// The key of an entry, which may be asked for its place too.
#[derive(Clone, Copy)]
struct Key<'n>(&'n Entry);

impl<'de> de::Deserializer<'de> for Key<'de> {
    type Error = DecodeFailure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeFailure> {
        visitor.visit_borrowed_str(&self.0.key)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeFailure> {
        if name == SPANNED {
            return visitor.visit_map(Place { span: self.0.key_span, value: self, step: 0 });
        }
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Gives [`Spanned`] first the file and the bytes, then the value.
struct Place<D> {
    span: Span,
    value: D,
    step: u8,
}

const PLACE_KEYS: [&str; 4] = ["file", "start", "end", "value"];

impl<'de, D> de::MapAccess<'de> for Place<D>
where
    D: de::Deserializer<'de, Error = DecodeFailure> + Copy,
{
    type Error = DecodeFailure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeFailure> {
        let Some(key) = PLACE_KEYS.get(usize::from(self.step)) else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, DecodeFailure> = (*key).into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeFailure> {
        self.step += 1;
        match self.step {
            1 => seed.deserialize(self.span.file.0.into_deserializer()),
            2 => seed.deserialize(self.span.start.into_deserializer()),
            3 => seed.deserialize(self.span.end.into_deserializer()),
            _ => seed.deserialize(self.value).map_err(|error: DecodeFailure| error.at(self.span)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(SPANNED, &PLACE_KEYS, PlaceVisitor(std::marker::PhantomData))
    }
}

struct PlaceVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PlaceVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value of a rule file")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Spanned<T>, A::Error> {
        let number = |map: &mut A| -> Result<u32, A::Error> {
            map.next_key::<String>()?;
            map.next_value()
        };
        let (file, start, end) = (number(&mut map)?, number(&mut map)?, number(&mut map)?);
        map.next_key::<String>()?;
        let value = map.next_value()?;
        Ok(Spanned {
            span: Span { file: crate::rules::diagnostics::source::FileId(file), start, end },
            value,
        })
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}
