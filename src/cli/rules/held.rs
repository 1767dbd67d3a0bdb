//! Words and data that have to wait until all documents were read: in memory while they are short, else
//! in a temporary file.

use std::cell::RefCell;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use anyhow::{Context as _, Result};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use tempfile::SpooledTempFile;

/// What is longer goes to a file.
const SHORT: usize = 4 << 20;

/// Text that waits.
#[derive(Debug)]
pub struct HeldText {
    file: SpooledTempFile,
    is_empty: bool,
}

impl Default for HeldText {
    fn default() -> Self {
        Self { file: SpooledTempFile::new(SHORT), is_empty: true }
    }
}

impl HeldText {
    /// Adds to it.
    pub fn add(&mut self, text: &str) -> Result<()> {
        self.is_empty &= text.is_empty();
        self.file.write_all(text.as_bytes()).context("cannot write a temporary file")
    }

    /// All of it, from its beginning.
    fn read(&mut self) -> io::Result<BufReader<&mut SpooledTempFile>> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::new(&mut self.file))
    }

    /// Tells it on standard error. Nothing can be done about a failure there.
    pub fn tell(mut self) -> Result<()> {
        let mut text = self.read().context("cannot read a temporary file")?;
        _ = io::copy(&mut text, &mut io::stderr().lock());
        Ok(())
    }
}

/// Members of a JSON list that wait. They are written as what they are: indented, a level deeper than the list.
#[derive(Debug, Default)]
pub struct HeldList(RefCell<HeldText>);

/// Behind each member. JSON has no such character.
const END: char = '\0';
/// How deep the members of a list stand that is a member of the outermost structure.
const INDENT: &str = "\n    ";

impl HeldList {
    /// Adds members that [`HeldList::member`] made.
    pub fn add(&mut self, members: &str) -> Result<()> {
        self.0.get_mut().add(members)
    }

    /// A member as text, ready to be added, alone or with others behind it.
    pub fn member(value: &impl Serialize) -> Result<String> {
        let mut member = serde_json::to_string_pretty(value)?.replace('\n', INDENT);
        member.push(END);
        Ok(member)
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty
    }
}

impl Serialize for HeldList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut text = self.0.borrow_mut();
        let mut members = text.read().map_err(S::Error::custom)?;
        let mut list = serializer.serialize_seq(None)?;
        loop {
            let mut member = Vec::new();
            members.read_until(END as u8, &mut member).map_err(S::Error::custom)?;
            if member.pop().is_none() {
                return list.end();
            }
            let member = String::from_utf8(member).map_err(S::Error::custom)?;
            list.serialize_element(&RawValue::from_string(member).map_err(S::Error::custom)?)?;
        }
    }
}
