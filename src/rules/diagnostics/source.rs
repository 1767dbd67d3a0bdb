//! Where text comes from: the files of a rule set and places in them.

use std::sync::Arc;

/// One file of a rule set, in the order of [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes in a file of a rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The character in that line, from 1.
    pub column: u32,
}

/// A file's name, as it is shown to people, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as the user gave it, with `/` between folders.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
    /// The bytes that lines begin at: many places are asked for in one file.
    lines: Vec<usize>,
}

impl Source {
    /// A file's name and text.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let (path, text) = (path.into(), text.into());
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, text, lines }
    }

    /// The line and column of a byte; one past the end counts as the end.
    pub fn position(&self, offset: usize) -> LineColumn {
        let line = self.lines.partition_point(|start| *start <= offset.min(self.text.len()));
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = line_column(self.text.get(start..).unwrap_or(""), offset.saturating_sub(start)).column;
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column }
    }

    /// The line that a byte lies in, without its end: its number, where it begins, its text.
    pub fn line(&self, offset: usize) -> (usize, usize, &str) {
        let line = self.lines.partition_point(|start| *start <= offset.min(self.text.len())).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        (line, start, self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']))
    }
}

/// All files of a rule set.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source::new(path, text));
        id
    }

    /// The file with that id. Ids come from this table.
    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }

    /// The path of a file, as it is shown to people.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| source.path.as_str())
    }

    /// All files.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text of a span; nothing if the span is not one of this table's.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|source| source.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// The line and column where a span starts.
    pub fn position(&self, span: Span) -> LineColumn {
        self.get(span.file)
            .map_or(LineColumn { line: 1, column: 1 }, |source| source.position(span.start as usize))
    }

    /// `file:line:column` of a span's start.
    pub fn place(&self, span: Span) -> String {
        let LineColumn { line, column } = self.position(span);
        format!("{}:{line}:{column}", self.path(span.file))
    }

    /// `file:line` of a span's start.
    pub fn line(&self, span: Span) -> String {
        format!("{}:{}", self.path(span.file), self.position(span).line)
    }
}

/// The line and column of a byte offset; an offset past the end counts as the end.
pub fn line_column(text: &str, offset: usize) -> LineColumn {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1) + 1;
    LineColumn {
        line: count(before.matches('\n').count()),
        column: count(characters(before.get(line_start..).unwrap_or(""))),
    }
}

/// How many characters a text has. Mostly they are as many as its bytes, which is seen sooner than counted.
fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// The byte offset of a line and column (both from 1), or the text's length if it is past the end.
pub fn offset_of(text: &str, position: LineColumn) -> usize {
    let mut start = 0;
    for _ in 1..position.line {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(newline) => start += newline + 1,
            None => return text.len(),
        }
    }
    let line = text.get(start..).unwrap_or("");
    let column = position.column.saturating_sub(1) as usize;
    // As many characters as bytes: nothing is to be counted.
    if column < line.len() && line.as_bytes().get(..=column).is_some_and(<[u8]>::is_ascii) {
        return start + column;
    }
    line.char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn a_file_knows_its_lines(text in "[a-zäß€\n]{0,60}", at in 0usize..80) {
            prop_assert_eq!(Source::new("a", text.as_str()).position(at), line_column(&text, at));
        }

        #[test]
        fn a_position_leads_back_to_its_offset(text in "[a-zäß€\n]{0,60}", at in 0usize..60) {
            let offset = text.char_indices().map(|(offset, _)| offset).nth(at);
            if let Some(offset) = offset {
                prop_assert_eq!(offset_of(&text, line_column(&text, offset)), offset);
            }
        }
    }
}
