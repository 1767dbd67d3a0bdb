//! Elements by quick-xml's `Writer`, as a program written by hand would.

use std::fmt::Write as _;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// Writes elements into memory.
pub struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    pub fn new() -> Self {
        Self { writer: Writer::new(Vec::with_capacity(4096)) }
    }

    pub fn open(&mut self, name: &str) {
        self.writer.write_event(Event::Start(BytesStart::new(name))).unwrap();
    }

    pub fn close(&mut self, name: &str) {
        self.writer.write_event(Event::End(BytesEnd::new(name))).unwrap();
    }

    /// An element with text; none for an empty text.
    pub fn leaf(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.open(name);
        if text.is_ascii() {
            self.writer.write_event(Event::Text(BytesText::new(text))).unwrap();
        } else {
            let escaped = numbered(&quick_xml::escape::escape(text));
            let event = Event::Text(BytesText::from_escaped(escaped));
            self.writer.write_event(event).unwrap();
        }
        self.close(name);
    }

    /// A reference by full name; none for an empty name.
    pub fn reference(&mut self, name: &str, full_name: &str) {
        if !full_name.is_empty() {
            self.open(name);
            self.leaf("FullName", full_name);
            self.close(name);
        }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner()
    }
}

/// QuickBooks wants characters beyond ASCII by their number.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            write!(out, "&#{};", u32::from(character)).unwrap();
        }
    }
    out
}
