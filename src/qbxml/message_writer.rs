//! Writes one message, and notes where its elements stand.
//!
//! Whoever looks at the message before it is sent, need not read again what was just written; see [`Flat`].

use super::NodeRef;
use super::flat::{Entry, Flat};
use crate::xml::{self, Writer};

/// A place in what a [`MessageWriter`] has written, to go back to.
#[derive(Clone, Copy, Debug)]
pub struct MessageMark {
    xml: xml::Mark,
    elements: usize,
}

/// Writes one message after the other into memory that is reused.
#[derive(Debug, Default)]
pub struct MessageWriter {
    writer: Writer,
    elements: Vec<Entry<'static>>,
    /// Which of the elements are open, outermost first.
    open: Vec<usize>,
    /// Whether something was written of which the elements were not noted.
    is_in_part: bool,
}

/// A message that was written.
#[derive(Debug, Default)]
pub struct WrittenMessage {
    /// The message's element with everything in it.
    pub xml: Vec<u8>,
    /// Where its elements stand in it, if that was noted.
    pub elements: Elements,
}

/// Where the elements of a message stand.
#[derive(Clone, Debug, Default)]
pub struct Elements(Vec<Entry<'static>>);

impl Elements {
    /// The elements, together with the message in which they stand. Where they were not noted, the message is read
    /// again; nothing if it is none.
    pub fn of(self, xml: &str) -> Option<Flat<'_>> {
        if self.0.is_empty() { Flat::read(xml) } else { Some(Flat { xml, elements: self.0 }) }
    }
}

impl MessageWriter {
    /// `<name>`
    pub fn open(&mut self, name: &'static str) {
        self.open.push(self.elements.len());
        self.elements.push(Entry { name, text: (0, 0), end: self.elements.len() + 1 });
        self.writer.open(name);
    }

    /// `</name>`
    pub fn close(&mut self, name: &str) {
        self.writer.close(name);
        let end = self.elements.len();
        if let Some(element) = self.open.pop().and_then(|place| self.elements.get_mut(place)) {
            element.end = end;
        }
    }

    /// `<name>text</name>`; the text is escaped.
    pub fn leaf(&mut self, name: &'static str, text: &str) {
        self.element(name, |writer| writer.text(text));
    }

    /// `<name>text</name>`, for text that needs no escaping.
    pub fn ready_leaf(&mut self, name: &'static str, text: &str) {
        self.element(name, |writer| writer.raw(text.as_bytes()));
    }

    fn element(&mut self, name: &'static str, write: impl FnOnce(&mut Writer)) {
        self.writer.open(name);
        let from = self.writer.as_bytes().len();
        write(&mut self.writer);
        let to = self.writer.as_bytes().len();
        self.writer.close(name);
        self.elements.push(Entry { name, text: (from, to), end: self.elements.len() + 1 });
    }

    /// An element of a record, with all that is in it.
    pub fn copy(&mut self, element: NodeRef<'_>) {
        element.write_to(&mut self.writer);
        self.is_in_part = true;
    }

    /// The present end, for [`MessageWriter::rollback`] and [`MessageWriter::has_filled`].
    pub fn mark(&self) -> MessageMark {
        MessageMark { xml: self.writer.mark(), elements: self.elements.len() }
    }

    /// Forgets everything written since `mark`.
    pub fn rollback(&mut self, mark: MessageMark) {
        self.writer.rollback(mark.xml);
        self.elements.truncate(mark.elements);
        self.open.retain(|place| *place < mark.elements);
    }

    /// Whether an element of that name was written since `mark`, with a value.
    pub fn has_filled(&self, name: &str, mark: MessageMark) -> bool {
        let written = self.elements.get(mark.elements..).unwrap_or_default();
        written.iter().any(|element| element.text.0 < element.text.1 && element.name == name)
    }

    /// What was written. The memory stays, for the next message.
    pub fn take(&mut self) -> WrittenMessage {
        let xml = self.writer.as_bytes().to_vec();
        let noted = if self.is_in_part { Vec::new() } else { self.elements.clone() };
        let elements = Elements(noted);
        self.is_in_part = false;
        self.writer.clear();
        self.elements.clear();
        self.open.clear();
        WrittenMessage { xml, elements }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn shown(flat: &Flat<'_>) -> Vec<(String, Option<String>, usize)> {
        let all = flat.elements.iter().enumerate();
        all.map(|(place, entry)| {
            (entry.name.to_owned(), flat.element(place).text().map(Cow::into_owned), entry.end)
        })
        .collect()
    }

    #[test]
    fn its_elements_are_those_that_are_read_from_what_it_wrote() {
        let mut writer = MessageWriter::default();
        for _ in 0..2 {
            writer.open("A");
            writer.leaf("B", "1 & 2");
            let mark = writer.mark();
            writer.open("C");
            writer.leaf("D", "");
            assert!(!writer.has_filled("D", mark) && !writer.has_filled("B", mark));
            writer.rollback(mark);
            writer.open("C");
            writer.ready_leaf("D", "x");
            assert!(writer.has_filled("D", mark));
            writer.leaf("E", "");
            writer.close("C");
            writer.close("A");
            let WrittenMessage { xml, elements } = writer.take();
            let xml = String::from_utf8(xml).unwrap();
            assert_eq!(xml, "<A><B>1 &amp; 2</B><C><D>x</D><E></E></C></A>");
            assert_eq!(shown(&elements.of(&xml).unwrap()), shown(&Flat::read(&xml).unwrap()));
        }
    }
}
