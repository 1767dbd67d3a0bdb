//! YAML with places: what `serde_yaml` reads, each value with the bytes it stands at.
//!
//! `serde_yaml` says what the text means; `saphyr-parser` says where each value stands, which
//! `serde_yaml` cannot, and is asked first because it refuses deep nesting quickly.

mod flow;

use std::collections::{BTreeMap, HashSet};

use saphyr_parser::{Event, Parser, Span as Marks};

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, LineColumn, Span, offset_of};

/// A file of more than this many bytes is not a rule file.
pub const MAX_FILE: usize = 1 << 20;
/// Values nested deeper than this are not a rule file.
const MAX_DEPTH: usize = 64;
/// More values than this, aliases counted out, are not a rule file.
const MAX_NODES: usize = 100_000;

/// A YAML value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A scalar, as written; quotes are resolved. `plain` says that it had none.
    Scalar {
        /// The text.
        text: String,
        /// Written without quotes, so that `true`, `10` and `null` are not text.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order of the file.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entries, if it is a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text, if it is a scalar.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is YAML's null: nothing at all, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// Whether nothing at all is written.
    pub fn is_empty(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if text.is_empty())
    }

    /// The members, if it is a list.
    pub fn members(&self) -> &[Node] {
        match &self.kind {
            Kind::List(members) => members,
            _ => &[],
        }
    }

    /// What people call it.
    pub fn phrase(&self) -> &'static str {
        match self.kind {
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// Reads one YAML file. What is wrong with it goes to `diagnostics`; then there is no node.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    #[cfg(test)]
    tests::count(|(places, _)| places);
    match Reader::new(file, text).read() {
        Ok((node, found)) => {
            for diagnostic in found {
                diagnostics.push(diagnostic);
            }
            agrees_with_serde_yaml(file, text, diagnostics).then_some(node)
        }
        Err(diagnostic) => {
            let diagnostic =
                flow::cut_before(file, text, &diagnostic).unwrap_or_else(|| explained(text, *diagnostic));
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// What the parser said, with the usual cause.
fn explained(text: &str, mut diagnostic: Diagnostic) -> Diagnostic {
    let said = |words: &str| diagnostic.message.contains(words);
    let help = if let Some(tab) = indented_by_tab(text, diagnostic.span.start as usize) {
        diagnostic.span.start = u32::try_from(tab).unwrap_or(u32::MAX);
        diagnostic.span.end = diagnostic.span.start + 1;
        "this is not YAML: the line is indented with a tab".clone_into(&mut diagnostic.message);
        "indent with spaces: YAML takes no tabs there"
    } else if let Some(help) = expression_in_quotes(text, diagnostic.span.start as usize) {
        return diagnostic.help(help);
    } else if let Some((place, help)) = text_without_colon(text, &diagnostic) {
        (diagnostic.span.start, diagnostic.span.end) = place;
        help
    } else if let Some((place, help)) =
        said("mapping").then(|| line_before(text, diagnostic.span.start as usize)).flatten()
    {
        if let Some((start, end)) = place {
            let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            (diagnostic.span.start, diagnostic.span.end) = (narrow(start), narrow(end));
        }
        help
    } else if said("mapping values are not allowed") {
        "`: ` begins a value; put a text that holds one in quotes, or write it as a block (`>-`)"
    } else if said("did not find expected key") {
        "check the indentation: the keys of one mapping begin in the same column"
    } else if said("unknown anchor") || said("anchor or alias") {
        "`*` begins an alias; put a text that begins with it in quotes"
    } else if said("unexpected character") || said("node content") {
        "put a value that begins with such a sign in quotes"
    } else if said("unprintable") {
        "delete the character; an editor that shows control characters helps to find it"
    } else if said("one YAML document") {
        "remove the `---`, or make two files of it"
    } else if said("quote") {
        "close the quote; a quote inside double quotes is written `\\\"`"
    } else {
        return diagnostic;
    };
    diagnostic.help(help)
}

/// The first tab of the line that a byte lies in, or of the next, if it is among the blanks that indent it. The
/// parser may stop on either.
fn indented_by_tab(text: &str, at: usize) -> Option<usize> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let mut begins = start;
    for line in text.get(start..)?.split_inclusive('\n').take(2) {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..blanks)?.find('\t').filter(|_| !line.trim().is_empty()) {
            return Some(begins + tab);
        }
        begins += line.len();
    }
    None
}

/// The usual cause where a key stands and YAML expects none: the line before has no colon, or this line is indented
/// deeper than the keys above. Gives the place of the line before where that is the cause.
fn line_before(text: &str, at: usize) -> Option<(Option<(usize, usize)>, &'static str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let key = line.trim_start().split(':').next()?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '/'));
    // The colon of the key itself, not one within its value.
    if !is_key || at != start + (line.len() - line.trim_start().len()) + key.len() {
        return None;
    }
    let above = text.get(..start.saturating_sub(1))?;
    let begins = above.rfind('\n').map_or(0, |newline| newline + 1);
    let above = above.get(begins..)?;
    if !above.trim().is_empty() && !above.contains(':') && !above.trim_start().starts_with(['-', '#']) {
        let first = begins + (above.len() - above.trim_start().len());
        let place = (first, begins + above.trim_end().len());
        return Some((Some(place), "a `:` is missing at the end of this line"));
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let help = "check the indentation: the keys of one mapping begin in the same column";
    (indent(line) > indent(above)).then_some((None, help))
}

/// The usual cause where the line before is to blame: a dash without a blank after it, or a text that goes on in the
/// column of the keys.
fn text_without_colon(text: &str, diagnostic: &Diagnostic) -> Option<((u32, u32), &'static str)> {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let said = |words: &str| diagnostic.message.contains(words);
    let at = diagnostic.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let above = text.get(..start)?.trim_end();
    let begins = above.rfind('\n').map_or(0, |newline| newline + 1);
    let line = above.get(begins..)?;
    let first = begins + (line.len() - line.trim_start().len());
    let place = (narrow(first), narrow(above.len()));
    let dash = line.trim_start().strip_prefix('-');
    if dash.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) && said("mapping") {
        return Some((place, "a blank follows the dash of a list: `- id: ...`"));
    }
    let goes_on = said("simple key") && !line.contains(':');
    goes_on.then_some((
        place,
        "a `:` is missing, or the text goes on from the line above: indent it deeper than its key",
    ))
}

/// How to write an expression with quotes in it, where YAML took these for its own or ended the value at `: `.
fn expression_in_quotes(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let word = key.trim_start_matches(['-', ' ']);
    if word.contains(['{', '[', '#', '"', '\'']) || value.starts_with(['{', '[', '|', '>', '#', '&', '*']) {
        return None;
    }
    let is_expression = value.starts_with('=') || value.starts_with("\"=") || value.contains("\" +");
    if !is_expression || !value.contains(['"', '`']) {
        return None;
    }
    let expression = value.trim_start_matches("\"=").trim_start_matches('=');
    if expression.contains('\'') {
        return Some(format!(
            "write the expression as a block: `{word}: >-`, and `={expression}` indented below it"
        ));
    }
    Some(format!("put the whole expression in single quotes: `{word}: '={expression}'`"))
}

/// `serde_yaml` is the judge of what is YAML; duplicate keys were told with a better place.
fn agrees_with_serde_yaml(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    if !diagnostics.is_empty() {
        return true;
    }
    #[cfg(test)]
    tests::count(|(_, meaning)| meaning);
    let Err(error) = serde_yaml::from_str::<serde_yaml::Value>(text) else {
        return true;
    };
    let at = error.location().map_or(0, |location| {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (line, column) = (narrow(location.line()), narrow(location.column()));
        offset_of(text, LineColumn { line, column })
    });
    // Only numbers of more digits than fit are read by the one and refused by the other.
    let is_long = error.to_string().contains("as u128") || error.to_string().contains("as i128");
    let told = if is_long {
        let message = "a number of so many digits is not read";
        Diagnostic::error(Code::FileNotYaml, point(file, text, at), message).help("put it in quotes")
    } else {
        let told = format!("this is not YAML: {error}");
        Diagnostic::error(Code::FileNotYaml, point(file, text, at), told).help("put the value in quotes")
    };
    diagnostics.push(told);
    false
}

/// The character at a byte, or the end of the text.
fn point(file: FileId, text: &str, at: usize) -> Span {
    let start = text.floor_char_boundary(at);
    let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    span(file, start, start + length)
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file, start: narrow(start), end: narrow(end) }
}

