//! Writing XML quickly.

use super::escape::{escape_attribute_into, escape_into};

/// A place in what a [`Writer`] has written, to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(usize);

/// Writes compact XML into one buffer that is reused: no whitespace, ASCII only.
///
/// It does not know the vocabulary: names are written as they are given, and whoever opens an
/// element closes it.
///
/// ```
/// # use ferrule::xml::Writer;
/// let mut writer = Writer::new();
/// writer.open("CustomerAdd");
/// writer.leaf("Name", "Hale & Sons");
/// let before = writer.mark();
/// writer.open("BillAddress");
/// writer.rollback(before); // the address stayed empty
/// writer.close("CustomerAdd");
/// assert_eq!(writer.as_bytes(), b"<CustomerAdd><Name>Hale &amp; Sons</Name></CustomerAdd>");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for this many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { buffer: Vec::with_capacity(bytes) }
    }

    /// `<name>`
    pub fn open(&mut self, name: &str) {
        self.buffer.reserve(name.len() + 2);
        self.buffer.push(b'<');
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.push(b'>');
    }

    /// `<name key="value">`; values are escaped.
    pub fn open_with<'a>(&mut self, name: &str, attributes: impl IntoIterator<Item = (&'a str, &'a str)>) {
        self.buffer.push(b'<');
        self.buffer.extend_from_slice(name.as_bytes());
        attributes.into_iter().for_each(|(key, value)| self.attribute(key, value));
        self.buffer.push(b'>');
    }

    /// ` key="value"`, for a tag that is written piece by piece; the value is escaped.
    pub fn attribute(&mut self, key: &str, value: &str) {
        self.buffer.push(b' ');
        self.buffer.extend_from_slice(key.as_bytes());
        self.buffer.extend_from_slice(b"=\"");
        escape_attribute_into(&mut self.buffer, value);
        self.buffer.push(b'"');
    }

    /// `</name>`
    pub fn close(&mut self, name: &str) {
        self.buffer.reserve(name.len() + 3);
        self.buffer.extend_from_slice(b"</");
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.push(b'>');
    }

    /// `<name>text</name>`; the text is escaped.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.text(text);
        self.close(name);
    }

    /// `<name>text</name>`, for text that needs no escaping; see [`is_plain`](super::is_plain).
    pub fn ready_leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.raw(text.as_bytes());
        self.close(name);
    }

    /// Text alone, escaped as [`escape_into`] does.
    pub fn text(&mut self, text: &str) {
        escape_into(&mut self.buffer, text);
    }

    /// Ready-made XML in ASCII, for example tags prepared when a rule was compiled.
    pub fn raw(&mut self, xml: &[u8]) {
        self.buffer.extend_from_slice(xml);
    }

    /// The present end, for [`Writer::rollback`] and [`Writer::since`].
    pub fn mark(&self) -> Mark {
        Mark(self.buffer.len())
    }

    /// Forgets everything written since `mark`.
    pub fn rollback(&mut self, mark: Mark) {
        self.buffer.truncate(mark.0);
    }

    /// What was written since `mark`; empty if that has been rolled back.
    pub fn since(&self, mark: Mark) -> &[u8] {
        self.buffer.get(mark.0..).unwrap_or_default()
    }

    /// Everything written.
    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Empties the writer and keeps its memory.
    pub fn clear(&mut self) {
        self.buffer.clear();
    }

    /// The buffer.
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// Everything written, as text. Bytes that [`Writer::raw`] was wrongly given are replaced.
    pub fn into_string(self) -> String {
        String::from_utf8(self.buffer)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}
