//! JSON text, read from front to back; nothing is built of it and nothing is looked at twice.

use std::borrow::Cow;

/// The text is no JSON; [`not_json`](super::json::not_json) says where and why.
#[derive(Debug)]
pub(super) struct NotJson;

/// What was read, unless the text is no JSON.
pub(super) type Seen<T> = Result<T, NotJson>;

/// The text of a value or key, as it stands in the JSON.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    /// The text, a string's with its quotes.
    pub(super) text: &'a str,
    /// Whether it is a string that holds escapes.
    pub(super) escapes: bool,
}

/// The length of the JSON value that a text begins with, whatever follows; nothing if it is none, or is cut off.
pub(crate) fn value_length(text: &str) -> Option<usize> {
    let mut scan = Scan::new(text);
    scan.raw().ok()?;
    Some(scan.at)
}

/// Reads JSON text. What it accepts is what `serde_json` accepts, of which a test makes sure.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// A reader at the beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// The first byte of what comes next, behind white space; nothing at the end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte(0) {
            self.at += 1;
        }
        self.byte(0)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let is_it = self.peek() == Some(wanted);
        self.at += usize::from(is_it);
        is_it
    }

    /// Goes into the list or structure that begins here and ends with `end`: whether it has a member.
    pub(super) fn enter(&mut self, end: u8) -> bool {
        self.at += 1;
        !self.take(end)
    }

    /// Goes behind a member: whether another one comes, or `end`.
    pub(super) fn more(&mut self, end: u8) -> Seen<bool> {
        if self.take(b',') {
            return Ok(true);
        }
        if self.take(end) { Ok(false) } else { Err(NotJson) }
    }

    /// A key, and the colon behind it.
    pub(super) fn key(&mut self) -> Seen<Raw<'a>> {
        if self.peek() != Some(b'"') {
            return Err(NotJson);
        }
        let key = self.raw()?;
        if self.take(b':') { Ok(key) } else { Err(NotJson) }
    }

    /// Goes behind a key and its colon if they are written just so: sooner seen than read.
    pub(super) fn is_key(&mut self, written: &str) -> bool {
        self.peek();
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_it = rest.starts_with(written.as_bytes());
        self.at += if is_it { written.len() } else { 0 };
        is_it
    }

    /// A value of any kind.
    pub(super) fn raw(&mut self) -> Seen<Raw<'a>> {
        let is_string = self.peek() == Some(b'"');
        let start = self.at;
        let escapes = if is_string { self.string()? } else { self.pass().map(|()| false)? };
        Ok(Raw { text: self.text.get(start..self.at).unwrap_or_default(), escapes })
    }

    /// Passes over a value of any kind, however deep it is.
    pub(super) fn pass(&mut self) -> Seen<()> {
        // How the lists and structures that have begun will end.
        let mut ends: Vec<u8> = Vec::new();
        loop {
            if let Some(bracket @ (b'{' | b'[')) = self.peek() {
                let end = bracket + 2;
                if self.enter(end) {
                    ends.push(end);
                    self.member(end)?;
                    continue;
                }
            } else {
                self.single()?;
            }
            loop {
                let Some(end) = ends.last().copied() else { return Ok(()) };
                if self.more(end)? {
                    self.member(end)?;
                    break;
                }
                ends.pop();
            }
        }
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Seen<()> {
        if self.peek().is_none() { Ok(()) } else { Err(NotJson) }
    }

    /// Goes to the value of the member that begins here.
    fn member(&mut self, end: u8) -> Seen<()> {
        if end == b'}' {
            self.key()?;
        }
        Ok(())
    }

    /// A value that holds no others.
    fn single(&mut self) -> Seen<()> {
        match self.byte(0) {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(NotJson),
        }
    }

    fn word(&mut self, word: &str) -> Seen<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += word.len();
        if rest.starts_with(word.as_bytes()) { Ok(()) } else { Err(NotJson) }
    }

    /// Passes over a string; tells whether it holds escapes.
    fn string(&mut self) -> Seen<bool> {
        self.at += 1;
        let mut escapes = false;
        loop {
            self.at += plain(self.text.as_bytes().get(self.at..).unwrap_or_default());
            match self.byte(0) {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return Err(NotJson),
            }
            escapes = true;
        }
        self.at += 1;
        Ok(escapes)
    }

    fn escape(&mut self) -> Seen<()> {
        let is_hex = |ahead| self.byte(ahead).is_some_and(|byte| byte.is_ascii_hexdigit());
        self.at += match self.byte(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if (2..6).all(is_hex) => 6,
            _ => return Err(NotJson),
        };
        Ok(())
    }

    fn number(&mut self) -> Seen<()> {
        self.at += usize::from(self.byte(0) == Some(b'-'));
        if self.byte(0) == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte(0) == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte(0) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(0), Some(b'+' | b'-')));
            self.digits()?;
        }
        // A digit behind a leading zero.
        if self.byte(0).is_some_and(|byte| byte.is_ascii_digit()) { Err(NotJson) } else { Ok(()) }
    }

    fn digits(&mut self) -> Seen<()> {
        let start = self.at;
        while self.byte(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(NotJson) }
    }
}

