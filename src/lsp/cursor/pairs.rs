//! What stands in braces on one line: `{ value: "=x", overflow: truncate }`, closed or not.

/// An entry in braces, with the bytes its parts begin at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'t> {
    /// The key; empty where only a value stands.
    pub key: &'t str,
    /// Where it begins.
    pub key_at: usize,
    /// The value, quotes and all; nothing where no colon follows the key.
    pub value: Option<&'t str>,
    /// Where it begins.
    pub value_at: usize,
}

impl Pair<'_> {
    /// Where it ends.
    pub fn end(&self) -> usize {
        self.value.map_or(self.key_at + self.key.len(), |value| self.value_at + value.len())
    }
}

/// The entries of what begins with a brace or a bracket.
pub fn pairs(text: &str) -> Vec<Pair<'_>> {
    let mut all = Vec::new();
    let mut start = 1;
    let (mut depth, mut quote, mut before) = (0usize, None, ' ');
    for (at, c) in text.char_indices().skip(1) {
        match (quote, c) {
            (Some('"'), '"') if before == '\\' => {}
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') if is_opening(before) => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') if depth > 0 => depth -= 1,
            (None, ',' | '}' | ']') if depth == 0 => {
                all.extend(pair(text, start, at));
                start = at + c.len_utf8();
                if c != ',' {
                    return all;
                }
            }
            _ => {}
        }
        before = c;
    }
    all.extend(pair(text, start.min(text.len()), text.len()));
    all
}

/// Whether a quote after that character begins a text.
fn is_opening(before: char) -> bool {
    before.is_whitespace() || matches!(before, '{' | '[' | ',' | ':' | '=' | '(')
}

fn pair(text: &str, start: usize, end: usize) -> Option<Pair<'_>> {
    let whole = text.get(start..end)?;
    let key_at = start + (whole.len() - whole.trim_start().len());
    let whole = whole.trim();
    let colon = whole.find(": ").or_else(|| whole.strip_suffix(':').map(str::len));
    let Some(colon) = colon.filter(|_| !whole.starts_with(['"', '\'', '='])) else {
        return (!whole.is_empty()).then_some(Pair { key: whole, key_at, value: None, value_at: end });
    };
    let rest = whole.get(colon + 1..).unwrap_or_default();
    let value_at = key_at + colon + 1 + (rest.len() - rest.trim_start().len());
    Some(Pair { key: whole.get(..colon)?.trim_end(), key_at, value: Some(rest.trim()), value_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, &str)> {
        pairs(text).iter().map(|pair| (pair.key, pair.value.unwrap_or("-"))).collect()
    }

    #[test]
    fn entries_end_at_commas_of_their_own_level() {
        let text = r#"{ value: "=f(a, b)", overflow: truncate }"#;
        assert_eq!(shown(text), [("value", "\"=f(a, b)\""), ("overflow", "truncate")]);
        assert_eq!(pairs(text)[0].value_at, 9);
        assert_eq!(shown("{ a: =f(x, [y]), b: { c: d } } # e"), [("a", "=f(x, [y])"), ("b", "{ c: d }")]);
        assert_eq!(shown("{ value: =inv"), [("value", "=inv")]);
        assert_eq!(shown("{ value: =x, over"), [("value", "=x"), ("over", "-")]);
        assert_eq!(shown("{ value:"), [("value", "")]);
        assert_eq!(shown("{"), []);
    }
}
