//! The keys above the cursor and beside it, by the indentation of lines: a file that is half typed is no YAML.

use super::pairs::pairs;

/// One line.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    /// The column of the first dash, if it begins a member of a list.
    dash: Option<usize>,
    /// The column of what it says.
    indent: usize,
    /// The key; empty if it has none.
    key: &'t str,
    /// Where the key, or what the line says, begins.
    at: usize,
    /// What stands behind the key, or all of it if there is no key.
    value: &'t str,
    /// Where that begins.
    value_at: usize,
    /// Whether it says nothing: blank, or a comment.
    is_blank: bool,
}

/// Keys with their values as they are written.
pub type Entries<'t> = Vec<(&'t str, &'t str)>;

/// Where the cursor is.
#[derive(Clone, Debug, Default)]
pub struct Place<'t> {
    /// The keys above, outermost first.
    pub path: Vec<&'t str>,
    /// What stands beside each of these, itself included, and last what stands beside the cursor.
    pub levels: Vec<Entries<'t>>,
    /// Names of loops and values around the cursor, each with its expression.
    pub names: Entries<'t>,
    /// What the cursor is at.
    pub at: At<'t>,
}

/// What the cursor is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At<'t> {
    /// Nothing: a comment.
    #[default]
    Nothing,
    /// A key, or the beginning of one.
    Key {
        /// All of it.
        word: &'t str,
        /// Where it begins.
        start: usize,
    },
    /// The value of a key.
    Value {
        /// The key.
        key: &'t str,
        /// The value, up to the end of the line or of a block.
        text: &'t str,
        /// Where it begins.
        start: usize,
    },
}

/// Where in a text a byte is.
pub fn place(text: &str, offset: usize) -> Place<'_> {
    Outline { lines: lines(text), text }.place(offset.min(text.len()))
}

struct Outline<'t> {
    text: &'t str,
    lines: Vec<Line<'t>>,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut all: Vec<Line<'_>> = Vec::new();
    // The column of a key whose value is a block of text, which has no keys.
    let mut block: Option<usize> = None;
    for whole in text.split_inclusive('\n') {
        let mut line = line(whole.trim_end_matches(['\n', '\r']), start);
        start += whole.len();
        if block.is_some_and(|column| line.indent > column || line.is_blank) {
            line = Line { key: "", dash: None, value: line.said(text), value_at: line.at, ..line };
        } else {
            let is_block = !line.key.is_empty() && line.value.starts_with(['|', '>']);
            block = is_block.then_some(line.indent);
        }
        all.push(line);
    }
    all
}

impl<'t> Line<'t> {
    /// What it says, key and all.
    fn said(&self, text: &'t str) -> &'t str {
        text.get(self.at..self.value_at + self.value.len()).unwrap_or_default()
    }
}

fn line(text: &str, start: usize) -> Line<'_> {
    let mut indent = text.len() - text.trim_start_matches(' ').len();
    let mut rest = text.trim_start_matches(' ');
    let mut dash = None;
    while let Some(after) =
        rest.strip_prefix("- ").or_else(|| rest.strip_prefix('-').filter(|it| it.is_empty()))
    {
        dash = dash.or(Some(indent));
        let blanks = after.len() - after.trim_start_matches(' ').len();
        indent += rest.len() - after.len() + blanks;
        rest = after.trim_start_matches(' ');
    }
    let is_blank = dash.is_none() && (rest.is_empty() || rest.starts_with('#'));
    let at = start + (text.len() - rest.len());
    let colon = rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len));
    let is_key = |key: &str| {
        let word = key.trim_matches(['"', '\'']);
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '/' | '-' | '.'))
    };
    match colon.and_then(|colon| Some((rest.get(..colon)?, rest.get(colon + 1..)?))) {
        Some((key, value)) if is_key(key) => {
            let value_at = at + key.len() + 1 + (value.len() - value.trim_start().len());
            Line { dash, indent, key, at, value: value.trim(), value_at, is_blank }
        }
        _ => Line { dash, indent, key: "", at, value: rest.trim_end(), value_at: at, is_blank },
    }
}

