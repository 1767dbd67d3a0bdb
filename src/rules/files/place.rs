//! Where a place inside an expression is in its file.

use std::sync::Arc;

use crate::rules::diagnostics::source::{FileId, LineColumn, Span, offset_of};

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
    /// The span of the word at a line and column of the compiled text. Where it cannot be found again
    /// the whole value is meant.
    pub fn span_at(&self, at: LineColumn) -> Span {
        self.find(at).unwrap_or(self.span)
    }

    /// The text as it stands in the file, quotes and all.
    pub fn written(&self) -> &str {
        self.source.get(self.span.start as usize..self.span.end as usize).unwrap_or("")
    }

    fn find(&self, at: LineColumn) -> Option<Span> {
        let offset = offset_of(&self.text, at).min(self.text.len());
        let length = word_length(self.text.get(offset..)?);
        let start = self.in_file(offset)?;
        let end = self.in_file(offset + length).unwrap_or(start).max(start);
        Some(Span { file: self.file, start, end })
    }

    /// Where a byte of the compiled text stands in the file.
    fn in_file(&self, offset: usize) -> Option<u32> {
        let written = self.written();
        let start = match verbatim(written, &self.text) {
            Some(start) => start + offset,
            None => aligned(written, &self.text, offset)?,
        };
        u32::try_from(start).ok().map(|start| self.span.start + start)
    }
}

/// Where the text begins in what is written, if it stands there as it is: a script is the whole file, an
/// expression follows its `=`.
fn verbatim(written: &str, text: &str) -> Option<usize> {
    if written.len() == text.len() {
        return Some(0);
    }
    let start = written.find('=')? + 1;
    written.get(start..)?.starts_with(text).then_some(start)
}

/// Walks through a YAML scalar as it is written and through what it means, side by side: quotes, escapes
/// and folded lines are skipped. Gives where `offset` of the meaning stands in what is written.
fn aligned(written: &str, text: &str, offset: usize) -> Option<usize> {
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let start = if quote.is_some() { written.find('=')? + 1 } else { block_start(written)? };
    let (mut at, mut read) = (start, 0);
    loop {
        let (here, there) = (written.get(at..)?, text.get(read..)?);
        let next = step(here, there, quote);
        // A line that is joined to the next means nothing: the place is behind it.
        if read >= offset && !matches!(next, Some((_, 0))) {
            return Some(at);
        }
        let (skipped, meant) = next?;
        at += skipped;
        read += meant;
    }
}

/// After the `=` that begins the expression: a block scalar has a line of its own before it.
fn block_start(written: &str) -> Option<usize> {
    let header = if written.starts_with(['|', '>']) { written.find('\n')? } else { 0 };
    Some(header + written.get(header..)?.find('=')? + 1)
}

/// How many bytes one step takes of what is written, and of what it means.
fn step(written: &str, text: &str, quote: Option<char>) -> Option<(usize, usize)> {
    let (w, t) = (written.chars().next()?, text.chars().next()?);
    if w == '\\' && quote == Some('"') {
        return escape(written, t);
    }
    if w == '\'' && quote == Some('\'') {
        return (t == '\'').then_some((2, 1));
    }
    if is_blank(w) && is_blank(t) {
        return Some(blank(written, text));
    }
    (w == t).then_some((w.len_utf8(), t.len_utf8()))
}

/// White space: within a line as it is, across lines as the fold or the indentation made it.
fn blank(written: &str, text: &str) -> (usize, usize) {
    let length = |text: &str| text.find(|c| !is_blank(c)).unwrap_or(text.len());
    let (w, t) = (length(written), length(text));
    let crosses = written.get(..w).is_some_and(|run| run.contains('\n'));
    if crosses { (w, t) } else { (1, 1) }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// A backslash in double quotes: a line joined to the next, or one character.
fn escape(written: &str, meant: char) -> Option<(usize, usize)> {
    let kind = written.chars().nth(1)?;
    let length = match kind {
        'x' => 4,
        'u' => 6,
        'U' => 10,
        '\n' => return Some((1 + written.get(1..)?.find(|c| !is_blank(c))?, 0)),
        other => 1 + other.len_utf8(),
    };
    Some((length, meant.len_utf8()))
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
    quoted.flatten().unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::diagnostics::diagnostic::Diagnostics;
    use crate::rules::diagnostics::source::line_column;
    use crate::rules::files::yaml;

    /// What the word at each offset of the expression is in the file.
    fn words(file: &str) -> Vec<String> {
        let node = yaml::parse(FileId(0), file, &mut Diagnostics::default()).unwrap();
        let value = node.get("key").unwrap();
        let text = value.scalar().unwrap().strip_prefix('=').unwrap();
        let origin = Origin { source: file.into(), file: FileId(0), span: value.span, text: text.into() };
        let starts = text.char_indices().filter(|(_, c)| c.is_alphabetic()).map(|(offset, _)| offset);
        starts
            .map(|offset| {
                let span = origin.span_at(line_column(text, offset));
                file[span.start as usize..span.end as usize].to_owned()
            })
            .collect()
    }

    #[test]
    fn words_are_found_in_every_style_of_scalar() {
        for file in [
            "key: =a +\n  b + c\n",
            "key: \"=a + \\\"b\\\" +\\x20c\"\n",
            "key: '=a + ''b'' + c'\n",
            "key: >-\n  =a +\n  b\n  + c\n",
            "key: |\n  =a +\n    b\n  + c\n",
            "key: \"=a + \\\n  b + c\"\n",
        ] {
            assert_eq!(words(file), ["a", "b", "c"], "{file}");
        }
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn a_span_lies_within_its_value(text in "[a-zä\"' \\\\.]{0,30}", at in 0usize..40) {
            let file = format!("key: {}", serde_yaml::to_string(&format!("={text}")).unwrap());
            if let Some(node) = yaml::parse(FileId(0), &file, &mut Diagnostics::default()) {
                let span = node.get("key").unwrap().span;
                let origin = Origin { source: file.as_str().into(), file: FileId(0), span, text: text.as_str().into() };
                let found = origin.span_at(line_column(&text, at));
                prop_assert!(span.start <= found.start && found.start <= found.end && found.end <= span.end);
                prop_assert!(file.get(found.start as usize..found.end as usize).is_some());
            }
        }
    }
}