type YamlFailure = Box<Diagnostic>;

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    /// Byte offset of each character, because the parser counts characters.
    offsets: Vec<usize>,
    events: Parser<'t, saphyr_parser::StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    /// Anchors of single values that no alias has named yet, and where they stand.
    unused: BTreeMap<usize, Span>,
    /// What is wrong but does not stop the reading.
    found: Vec<Diagnostic>,
    /// Where an expression ends that YAML cut.
    cut_end: u32,
    /// Nodes made so far, aliases included: what bounds their expansion.
    made: usize,
}

impl<'t> Reader<'t> {
    fn new(file: FileId, text: &'t str) -> Self {
        let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(text.len());
        Self {
            file,
            text,
            offsets,
            events: Parser::new_from_str(text),
            anchors: BTreeMap::new(),
            unused: BTreeMap::new(),
            found: Vec::new(),
            cut_end: 0,
            made: 0,
        }
    }

    fn read(mut self) -> Result<(Node, Vec<Diagnostic>), YamlFailure> {
        if self.text.len() > MAX_FILE {
            let message =
                format!("the file has {} bytes; a rule file has at most {MAX_FILE}", self.text.len());
            return Err(self.failure(Code::FileTooLarge, 0, message));
        }
        let node = loop {
            let (event, marks) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::StreamEnd => break self.empty(),
                event => break self.node(event, marks, 0)?,
            }
        };
        self.only_one_document()?;
        for at in std::mem::take(&mut self.unused).into_values() {
            let message =
                "`&` gives the value a name that nothing asks for; the name is no part of the value";
            let help = "put a text that begins with `&` in quotes";
            self.found.push(Diagnostic::warning(Code::WrongKind, at, message).help(help));
        }
        Ok((node, self.found))
    }

    fn empty(&self) -> Node {
        Node { span: span(self.file, 0, 0), kind: Kind::Scalar { text: String::new(), plain: true } }
    }

    fn only_one_document(&mut self) -> Result<(), YamlFailure> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd | Event::Nothing, _) => {}
                (_, marks) => {
                    let at = marks.start.index();
                    return Err(self.failure(
                        Code::FileNotYaml,
                        at,
                        "a rule file holds one YAML document".into(),
                    ));
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Marks), YamlFailure> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = error.marker().index();
                Err(self.failure(Code::FileNotYaml, at, format!("this is not YAML: {}", error.info())))
            }
            None => Ok((Event::StreamEnd, Marks::empty(saphyr_parser::Marker::new(0, 0, 0)))),
        }
    }

    #[expect(clippy::unnecessary_box_returns, reason = "a failure is handed up as it is")]
    fn failure(&self, code: Code, character: usize, message: String) -> YamlFailure {
        let at = self.offset(character);
        Box::new(Diagnostic::error(code, point(self.file, self.text, at), message))
    }

    fn offset(&self, character: usize) -> usize {
        self.offsets.get(character).copied().unwrap_or(self.text.len())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span(self.file, self.offset(start), self.offset(end))
    }

    fn node(&mut self, event: Event<'t>, marks: Marks, depth: usize) -> Result<Node, YamlFailure> {
        let start = marks.start.index();
        self.made += 1;
        if depth > MAX_DEPTH {
            return Err(self.failure(
                Code::FileTooLarge,
                start,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.tell_tag(tag.is_some(), start);
                let plain = matches!(style, saphyr_parser::ScalarStyle::Plain);
                let kind = Kind::Scalar { text: text.into_owned(), plain };
                (anchor, Node { span: self.trimmed(start, marks.end.index()), kind })
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(start, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.map(start, depth)?),
            Event::Alias(anchor) => return self.alias(anchor, start),
            _ => {
                return Err(self.failure(
                    Code::FileNotYaml,
                    start,
                    "unexpected end of the YAML document".into(),
                ));
            }
        };
        if anchor != 0 {
            if node.scalar().is_some() {
                self.unused.insert(anchor, self.span(start, start + 1));
            }
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Tells of a tag such as `!include`: YAML takes the `!` for itself, and the word with it.
    fn tell_tag(&mut self, is_tag: bool, at: usize) {
        if is_tag {
            let message = "`!` begins a tag of YAML, which has no meaning here";
            let help =
                "an expression begins with `=`: `=!exists(x)`; put a text that begins with `!` in quotes";
            self.found.push(Diagnostic::error(Code::WrongKind, self.span(at, at + 1), message).help(help));
        }
    }

    fn alias(&mut self, anchor: usize, start: usize) -> Result<Node, YamlFailure> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err(self.failure(
                Code::FileNotYaml,
                start,
                "an alias of an anchor that is not there".into(),
            ));
        };
        self.unused.remove(&anchor);
        self.made += size(&node);
        if self.made > MAX_NODES {
            return Err(self.failure(
                Code::FileTooLarge,
                start,
                format!("with its aliases the file has more than {MAX_NODES} values"),
            ));
        }
        Ok(node)
    }

    /// A scalar's bytes without the line break that block scalars end with.
    fn trimmed(&self, start: usize, end: usize) -> Span {
        let mut span = self.span(start, end);
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        span.end = span.start + u32::try_from(text.trim_end().len()).unwrap_or(0);
        span
    }

    fn list(&mut self, start: usize, depth: usize) -> Result<Node, YamlFailure> {
        let mut members: Vec<Node> = Vec::new();
        loop {
            match self.next().map_err(|failure| self.unclosed(start, failure))? {
                (Event::SequenceEnd, marks) => {
                    let span = self.trimmed(start, marks.end.index());
                    return Ok(Node { span, kind: Kind::List(members) });
                }
                (event, marks) => {
                    let at = self.span(marks.start.index(), marks.start.index());
                    let member = self.node(event, marks, depth + 1)?;
                    if at.start >= self.cut_end {
                        members.push(self.whole(member));
                    }
                }
            }
        }
    }

    fn map(&mut self, start: usize, depth: usize) -> Result<Node, YamlFailure> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys: HashSet<String> = HashSet::new();
        loop {
            let (key, key_span) = match self.next().map_err(|failure| self.unclosed(start, failure))? {
                (Event::MappingEnd, marks) => {
                    let span = self.trimmed(start, marks.end.index());
                    return Ok(Node { span, kind: Kind::Map(entries) });
                }
                (Event::Scalar(key, ..), marks) => {
                    (key.into_owned(), self.trimmed(marks.start.index(), marks.end.index()))
                }
                (_, marks) => {
                    let at = marks.start.index();
                    return Err(self.failure(Code::KeyNotSingle, at, "a key must be a single value".into()));
                }
            };
            let (event, marks) = self.next()?;
            let value = self.node(event, marks, depth + 1)?;
            if key_span.start >= self.cut_end && self.is_new(&mut keys, &key, key_span) {
                entries.push(Entry { key, key_span, value: self.whole(value) });
            }
        }
    }

    /// Tells of a value that ends where a comment begins, though no blank follows the `#`: `Order #5`.
    fn tell_cut(&mut self, node: &Node) {
        let rest = self.text.get(node.span.end as usize..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let Some(comment) = line.trim_start().strip_prefix('#').filter(|_| line.starts_with(' ')) else {
            return;
        };
        if matches!(&node.kind, Kind::Scalar { text, plain: true } if !text.is_empty())
            && comment.starts_with(|c: char| c.is_alphanumeric())
        {
            let message = "the value ends before the `#`, which begins a comment";
            let help = "put the whole value in quotes; or let a blank follow the `#` if a comment is meant";
            self.found.push(Diagnostic::warning(Code::CutByComment, node.span, message).help(help));
        }
    }

    /// An expression that YAML cut at a comma, made whole and told; what YAML made of the rest of it
    /// is skipped.
    fn whole(&mut self, mut node: Node) -> Node {
        self.tell_cut(&node);
        if let Kind::Scalar { text, plain: true } = &mut node.kind
            && let Some(expression) = flow::cut_value(self.text, node.span, text)
        {
            node.span.end = node.span.start + u32::try_from(expression.len()).unwrap_or(0);
            expression.clone_into(text);
            self.cut_end = node.span.end;
            self.found.push(flow::diagnostic(node.span, expression));
        }
        node
    }

    /// A bracket that is not closed is told where it opens, if the parser came to another line.
    #[expect(clippy::unnecessary_box_returns, reason = "a failure is handed up as it is")]
    fn unclosed(&self, start: usize, mut failure: YamlFailure) -> YamlFailure {
        let open = self.span(start, start + 1);
        let between = self.text.get(open.start as usize..failure.span.start as usize).unwrap_or("");
        if failure.code == Code::FileNotYaml && between.starts_with(['[', '{']) && between.contains('\n') {
            let bracket = between.get(..1).unwrap_or_default();
            failure.message = format!("this is not YAML: this `{bracket}` is not closed");
            failure.span = open;
        }
        failure
    }

    fn is_new(&mut self, keys: &mut HashSet<String>, key: &str, key_span: Span) -> bool {
        let is_new = keys.insert(key.to_owned());
        if !is_new {
            self.found.push(
                Diagnostic::error(Code::GivenTwice, key_span, format!("the key `{key}` is given twice"))
                    .label("only one of the two would count")
                    .help("remove one of them, or merge the two"),
            );
        }
        is_new
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Scalar { .. } => 0,
        Kind::List(members) => members.iter().map(size).sum(),
        Kind::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use crate::rules::compile;
    use crate::rules::files::{RuleFile, RuleFiles};

    thread_local! {
        /// How often a text was parsed for its places, and for its meaning.
        static PARSED: RefCell<(usize, usize)> = const { RefCell::new((0, 0)) };
    }

    pub(super) fn count(which: fn(&mut (usize, usize)) -> &mut usize) {
        PARSED.with_borrow_mut(|parsed| *which(parsed) += 1);
    }

    #[test]
    fn a_text_is_parsed_once_for_its_places_and_once_for_its_meaning() {
        let file =
            |name: &str, text: &str| RuleFile { name: name.into(), path: name.into(), text: text.into() };
        let base = vec![
            file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n"),
            file("shapes/thing.yaml", "shape: thing\nfields: { id: integer! }\n"),
            // Ten mistakes, which are told one after the other.
            file(
                "thing.yaml",
                &format!(
                    "object: thing\nexport: {{ {} }}\n",
                    "wrong1: 1, wrong2: 2, wrong3: 3, wrong4: 4, wrong5: 5, wrong6: 6, wrong7: 7, wrong8: 8, wrong9: 9, wrong10: 10"
                ),
            ),
        ];
        let over = vec![file("thing.yaml", "title: Thing\n"), file("scripts/a.rhai", "fn a() { 1 }")];
        PARSED.set((0, 0));
        let compiled = compile(&RuleFiles { layers: vec![base, over] });
        assert_eq!(compiled.diagnostics.len(), 10, "{:?}", compiled.diagnostics);
        assert_eq!(PARSED.take(), (4, 4));
    }
}