impl<'t> Outline<'t> {
    fn place(&self, offset: usize) -> Place<'t> {
        let index = self.text.get(..offset).unwrap_or_default().matches('\n').count();
        let Some(line) = self.lines.get(index).copied() else { return self.at_end(offset) };
        let column = offset - self.start_of(line, index);
        if line.is_blank && line.value.starts_with('#') && offset > line.at {
            return Place::default();
        }
        // A blank line has the depth of the cursor.
        let indent = if line.is_blank { column } else { line.indent };
        let mut place = self.around(index, indent, line.dash);
        if line.key.is_empty() {
            place.at = self.without_key(&place, index, line, offset);
        } else if offset <= line.at + line.key.len() {
            place.at = At::Key { word: line.key, start: line.at };
        } else {
            place.at = At::Value { key: line.key, text: line.value, start: line.value_at.min(offset) };
        }
        in_braces(&mut place, offset);
        place
    }

    /// Behind the last line break.
    fn at_end(&self, offset: usize) -> Place<'t> {
        let mut place = self.around(self.lines.len(), 0, None);
        place.at = At::Key { word: "", start: offset };
        place
    }

    fn start_of(&self, line: Line<'t>, index: usize) -> usize {
        let before = self.text.get(..line.at).unwrap_or_default();
        if index == 0 { 0 } else { before.rfind('\n').map_or(0, |newline| newline + 1) }
    }

    /// A line without a key: a key that is being typed, or more of the value above.
    fn without_key(&self, place: &Place<'t>, index: usize, line: Line<'t>, offset: usize) -> At<'t> {
        let above = self.above(index, line.indent);
        let goes_on = above.filter(|above| !above.value.is_empty() && !above.value.starts_with('#'));
        if let Some(above) = goes_on.filter(|_| line.dash.is_none()) {
            let end = line.value_at + line.value.len();
            let is_block = above.value.starts_with(['|', '>']);
            let start = if is_block { self.first_below(above, index) } else { above.value_at };
            let text = self.text.get(start..end.max(start)).unwrap_or_default();
            return At::Value { key: above.key, text, start };
        }
        let is_value = line.value.starts_with(['=', '"', '\'', '`', '{', '[']);
        match place.path.last() {
            Some(key) if is_value => At::Value { key, text: line.value, start: line.value_at },
            _ if line.is_blank => At::Key { word: "", start: offset },
            _ => At::Key { word: line.value, start: line.value_at },
        }
    }

    /// Where the text of a block begins.
    fn first_below(&self, above: Line<'t>, index: usize) -> usize {
        let below = self.lines.iter().take(index + 1).skip_while(|line| line.at <= above.at);
        below.map(|line| line.at).next().unwrap_or(above.value_at)
    }

    /// The nearest line above that has a key further to the left.
    fn above(&self, index: usize, indent: usize) -> Option<Line<'t>> {
        let before = self.lines.get(..index.min(self.lines.len()))?;
        let mut lines = before.iter().rev().filter(|line| !line.is_blank && !line.key.is_empty());
        lines.find(|line| line.indent < indent).copied()
    }

    /// The keys above, with what stands beside each.
    fn around(&self, index: usize, indent: usize, dash: Option<usize>) -> Place<'t> {
        let mut place = Place::default();
        let (mut at, mut column) = (index, indent);
        place.levels.push(self.beside(index, indent, dash));
        self.add_names(&mut place.names, index, indent, dash);
        loop {
            let before = self.lines.get(..at.min(self.lines.len())).unwrap_or_default();
            let is_above = |line: &&Line<'t>| !line.is_blank && !line.key.is_empty() && line.indent < column;
            let Some(found) = before.iter().rposition(|line| is_above(&line)) else { break };
            let Some(line) = self.lines.get(found).copied() else { break };
            place.path.insert(0, line.key);
            place.levels.insert(0, self.beside(found, line.indent, line.dash));
            self.add_names(&mut place.names, found, line.indent, line.dash);
            (at, column) = (found, line.indent);
        }
        place
    }

    /// The lines of one mapping: those of the same column around a line.
    fn mapping(&self, index: usize, indent: usize, dash: Option<usize>) -> Vec<(usize, Line<'t>)> {
        let mut found = Vec::new();
        let index = index.min(self.lines.len());
        let is_end = |line: &Line<'t>| !line.is_blank && line.indent < indent;
        let begins = |line: &Line<'t>| line.indent == indent && line.dash.is_some();
        let here = self.lines.get(index).filter(|line| !line.is_blank);
        if !(here.is_some() && dash.is_some()) {
            for (at, line) in self.lines.get(..index).unwrap_or_default().iter().enumerate().rev() {
                if is_end(line) {
                    break;
                }
                if line.indent == indent && !line.is_blank {
                    found.insert(0, (at, *line));
                }
                if begins(line) {
                    break;
                }
            }
        }
        let after = self.lines.iter().enumerate().skip(index);
        for (at, line) in after {
            if is_end(line) || (at > index && begins(line)) {
                break;
            }
            if line.indent == indent && !line.is_blank {
                found.push((at, *line));
            }
        }
        found
    }

    fn beside(&self, index: usize, indent: usize, dash: Option<usize>) -> Entries<'t> {
        let lines = self.mapping(index, indent, dash).into_iter().map(|(_, line)| (line.key, line.value));
        lines.filter(|(key, _)| !key.is_empty()).collect()
    }

    /// The names that `for` and `let` beside a line give. Outer ones stand first.
    fn add_names(&self, names: &mut Entries<'t>, index: usize, indent: usize, dash: Option<usize>) {
        let mut found = Vec::new();
        for (at, line) in self.mapping(index, indent, dash) {
            if !matches!(line.key, "for" | "let") {
                continue;
            }
            if line.value.starts_with('{') {
                found.extend(pairs(line.value).iter().filter_map(|pair| Some((pair.key, pair.value?))));
                continue;
            }
            let below = self.lines.iter().skip(at + 1);
            let inside = below.take_while(|line| line.is_blank || line.indent > indent);
            found.extend(inside.filter(|line| !line.key.is_empty()).map(|line| (line.key, line.value)));
        }
        names.splice(0..0, found);
    }
}

