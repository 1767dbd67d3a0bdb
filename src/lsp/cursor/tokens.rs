//! The words of an expression or a script, with those in `${}`; texts and comments are passed over.

/// A word or a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it is.
    pub kind: Kind,
    /// As it is written.
    pub text: &'t str,
    /// Where it begins.
    pub at: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name.
    Word,
    /// A dot, or `?.`.
    Dot,
    /// A text in quotes.
    Text,
    /// Anything else.
    Sign,
}

/// The tokens of an expression or a script.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { text, at: 0, found: Vec::new() };
    reader.read(false);
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    found: Vec<Token<'t>>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads to the end, or to the brace that closes a `${`.
    fn read(&mut self, in_text: bool) {
        let mut depth = 0usize;
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            match c {
                '}' if in_text && depth == 0 => {
                    self.at += 1;
                    return;
                }
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            match c {
                _ if rest.starts_with("//") => self.at += rest.find('\n').unwrap_or(rest.len()),
                _ if rest.starts_with("/*") => self.at += rest.find("*/").map_or(rest.len(), |end| end + 2),
                '"' => self.quoted(),
                '`' => self.template(),
                c if c.is_alphabetic() || c == '_' => {
                    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
                    self.push(Kind::Word, rest.find(is_end).unwrap_or(rest.len()));
                }
                // A number with its point: that is no dot before a name.
                c if c.is_ascii_digit() => {
                    let is_end = |c: char| !c.is_ascii_digit() && c != '_';
                    let whole = rest.find(is_end).unwrap_or(rest.len());
                    let after = rest.get(whole..).unwrap_or_default();
                    let places =
                        after.strip_prefix('.').filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
                    let places = places.map_or(0, |it| 1 + it.find(is_end).unwrap_or(it.len()));
                    self.push(Kind::Sign, whole + places);
                }
                _ if rest.starts_with("?.") => self.push(Kind::Dot, 2),
                _ if rest.starts_with("..") => self.push(Kind::Sign, 2),
                '.' => self.push(Kind::Dot, 1),
                c if c.is_whitespace() => self.at += c.len_utf8(),
                c => self.push(Kind::Sign, c.len_utf8()),
            }
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let text = self.rest().get(..length).unwrap_or_default();
        self.found.push(Token { kind, text, at: self.at });
        self.at += length.max(1);
    }

    fn quoted(&mut self) {
        let mut is_escaped = false;
        let end = self.rest().char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            ends
        });
        let length = end.map_or(self.rest().len(), |(at, _)| at + 1);
        self.push(Kind::Text, length);
    }

    /// A text in backticks, with what stands in its `${}`.
    fn template(&mut self) {
        self.at += 1;
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with("${") {
                self.at += 2;
                self.read(true);
                continue;
            }
            self.at += c.len_utf8();
            if c == '`' {
                return;
            }
        }
    }
}

/// The names with dots between them that end at a token: `invoice`, `lines`, `items`. What they begin with may be a call, which
/// has no name: then there is nothing.
pub fn chain<'t>(tokens: &[Token<'t>], last: usize) -> Vec<Token<'t>> {
    let mut names = Vec::new();
    let mut at = last;
    while let Some(word) = tokens.get(at).filter(|token| token.kind == Kind::Word) {
        names.insert(0, *word);
        match at.checked_sub(1).and_then(|before| tokens.get(before)) {
            Some(dot) if dot.kind == Kind::Dot => match at.checked_sub(2) {
                Some(before) => at = before,
                None => return Vec::new(),
            },
            _ => return names,
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).into_iter().filter(|token| token.kind == Kind::Word).map(|token| token.text).collect()
    }

    #[test]
    fn words_are_found_outside_of_texts_and_comments() {
        assert_eq!(words(r#"a.b + "c ${d} \" e" // f"#), ["a", "b"]);
        assert_eq!(words("`x ${a.b + `y ${c}`} z` + d /* e */ f"), ["a", "b", "c", "d", "f"]);
        assert_eq!(words("`x ${a"), ["a"]);
        assert_eq!(words("1.50 + a2"), ["a2"]);
    }

    #[test]
    fn a_chain_ends_at_the_cursor() {
        let all = tokens("f(invoice?.lines.items, 2).x");
        let names = |last: usize| chain(&all, last).iter().map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(names(6), ["invoice", "lines", "items"]);
        assert_eq!(names(all.len() - 1), Vec::<&str>::new());
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn any_text_comes_to_an_end(text in "[a-c.`\"$\\{\\}/*? \\\\é1]{0,60}") {
            for token in tokens(&text) {
                prop_assert_eq!(text.get(token.at..token.at + token.text.len()), Some(token.text));
            }
        }
    }
}
