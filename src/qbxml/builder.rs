//! Making a record, element by element.

use std::mem;

use super::Record;
use super::names::{Interner, Symbol};
use super::record::Entry;
use crate::xml::is_layout;

/// Collects the elements of one record after another; its buffers are reused.
///
/// Text counts as a leaf's only when the element closes without children: whitespace before a
/// child is layout, and anything else there is refused.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    entries: Vec<Entry>,
    text: String,
    open: Vec<u32>,
    /// Where the text begins that came since the latest tag.
    text_start: usize,
}

/// Text stood beside child elements.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MixedContent;

impl Assembly {
    /// True between the outermost element's start and its end.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn start(&mut self, name: Symbol) -> Result<(), MixedContent> {
        self.drop_layout()?;
        self.open.push(to_u32(self.entries.len()));
        self.entries.push(Entry { name, end: 0, text_end: to_u32(self.text.len()) });
        Ok(())
    }

    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_char(&mut self, character: char) {
        self.text.push(character);
    }

    pub(super) fn end(&mut self) -> Result<(), MixedContent> {
        let Some(index) = self.open.pop() else {
            return Ok(());
        };
        let end = to_u32(self.entries.len());
        let is_leaf = end == index + 1;
        if !is_leaf {
            self.drop_layout()?;
        }
        if let Some(entry) = self.entries.get_mut(index as usize) {
            entry.end = end;
            if is_leaf {
                entry.text_end = to_u32(self.text.len());
            }
        }
        self.text_start = self.text.len();
        Ok(())
    }

    /// The name of the innermost element that is open.
    pub(super) fn innermost<'i>(&self, interner: &'i Interner) -> &'i str {
        let entry = self.open.last().and_then(|index| self.entries.get(*index as usize));
        entry.map_or("", |entry| interner.names().get(entry.name))
    }

    /// Forgets the record that was begun.
    pub(super) fn give_up(&mut self) {
        *self = Self::default();
    }

    /// Hands out the record and leaves the buffers empty for the next one.
    pub(super) fn finish(&mut self, interner: &Interner) -> Record {
        let record = Record::from_parts(
            interner.names().clone(),
            self.entries.as_slice().into(),
            self.text.as_str().into(),
        );
        self.entries.clear();
        self.text.clear();
        self.text_start = 0;
        record
    }

    fn drop_layout(&mut self) -> Result<(), MixedContent> {
        if self.text.get(self.text_start..).is_some_and(|text| !is_layout(text)) {
            return Err(MixedContent);
        }
        self.text.truncate(self.text_start);
        Ok(())
    }
}

/// Documents over 4 GB are refused before they are read, so nothing is cut here.
fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Makes a [`Record`] that no QuickBooks wrote.
///
/// ```
/// # use ferrule::qbxml::Record;
/// let record = Record::builder("TermsRet").leaf("Name", "Net 30").open("Due").leaf("Days", "30").close().finish();
/// assert_eq!(record.to_xml(), "<TermsRet><Name>Net 30</Name><Due><Days>30</Days></Due></TermsRet>");
/// ```
#[derive(Debug)]
pub struct RecordBuilder {
    interner: Interner,
    assembly: Assembly,
}

impl Record {
    /// A builder for a record with this name, for records that no QuickBooks wrote.
    pub fn builder(name: &str) -> RecordBuilder {
        RecordBuilder::new(name)
    }

    /// A record of its leaves, each with its path below the record, in their order. Steps of one aggregate stand
    /// together; a number behind a step, such as `Line[2]`, sets aggregates of one name apart.
    ///
    /// ```
    /// # use ferrule::qbxml::Record;
    /// let leaves = [("Due/Days", "30"), ("Due/Note", "net"), ("Due[2]/Days", "60")];
    /// let record = Record::of_leaves("TermsRet", leaves);
    /// let due = "<Due><Days>30</Days><Note>net</Note></Due><Due><Days>60</Days></Due>";
    /// assert_eq!(record.to_xml(), format!("<TermsRet>{due}</TermsRet>"));
    /// ```
    pub fn of_leaves<P: AsRef<str>, T: AsRef<str>>(
        name: &str,
        leaves: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let mut builder = Self::builder(name);
        let mut open: Vec<String> = Vec::new();
        for (path, text) in leaves {
            let mut steps: Vec<&str> = path.as_ref().split('/').collect();
            let leaf = steps.pop().unwrap_or_default();
            let common = open.iter().zip(&steps).take_while(|(a, b)| a == *b).count();
            for _ in common..open.len() {
                builder = builder.close();
            }
            for step in steps.iter().skip(common) {
                builder = builder.open(unnumbered(step));
            }
            builder = builder.leaf(unnumbered(leaf), text.as_ref());
            open = steps.into_iter().map(str::to_owned).collect();
        }
        builder.finish()
    }
}

/// An element's name without its number among those of one name.
pub fn unnumbered(step: &str) -> &str {
    step.split('[').next().unwrap_or(step)
}

impl RecordBuilder {
    pub(super) fn new(name: &str) -> Self {
        Self { interner: Interner::default(), assembly: Assembly::default() }.open(name)
    }

    /// Begins an element that holds elements; everything until [`RecordBuilder::close`] goes into it.
    ///
    /// From 8,128 distinct names on, further new ones are taken for the first one: no record is that large.
    #[must_use]
    pub fn open(mut self, name: &str) -> Self {
        let symbol = self.interner.intern(name).unwrap_or_default();
        // No text can be pending: `leaf` closes what it writes.
        let _ = self.assembly.start(symbol);
        self
    }

    /// Adds an element with text; empty text gives an empty element.
    #[must_use]
    pub fn leaf(mut self, name: &str, text: &str) -> Self {
        self = self.open(name);
        self.assembly.push_text(text);
        self.close()
    }

    /// Ends the element begun last. The record's own element stays open until the end.
    #[must_use]
    pub fn close(mut self) -> Self {
        if self.assembly.open.len() > 1 {
            let _ = self.assembly.end();
        }
        self
    }

    /// Ends everything that is still open and gives the record.
    #[must_use]
    pub fn finish(mut self) -> Record {
        while self.assembly.is_open() {
            let _ = self.assembly.end();
        }
        mem::take(&mut self.assembly).finish(&self.interner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open_is_closed_and_too_many_closes_do_nothing() {
        let record = Record::builder("A").open("B").leaf("C", "1").finish();
        assert_eq!(record.to_xml(), "<A><B><C>1</C></B></A>");
        let record = Record::builder("A").close().close().leaf("C", "").finish();
        assert_eq!(record.to_xml(), "<A><C></C></A>");
    }
}
