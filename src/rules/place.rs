//! Where a place inside an expression is in its file.

use std::sync::Arc;

use super::source::{FileId, LineColumn, Span, offset_of};

/// A text that was compiled (an expression or a script file) and where it stands.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file's text.
    pub source: Arc<str>,
    /// The file.
    pub file: FileId,
    /// Where the text stands in the file, with its quotes and indentation.
    pub span: Span,
    /// The text that was compiled.
    pub text: Arc<str>,
}

impl Origin {
    /// The span of the word at a line and column of the compiled text. Quotes with escapes and folded
    /// blocks change the text; where it cannot be found again the whole value is meant.
    pub fn span_at(&self, at: LineColumn) -> Span {
        self.find(at).unwrap_or(self.span)
    }

    fn find(&self, at: LineColumn) -> Option<Span> {
        let written = self
            .source
            .get(self.span.start as usize..self.span.end as usize)?;
        let offset = offset_of(&self.text, at).min(self.text.len());
        let length = word_length(self.text.get(offset..)?);
        let start = self
            .verbatim(written, offset)
            .or_else(|| self.by_line(written, at))?;
        let start = self.span.start + u32::try_from(start).ok()?;
        let end = (start + u32::try_from(length).ok()?)
            .min(self.span.end)
            .max(start);
        Some(Span {
            file: self.file,
            start,
            end,
        })
    }

    /// The text stands in the file as it is.
    fn verbatim(&self, written: &str, offset: usize) -> Option<usize> {
        written.find(self.text.as_ref()).map(|start| start + offset)
    }

    /// The line stands in the file as it is, though indented.
    fn by_line(&self, written: &str, at: LineColumn) -> Option<usize> {
        let line = self.text.lines().nth(at.line as usize - 1)?.trim_end();
        let start = written.find(line)?;
        let before: usize = line
            .chars()
            .take(at.column as usize - 1)
            .map(char::len_utf8)
            .sum();
        Some(start + before)
    }
}

/// The length in bytes of the name or the sign that a text begins with.
fn word_length(text: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    if word > 0 {
        return word;
    }
    let quoted = text.starts_with(['"', '`']).then(|| {
        let quote = text.get(..1)?;
        text.get(1..)?.find(quote).map(|end| end + 2)
    });
    quoted
        .flatten()
        .unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8))
}