/// How many bytes at the beginning of a string say what they are: no quote, backslash or control
/// character.
fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return index * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let is_mark = |byte: &u8| matches!(byte, 0..b' ' | b'"' | b'\\');
    words.len() * 8 + rest.iter().position(is_mark).unwrap_or(rest.len())
}

/// Eight bytes at once: the high bit of the lowest byte that is a quote, a backslash or a control
/// character; higher ones may be wrong.
fn marks(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(ONES * u64::from(limit)) & !bytes;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & (ONES << 7)
}

impl<'a> Raw<'a> {
    /// Text that was seen to be JSON.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, escapes: text.contains('\\') }
    }

    /// What a string says; borrowed unless it holds escapes. None when it is no string, or holds half
    /// of a surrogate pair.
    pub(super) fn unquoted(self) -> Option<Cow<'a, str>> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        if !self.escapes {
            return Some(Cow::Borrowed(inner));
        }
        serde_json::from_str::<String>(self.text).ok().map(Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn serde_accepts(text: &str) -> bool {
        serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    }

    fn accepts(text: &str) -> bool {
        let mut scan = Scan::new(text);
        scan.raw().is_ok() && scan.end().is_ok()
    }

    #[test]
    fn what_is_nearly_json_is_refused() {
        for text in [
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nul",
            "[1,]",
            "{\"a\"}",
            "{,}",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "",
            " ",
            "[",
            "{\"a\":1",
            "1 2",
            "{a:1}",
            "[1 2]",
            "\"é",
            "]",
        ] {
            assert!(!accepts(text) && !serde_accepts(text), "{text}");
        }
    }

    #[test]
    fn depth_takes_no_stack() {
        let deep = 1_000_000;
        assert!(accepts(&("[".repeat(deep) + &"]".repeat(deep))));
        assert!(!accepts(&"[".repeat(deep)));
    }

    /// Something like JSON, and often JSON.
    fn nearly_json() -> impl Strategy<Value = String> {
        let pieces = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"",
            "\\",
            "\\u00e9",
            "\\ud800",
            "é",
            "0",
            "-1",
            "1.50",
            "2e-7",
            ".",
            "e",
            "null",
            "true",
            "false",
            " ",
            "\n",
            "\u{1}",
            "\"long text of a line, plain\"",
            "{}",
            "[1]",
            "{\"k\":",
        ];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|all| all.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..crate::testing::config() })]

        #[test]
        fn accepts_what_serde_json_accepts(text in prop_oneof![nearly_json(), any::<String>()]) {
            prop_assert_eq!(accepts(&text), serde_accepts(&text));
            let listed = format!("[{text}]");
            prop_assert_eq!(accepts(&listed), serde_accepts(&listed));
        }

        #[test]
        fn strings_end_where_they_end(text in any::<String>(), behind in any::<String>()) {
            let quoted = serde_json::to_string(&text).unwrap();
            let whole = quoted.clone() + &behind;
            let mut scan = Scan::new(&whole);
            let raw = scan.raw().unwrap();
            prop_assert_eq!(raw.text, &quoted);
            prop_assert_eq!(raw.unquoted().unwrap(), text.as_str());
            prop_assert_eq!(Raw::new(&quoted).unquoted().unwrap(), text);
        }
    }
}
