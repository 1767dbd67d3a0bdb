//! Places as the protocol tells them: a line and a column from 0, the column in UTF-16 units, or in bytes where the editor
//! offers that.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::rules::source::Span;

/// What columns count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every editor can.
    #[default]
    Utf16,
}

impl Encoding {
    /// The better one of those that an editor offers.
    pub fn of_offer(offer: &[PositionEncodingKind]) -> Self {
        if offer.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

/// The lines of a text, to find many places in it.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        Self { text, encoding }
    }

    /// The byte that a position means; the end of its line or of the text where it lies behind that.
    pub fn offset(&self, at: Position) -> usize {
        let Some(start) = self.start_of(at.line) else { return self.text.len() };
        let line = self.text.get(start..).unwrap_or_default();
        let line = line.get(..line.find('\n').unwrap_or(line.len())).unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let wanted = at.character as usize;
        let within = match self.encoding {
            Encoding::Utf8 => line.floor_char_boundary(wanted),
            Encoding::Utf16 => {
                let mut units = 0;
                let stays = |c: char| {
                    units += c.len_utf16();
                    units > wanted
                };
                line.find(stays).unwrap_or(line.len())
            }
        };
        start + within
    }

    fn start_of(&self, line: u32) -> Option<usize> {
        match line.checked_sub(1) {
            None => Some(0),
            Some(before) => self.text.match_indices('\n').nth(before as usize).map(|(at, _)| at + 1),
        }
    }

    /// The position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let before = self.text.get(..self.text.floor_char_boundary(offset)).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default();
        let column = match self.encoding {
            Encoding::Utf8 => column.len(),
            Encoding::Utf16 => column.encode_utf16().count(),
        };
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: narrow(before.matches('\n').count()), character: narrow(column) }
    }

    /// The range of some bytes.
    pub fn range(&self, start: usize, end: usize) -> Range {
        Range { start: self.position(start), end: self.position(end.max(start)) }
    }

    /// The range of a span.
    pub fn span(&self, span: Span) -> Range {
        self.range(span.start as usize, span.end as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn a_position_leads_back_to_its_byte(text in "[a-zäß€𝄞\r\n]{0,60}", at in 0usize..90) {
            let offset = text.floor_char_boundary(at.min(text.len()));
            // The end of a line is before its `\r`.
            if text.get(offset..).unwrap().starts_with('\n') && text.get(..offset).unwrap().ends_with('\r') {
                return Ok(());
            }
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let lines = Lines::new(&text, encoding);
                let back = lines.offset(lines.position(offset));
                let trimmed = text.get(back..offset).unwrap_or("none");
                prop_assert!(back == offset || trimmed.chars().all(|c| c == '\r'), "{back} {offset}");
            }
        }

        #[test]
        fn any_position_is_somewhere(text in "[aä𝄞\r\n]{0,30}", line in 0u32..40, character in 0u32..40) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let at = Lines::new(&text, encoding).offset(Position { line, character });
                prop_assert!(text.is_char_boundary(at));
            }
        }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let text = "a\n€𝄞b";
        let at = text.find('b').unwrap();
        assert_eq!(Lines::new(text, Encoding::Utf16).position(at), Position { line: 1, character: 3 });
        assert_eq!(Lines::new(text, Encoding::Utf8).position(at), Position { line: 1, character: 7 });
    }
}
