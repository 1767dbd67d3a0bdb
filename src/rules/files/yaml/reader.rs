//! From the parser's events to values with their places.

use std::collections::{BTreeMap, HashSet};

use saphyr_parser::{Event, Parser, Span as Marks};

use super::MAX_FILE;
use super::flow;
use super::node::{Entry, Kind, Node};
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{FileId, Span};

/// Values nested deeper than this are not a rule file.
const MAX_DEPTH: usize = 64;
/// More values than this, aliases counted out, are not a rule file.
const MAX_NODES: usize = 100_000;

/// What stops the reading of a file.
pub(super) type YamlFailure = Box<Diagnostic>;

/// One file on its way from events to a value.
pub(super) struct Reader<'t> {
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
    /// Before the first event.
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
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

    /// The value of the whole file, and what is wrong with it but does not stop the reading.
    pub(super) fn read(mut self) -> Result<(Node, Vec<Diagnostic>), YamlFailure> {
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
        self.made += node.size();
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

/// The character at a byte, or the end of the text.
pub(super) fn point(file: FileId, text: &str, at: usize) -> Span {
    let start = text.floor_char_boundary(at);
    let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    span(file, start, start + length)
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file, start: narrow(start), end: narrow(end) }
}
