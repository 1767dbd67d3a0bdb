//! A message as it was just written, walked without copying it.
//!
//! Before a request is sent, all of its elements are looked at once. To make a [`Record`](super::Record) of it would cost more than
//! writing it did.

use std::borrow::Cow;

use quick_xml::escape::unescape;

use crate::xml::NameSet;

/// The elements of a message that our own writer wrote: well-formed, without attributes, comments or declarations.
#[derive(Debug)]
pub struct Flat<'x> {
    pub(super) xml: &'x str,
    pub(super) elements: Vec<Entry<'x>>,
}

/// An element; those inside it follow it, up to `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'x> {
    pub name: &'x str,
    /// Where its text stands, if it holds no elements.
    pub text: (usize, usize),
    pub end: usize,
}

impl<'x> Flat<'x> {
    /// The elements of a message; nothing if it is not such a text.
    pub fn read(xml: &'x str) -> Option<Self> {
        let mut elements: Vec<Entry<'x>> = Vec::with_capacity(xml.len() / 32);
        let mut open: Vec<usize> = Vec::with_capacity(8);
        // Every piece is a tag without its `<`, and the text behind it. They are short, so bytes are looked at.
        let mut pieces = xml.as_bytes().split(|byte| *byte == b'<');
        let mut at = pieces.next()?.len() + 1;
        for piece in pieces {
            let end = piece.iter().position(|byte| *byte == b'>')?;
            let (tag, text) = (xml.get(at..at + end)?, (at + end + 1, at + piece.len()));
            at += piece.len() + 1;
            if tag.starts_with('/') {
                let place = open.pop()?;
                let end = elements.len();
                elements.get_mut(place)?.end = end;
                continue;
            }
            let (name, is_empty) = tag.strip_suffix('/').map_or((tag, false), |name| (name, true));
            let place = elements.len();
            elements.push(Entry { name, text: if is_empty { (0, 0) } else { text }, end: place + 1 });
            if !is_empty {
                open.push(place);
            }
        }
        (open.is_empty() && !elements.is_empty()).then_some(Self { xml, elements })
    }

    /// The message's own element.
    pub fn root(&self) -> FlatRef<'_> {
        self.element(0)
    }

    /// The names of all its elements.
    pub fn names(&self) -> NameSet {
        let mut names = NameSet::default();
        self.elements.iter().for_each(|entry| names.add(NameSet::of(entry.name)));
        names
    }

    pub(super) fn element(&self, place: usize) -> FlatRef<'_> {
        FlatRef { flat: self, place }
    }
}

/// One element of a message.
#[derive(Clone, Copy, Debug)]
pub struct FlatRef<'f> {
    flat: &'f Flat<'f>,
    place: usize,
}

impl<'f> FlatRef<'f> {
    fn entry(self) -> Option<&'f Entry<'f>> {
        self.flat.elements.get(self.place)
    }

    /// Its name.
    pub fn name(self) -> &'f str {
        self.entry().map_or("", |entry| entry.name)
    }

    /// Where it stands among all elements of the message.
    pub fn place(self) -> usize {
        self.place
    }

    /// Its value; nothing if it holds elements.
    pub fn text(self) -> Option<Cow<'f, str>> {
        let entry = self.entry().filter(|entry| entry.end == self.place + 1)?;
        let text = self.flat.xml.get(entry.text.0..entry.text.1)?;
        if text.contains('&') { unescape(text).ok() } else { Some(Cow::Borrowed(text)) }
    }

    /// The first byte of its value, as it is written: `-` of a number below 0. Nothing where it is empty or holds elements.
    pub fn first_byte(self) -> Option<u8> {
        let (start, end) = self.entry()?.text;
        self.flat.xml.as_bytes().get(start..end)?.first().copied()
    }

    /// The elements directly inside it, in order.
    pub fn children(self) -> impl Iterator<Item = FlatRef<'f>> {
        let end = self.entry().map_or(0, |entry| entry.end);
        let mut next = self.place + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(FlatRef { flat: self.flat, place: next })?;
            next = child.entry()?.end;
            Some(child)
        })
    }

    fn child(self, name: &[u8]) -> Option<Self> {
        let (end, mut place) = (self.entry()?.end, self.place + 1);
        while place < end {
            let entry = self.flat.elements.get(place)?;
            if entry.name.as_bytes() == name {
                return Some(FlatRef { flat: self.flat, place });
            }
            place = entry.end;
        }
        None
    }

    /// The first element at this path, steps separated by `/`; itself for an empty path.
    pub fn at(self, path: &str) -> Option<FlatRef<'f>> {
        // Most paths are one short name, in which bytes are sooner found than characters.
        let mut steps = path.as_bytes().split(|byte| *byte == b'/').filter(|step| !step.is_empty());
        steps.try_fold(self, FlatRef::child)
    }

    /// The value of the first element at this path.
    pub fn get(self, path: &str) -> Option<Cow<'f, str>> {
        self.at(path)?.text()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::qbxml::{NodeRef, Record};

    fn same(flat: FlatRef<'_>, node: NodeRef<'_>) -> bool {
        let children: Vec<_> = flat.children().collect();
        flat.name() == node.name()
            && flat.text().as_deref() == node.text()
            && children.len() == node.children().count()
            && children.iter().zip(node.children()).all(|(flat, node)| same(*flat, node))
    }

    #[test]
    fn it_is_walked_as_a_record_is() {
        let xml = "<A><B>1 &amp; 2</B><C><D></D><E/><F>x</F></C><C><F>y</F></C></A>";
        let flat = Flat::read(xml).unwrap();
        assert!(same(flat.root(), Record::from_xml(xml).unwrap().root()));
        assert_eq!(flat.root().get("C/F").as_deref(), Some("x"));
        assert_eq!(flat.root().get("B").as_deref(), Some("1 & 2"));
        assert_eq!(flat.root().at("C/F").and_then(FlatRef::first_byte), Some(b'x'));
        assert_eq!(flat.root().at("C").and_then(FlatRef::first_byte), None);
        assert_eq!(flat.root().at("C/D").and_then(FlatRef::first_byte), None);
        assert!(flat.root().get("C").is_none() && flat.root().at("C/G").is_none());
        assert!(Flat::read("<A><B></A>").is_none() && Flat::read("").is_none());
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn whatever_is_written_is_walked_as_a_record_is(texts in prop::collection::vec("[ -~]{0,12}", 1..6)) {
            let mut writer = crate::xml::Writer::new();
            writer.open("M");
            for (number, text) in texts.iter().enumerate() {
                writer.open("L");
                writer.leaf(&format!("T{number}"), text);
                writer.close("L");
            }
            writer.close("M");
            let xml = writer.into_string();
            prop_assert!(same(Flat::read(&xml).unwrap().root(), Record::from_xml(&xml).unwrap().root()));
        }
    }
}