/// Goes into braces on the line of the cursor.
fn in_braces<'t>(place: &mut Place<'t>, offset: usize) {
    while let At::Value { key, text, start } = place.at {
        if !text.starts_with(['{', '[']) || offset <= start {
            return;
        }
        let inside = pairs(text);
        let is_map = text.starts_with('{');
        if is_map {
            place.path.push(key);
            let entries = inside.iter().map(|pair| (pair.key, pair.value.unwrap_or_default()));
            let entries: Entries<'t> = entries.collect();
            place.levels.push(entries);
        }
        let of_loop = inside.iter().filter(|pair| matches!(pair.key, "for" | "let"));
        let names = of_loop.flat_map(|pair| pairs(pair.value.unwrap_or_default()));
        place.names.extend(names.filter_map(|pair| Some((pair.key, pair.value?))).collect::<Vec<_>>());
        let here = inside.iter().find(|pair| (start + pair.key_at..=start + pair.end()).contains(&offset));
        place.at = match here {
            Some(pair) if is_map => match pair.value {
                Some(value) if offset > start + pair.key_at + pair.key.len() => {
                    At::Value { key: pair.key, text: value, start: start + pair.value_at }
                }
                _ => At::Key { word: pair.key, start: start + pair.key_at },
            },
            Some(pair) => At::Value { key, text: pair.key, start: start + pair.key_at },
            None if is_map => At::Key { word: "", start: offset },
            None => At::Value { key, text: "", start: offset },
        };
        if matches!(place.at, At::Value { text: "", .. }) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The place of the `|` in a text.
    fn at(marked: &str) -> (Vec<String>, String, Vec<String>) {
        let offset = marked.find('¦').unwrap();
        let text = marked.replace('¦', "");
        let place = place(&text, offset);
        let at = match place.at {
            At::Nothing => "nothing".to_owned(),
            At::Key { word, start } => format!("key {word}@{}", offset - start),
            At::Value { key, text, start } => format!("{key}: {text}@{}", offset - start),
        };
        let names = place.names.iter().map(|(name, value)| format!("{name}: {value}"));
        (place.path.iter().map(ToString::to_string).collect(), at, names.collect())
    }

    #[test]
    fn the_cursor_is_found_among_lines_that_are_half_typed() {
        let file = "object: invoice\nexport:\n  add: InvoiceAdd\n  fields:\n    TxnDate: =invoice.d\n    Mem¦\n    Line:\n";
        assert_eq!(at(file), (vec!["export".into(), "fields".into()], "key Mem@3".into(), vec![]));
        let (path, at_key, _) = at("export:\n  fields:\n    ¦\n");
        assert_eq!((path.join("/"), at_key), ("export/fields".to_owned(), "key @0".to_owned()));
        let (path, value, _) = at("export:\n  fields:\n    TxnDate: =invoice.¦\n");
        assert_eq!((path.join("/"), value), ("export/fields".to_owned(), "TxnDate: =invoice.@9".to_owned()));
    }

    #[test]
    fn loops_around_the_cursor_give_names() {
        let file = "export:\n  fields:\n    Line:\n      for: { line: =invoice.lines, item: =line.items }\n      let:\n        d: =item.x\n      Quantity:\n        value: =item.¦\n";
        let (path, value, names) = at(file);
        assert_eq!(path.join("/"), "export/fields/Line/Quantity");
        assert_eq!(value, "value: =item.@6");
        assert_eq!(names, ["line: =invoice.lines", "item: =line.items", "d: =item.x"]);
    }

    #[test]
    fn members_of_lists_have_keys_of_their_own() {
        let file = "export:\n  reject:\n    - id: a\n      for: { x: =invoice.lines }\n    - id: b\n      when: =¦\n";
        let (path, value, names) = at(file);
        assert_eq!(
            (path.join("/"), value, names.len()),
            ("export/reject".to_owned(), "when: =@1".to_owned(), 0)
        );
        let offset = file.find('¦').unwrap();
        assert_eq!(
            place(&file.replace('¦', ""), offset).levels.last().unwrap(),
            &[("id", "b"), ("when", "=")]
        );
    }

    #[test]
    fn braces_and_blocks_are_gone_into() {
        let (path, value, _) = at("fields:\n  Memo: { value: \"=plain(¦)\", overflow: truncate }\n");
        assert_eq!((path.join("/"), value), ("fields/Memo".to_owned(), "value: \"=plain()\"@8".to_owned()));
        let (path, key, _) = at("fields:\n  Memo: { value: =x, over¦ }\n");
        assert_eq!((path.join("/"), key), ("fields/Memo".to_owned(), "key over@4".to_owned()));
        let (path, value, _) = at("a:\n  message: >-\n    one: two\n    three¦\n");
        assert_eq!(
            (path.join("/"), value),
            ("a/message".to_owned(), "message: one: two\n    three@18".to_owned())
        );
        assert_eq!(at("a: 1\n# some¦ words\n").1, "nothing");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn any_text_has_a_place_everywhere(text in "[a-c:{}\\[\\]=\"',#>| \n-]{0,80}", at in 0usize..90) {
            let offset = text.floor_char_boundary(at.min(text.len()));
            let place = place(&text, offset);
            prop_assert_eq!(place.levels.len(), if place.levels.is_empty() { 0 } else { place.path.len() + 1 });
        }
    }
}
