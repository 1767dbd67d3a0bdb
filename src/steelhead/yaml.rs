//! YAML as JSON text, with numbers as they are written.
//!
//! Fixtures are written in YAML. The usual YAML readers turn `410.00` and `6.3933979999999995` into
//! binary floating point; here the text of a number is copied.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use crate::document::{Code, DocumentProblem, Position};

/// The most JSON that aliases may blow a text up to, in bytes.
const MAX_JSON: usize = 64 << 20;

/// Writes one YAML 1.2 document (core schema) as JSON. An empty text is `null`.
///
/// Every value stands on the same line as in the YAML, so that line numbers of problems with the
/// JSON are right for the YAML too; columns are not. Numbers that JSON writes otherwise (`.5`, `+1`,
/// `007`, `0x1F`) become strings, which number fields accept; dates are strings. Duplicate keys are
/// kept, for the decoder to complain of.
///
/// # Errors
/// The text is not YAML, holds more than one document, a tag other than the core schema's, a key
/// that is no scalar, or an alias that leads to itself. The problem names no file.
pub fn yaml_to_json(yaml: &str) -> Result<String, DocumentProblem> {
    let mut writer = Writer::default();
    for event in Parser::new_from_str(yaml) {
        let written = match event {
            Ok((event, span)) => writer.event(event, span.start).map_err(|why| (why, span.start)),
            Err(error) => Err(not_yaml(&error)),
        };
        written.map_err(|(message, marker)| problem(yaml, message, marker))?;
    }
    if writer.json.is_empty() {
        writer.json.push_str("null");
    }
    Ok(writer.json)
}

fn not_yaml(error: &ScanError) -> (String, Marker) {
    (format!("not YAML: {}", error.info()), *error.marker())
}

fn problem(yaml: &str, message: String, marker: Marker) -> DocumentProblem {
    let offset = yaml.char_indices().nth(marker.index()).map_or(yaml.len(), |(offset, _)| offset);
    DocumentProblem {
        code: Code::NotYaml,
        file: None,
        at: Some(Position::START.advance(yaml.get(..offset).unwrap_or(yaml))),
        length: 0,
        path: String::new(),
        message,
    }
}

/// A list or map that has begun.
struct Open {
    is_map: bool,
    /// How many keys and values it holds so far.
    count: usize,
    anchor: usize,
    start: usize,
}

#[derive(Default)]
struct Writer {
    json: String,
    line: usize,
    open: Vec<Open>,
    documents: usize,
    /// The JSON of what has an anchor, on one line.
    anchors: HashMap<usize, String>,
}

type Written = Result<(), String>;

impl Writer {
    fn event(&mut self, event: Event<'_>, marker: Marker) -> Written {
        match event {
            Event::DocumentStart(_) => self.document(),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || says_text(tag.as_deref())?;
                self.scalar(&text, is_text, anchor, marker);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => self.begin(false, anchor, tag.as_deref(), marker),
            Event::MappingStart(anchor, tag) => self.begin(true, anchor, tag.as_deref(), marker),
            Event::SequenceEnd => {
                self.end(']');
                Ok(())
            }
            Event::MappingEnd => {
                self.end('}');
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, marker),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self) -> Written {
        self.documents += 1;
        if self.documents > 1 {
            return Err("a second YAML document; one is expected".to_owned());
        }
        Ok(())
    }

    /// Writes what separates a value from the one before; tells whether it is a key.
    fn separate(&mut self, marker: Marker) -> bool {
        let (separator, is_key) = match self.open.last_mut() {
            None => ("", false),
            Some(open) => {
                let is_value = open.is_map && open.count % 2 == 1;
                let separator = if open.count == 0 { "" } else { [",", ":"][usize::from(is_value)] };
                open.count += 1;
                (separator, open.is_map && !is_value)
            }
        };
        self.json.push_str(separator);
        // The marker counts lines from 1.
        while self.line + 1 < marker.line() {
            self.json.push('\n');
            self.line += 1;
        }
        is_key
    }

    fn scalar(&mut self, text: &str, is_text: bool, anchor: usize, marker: Marker) {
        let is_key = self.separate(marker);
        let start = self.json.len();
        match plain(text) {
            Some(json) if !is_text && !is_key => self.json.push_str(json),
            _ => self.json.push_str(&serde_json::Value::from(text).to_string()),
        }
        self.remember(anchor, start);
    }

    fn begin(&mut self, is_map: bool, anchor: usize, tag: Option<&Tag>, marker: Marker) -> Written {
        says_text(tag)?;
        if self.separate(marker) {
            return Err("a key must be a single value".to_owned());
        }
        self.open.push(Open { is_map, count: 0, anchor, start: self.json.len() });
        self.json.push(if is_map { '{' } else { '[' });
        Ok(())
    }

    fn end(&mut self, bracket: char) {
        self.json.push(bracket);
        if let Some(open) = self.open.pop() {
            self.remember(open.anchor, open.start);
        }
    }

    /// Anchors count from 1; 0 is none.
    fn remember(&mut self, anchor: usize, start: usize) {
        if anchor > 0 {
            let json = self.json.get(start..).unwrap_or("").replace('\n', " ");
            self.anchors.insert(anchor, json);
        }
    }

    fn alias(&mut self, anchor: usize, marker: Marker) -> Written {
        if self.separate(marker) {
            return Err("a key must be a single value".to_owned());
        }
        let json = self.anchors.get(&anchor).ok_or("an alias that leads to itself")?;
        if self.json.len() + json.len() > MAX_JSON {
            return Err("aliases make this text too large".to_owned());
        }
        self.json.push_str(json);
        Ok(())
    }
}

/// Whether a tag makes a scalar text. Other tags of the core schema change nothing here.
fn says_text(tag: Option<&Tag>) -> Result<bool, String> {
    match tag {
        None => Ok(false),
        Some(tag) if tag.is_yaml_core_schema() => Ok(tag.suffix == "str"),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => Ok(true),
        Some(tag) => Err(format!("the tag `{}{}` means nothing here", tag.handle, tag.suffix)),
    }
}

/// What a plain scalar is in JSON, by the core schema; none when it is text.
fn plain(text: &str) -> Option<&str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some("null"),
        "true" | "True" | "TRUE" => Some("true"),
        "false" | "False" | "FALSE" => Some("false"),
        _ if text.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) => {
            is_json_number(text).then_some(text)
        }
        _ => None,
    }
}

fn is_json_number(text: &str) -> bool {
    // Nothing but a number begins like one, and white space behind it is not part of a plain scalar.
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}
