//! The lines of a message that changes a transaction.
//!
//! `QuickBooks` takes all lines of a kind or none: a line that the message does not name is taken away. So the message
//! names all of them, in the order of the record: those of the document, and those that people have typed in by hand,
//! of whatever kind, by their ids alone, which leaves them as they are. A line of the document is found by its own id,
//! as it was agreed on; before anything was agreed on, by its place.

use crate::catalogue::Element;
use crate::qbxml::{LINE_ID, NodeRef, Record, RecordBuilder};
use crate::rules::file::Lead;
use crate::rules::program::{FieldOp, Message};

use super::differences::{differences, said};
use super::terms::agreed::Agreed;
use super::terms::line_ids::{self, NEW, OWN_ID, copied, id_of, known_line, own_id, stem};
use super::terms::outcome::{Difference, Fate};

/// A message with its lines arranged as the record has them.
pub(super) struct Arranged {
    /// The message's element. Each line has its id, and those of the document their own id.
    pub body: Record,
    /// Lines that one side has taken away.
    pub missing: Vec<Missing>,
}

/// A line that one side has taken away.
pub(super) struct Missing {
    /// The element of the message.
    name: String,
    /// Its number behind those that are there.
    number: usize,
    /// What is told of it.
    summary: String,
    /// Which side took it away.
    by: By,
    /// What becomes of that.
    fate: Fate,
}

/// Which side took a line away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Steelhead,
    Quickbooks,
}

/// What was agreed on: which own line is which, and both sides as they were.
#[derive(Clone)]
struct Known {
    pairs: Vec<(String, String)>,
    ours: Record,
    theirs: Record,
}

/// One kind of lines, and those that stand among them.
struct Table<'t> {
    elements: &'t [Element],
    fields: &'t [FieldOp],
    record: &'t Record,
    known: Option<&'t Known>,
}

/// A line of the message.
enum Line<'l> {
    /// One of the document's, with its id in QuickBooks.
    Own(NodeRef<'l>, String),
    /// One that is left as it is.
    Kept(NodeRef<'l>),
}

/// Arranges the lines of a message: `body` has those of the document, each with its own id.
pub(super) fn arranged(modify: &Message, body: &Record, record: &Record, known: Option<&Agreed>) -> Arranged {
    let known = known.filter(|known| Some(known.record.as_str()) == record.id()).and_then(|known| {
        let (ours, theirs) = known.read()?;
        let pairs = line_ids::pairs(&ours);
        (!pairs.is_empty()).then_some(Known { pairs, ours, theirs })
    });
    let mut missing = Vec::new();
    let mut lines: Vec<(usize, Record)> = Vec::new();
    let tables = tables(modify);
    for elements in &tables {
        let table = Table { elements, fields: &modify.fields, record, known: known.as_ref() };
        let rank = elements.first().and_then(|it| modify.body.rank(it.name())).unwrap_or_default();
        lines.push((rank, table.arranged(body, &mut missing)));
    }
    let is_line = |name: &str| tables.iter().flatten().any(|element| element.name() == name);
    let mut builder = Record::builder(body.name());
    for child in body.root().children().filter(|child| !is_line(child.name())) {
        let rank = modify.body.rank(child.name()).unwrap_or_default();
        builder = emptied(builder, &mut lines, rank);
        builder = copied(builder, child);
    }
    Arranged { body: emptied(builder, &mut lines, usize::MAX).finish(), missing }
}

/// Writes the lines that stand before an element.
fn emptied(builder: RecordBuilder, lines: &mut Vec<(usize, Record)>, rank: usize) -> RecordBuilder {
    let ready: Vec<(usize, Record)> = lines.extract_if(.., |(own, _)| *own < rank).collect();
    ready.iter().flat_map(|(_, table)| table.root().children()).fold(builder, copied)
}

/// The kinds of lines that the rules fill, each with those that stand among them.
pub(super) fn tables(modify: &Message) -> Vec<Vec<Element>> {
    let is_line = |element: &Element| element.child(LINE_ID).is_some();
    let mut tables: Vec<Vec<Element>> = Vec::new();
    for op in modify.fields.iter().filter(|op| is_line(&op.element)) {
        if tables.iter().flatten().any(|known| known.name() == op.element.name()) {
            continue;
        }
        let all = || modify.body.children();
        let choice = all().find(|it| it.element.name() == op.element.name()).and_then(|it| it.choice);
        let mates = all().filter(|it| choice.is_some() && it.choice == choice).map(|it| it.element);
        let mut table: Vec<Element> = mates.filter(is_line).collect();
        if table.is_empty() {
            table.push(op.element);
        }
        tables.push(table);
    }
    tables
}

/// The element that takes away all lines of a kind: a message without any line of it would leave them as they are.
pub(super) fn clears(modify: &Message, line: Element) -> Option<Element> {
    modify.body.child(&format!("Clear{}s", stem(line.name())))
}

impl Table<'_> {
    /// The lines of the message, in the record's order, new ones behind those that they follow in the document.
    fn arranged(&self, body: &Record, missing: &mut Vec<Missing>) -> Record {
        let is_own = |name: &str| self.elements.iter().any(|element| element.name() == name);
        let wanted: Vec<NodeRef<'_>> = body.root().children().filter(|child| is_own(child.name())).collect();
        let there: Vec<NodeRef<'_>> = self.record.root().children().filter(|line| self.has(*line)).collect();
        let found: Vec<Place> = (0..wanted.len()).map(|nth| self.place(&wanted, nth, &there)).collect();
        let found = self.recognized(&wanted, found, &there);
        let mut lines: Vec<Line<'_>> = Vec::new();
        for line in &there {
            let id = line.get(LINE_ID).unwrap_or_default();
            let own = found.iter().position(|place| *place == Place::Is(id.to_owned()));
            match own.and_then(|nth| wanted.get(nth)) {
                Some(own) => lines.push(Line::Own(*own, id.to_owned())),
                None if self.is_ours(id) && self.is_taken(*line, missing) => {}
                None => lines.push(Line::Kept(*line)),
            }
        }
        for (nth, line) in wanted.iter().enumerate().filter(|(nth, _)| found.get(*nth) == Some(&Place::New)) {
            let mut before = wanted.iter().take(nth).rev();
            let is_at = |own: &NodeRef<'_>| lines.iter().position(|it| it.is(*own));
            let place = before.find_map(is_at).map_or(0, |place| place + 1);
            lines.insert(place, Line::Own(*line, NEW.to_owned()));
        }
        for (line, _) in wanted.iter().zip(&found).filter(|(_, place)| **place == Place::Gone) {
            let fate = if self.is_changed_by_us(*line) { Fate::Conflict } else { Fate::Theirs };
            missing.push(Missing::of(*line, By::Quickbooks, fate));
        }
        for (nth, it) in missing.iter_mut().enumerate() {
            it.number = nth + 1 + lines.len();
        }
        lines.iter().fold(Record::builder(body.name()), |builder, line| line.write(builder)).finish()
    }

    fn has(&self, line: NodeRef<'_>) -> bool {
        let stem = line.name().strip_suffix("Ret");
        line.get(LINE_ID).is_some()
            && stem.is_some_and(|stem| {
                self.elements.iter().any(|it| it.name().strip_suffix("Mod") == Some(stem))
            })
    }

    /// Whether a line of the record was the document's, as far as that was agreed on.
    fn is_ours(&self, id: &str) -> bool {
        self.known.iter().flat_map(|known| &known.pairs).any(|(_, known)| known == id)
    }

    /// Which line of the record one of the document is.
    fn place(&self, wanted: &[NodeRef<'_>], nth: usize, there: &[NodeRef<'_>]) -> Place {
        let Some(line) = wanted.get(nth) else { return Place::New };
        let Some(Known { pairs, .. }) = self.known else {
            let is_alike = |it: &&NodeRef<'_>| stem(it.name()) == stem(line.name());
            let nth = wanted.iter().take(nth).filter(is_alike).count();
            let id = there.iter().filter(is_alike).nth(nth).and_then(|it| it.get(LINE_ID)).map(str::to_owned);
            return id.map_or(Place::New, Place::Is);
        };
        let own = own_id(*line).unwrap_or_default();
        match pairs.iter().find(|(known, _)| known == own) {
            Some((_, id)) if there.iter().any(|it| it.get(LINE_ID) == Some(id)) => Place::Is(id.clone()),
            Some((_, id)) if line_ids::is_given(id) || id == NEW => Place::Gone,
            _ => Place::New,
        }
    }

    /// A new line of the document that the record has already, just as it is: it was added, and the answer was lost.
    fn recognized(&self, wanted: &[NodeRef<'_>], mut found: Vec<Place>, there: &[NodeRef<'_>]) -> Vec<Place> {
        for nth in 0..found.len() {
            let Some(line) = wanted.get(nth).filter(|_| found.get(nth) == Some(&Place::New)) else {
                continue;
            };
            let is_free = |it: &&NodeRef<'_>| {
                let id = it.get(LINE_ID).unwrap_or_default();
                !self.is_ours(id) && !found.contains(&Place::Is(id.to_owned()))
            };
            let same = there.iter().filter(is_free).find(|it| self.is_same(*line, **it));
            let place = same.and_then(|it| it.get(LINE_ID)).map(|id| Place::Is(id.to_owned()));
            if let (Some(place), Some(slot)) = (place, found.get_mut(nth)) {
                *slot = place;
            }
        }
        found
    }

    /// Whether a line of the record holds all that the document wants of it.
    fn is_same(&self, line: NodeRef<'_>, there: NodeRef<'_>) -> bool {
        let name = self.record.name();
        let body = known_line(Record::builder(name), line, there.get(LINE_ID).unwrap_or_default()).finish();
        stem(line.name()) == stem(there.name()) && differences(&body, &alone(name, there), name).is_empty()
    }

    /// Whether a line that the document had, and has no longer, goes from the record. It stays where QuickBooks has
    /// changed it since, unless Steelhead leads.
    fn is_taken(&self, line: NodeRef<'_>, missing: &mut Vec<Missing>) -> bool {
        let id = line.get(LINE_ID);
        let all = self.known.map(|known| known.theirs.root().children());
        let then = all.into_iter().flatten().find(|it| it.get(LINE_ID) == id);
        let is_same = then.is_some_and(|then| alone("Line", then) == alone("Line", line));
        let is_led = said(self.fields, &modified(line.name()), |op| op.lead) == Lead::Steelhead;
        let fate = if is_same || is_led { Fate::Sent } else { Fate::Conflict };
        missing.push(Missing::of(line, By::Steelhead, fate));
        fate == Fate::Sent
    }

    /// Whether Steelhead has changed a line since both sides had it.
    fn is_changed_by_us(&self, line: NodeRef<'_>) -> bool {
        let all = self.known.map(|known| known.ours.root().children());
        let then = all.into_iter().flatten().find(|it| own_id(*it) == own_id(line));
        let name = self.record.name();
        then.is_some_and(|then| {
            let id = then.get(LINE_ID).unwrap_or_default();
            let body = known_line(Record::builder(name), line, id).finish();
            !differences(&body, &alone(name, then), name).is_empty()
        })
    }
}

/// A record with one line.
fn alone(name: &str, line: NodeRef<'_>) -> Record {
    copied(Record::builder(name), line).finish()
}

/// What a message that changes a record calls a line.
fn modified(line: &str) -> String {
    format!("{}Mod", stem(line))
}

impl Missing {
    fn of(line: NodeRef<'_>, by: By, fate: Fate) -> Self {
        Self { name: modified(line.name()), number: 0, summary: summary(line), by, fate }
    }
}

/// Where a line of the document stands in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// It is this one.
    Is(String),
    /// It was there, and is so no more.
    Gone,
    /// It was never there.
    New,
}

impl Line<'_> {
    fn is(&self, own: NodeRef<'_>) -> bool {
        matches!(self, Self::Own(line, _) if line.index() == own.index())
    }

    fn name(&self) -> String {
        match self {
            Self::Own(line, _) => line.name().to_owned(),
            Self::Kept(line) => modified(line.name()),
        }
    }

    fn write(&self, builder: RecordBuilder) -> RecordBuilder {
        match self {
            Self::Own(line, id) => known_line(builder, *line, id),
            Self::Kept(line) => kept(builder, &self.name(), line.get(LINE_ID).unwrap_or_default()),
        }
    }
}

/// A line that stays as it is: its id says so.
fn kept(builder: RecordBuilder, name: &str, id: &str) -> RecordBuilder {
    builder.open(name).leaf(LINE_ID, id).close()
}

/// A line in one line: its texts without ids.
fn summary(line: NodeRef<'_>) -> String {
    if let Some(text) = line.text() {
        return text.to_owned();
    }
    let inside = line.children().filter(|child| !child.name().ends_with("ID"));
    let texts: Vec<String> = inside.map(summary).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

impl Arranged {
    /// What becomes of the lines that one side has taken away: what QuickBooks took away stays away.
    pub fn missing(&self) -> Vec<Difference> {
        let one = |it: &Missing| {
            let summary = Some(it.summary.clone());
            let (before, after) = if it.by == By::Steelhead { (summary, None) } else { (None, summary) };
            let path = format!("{}[{}]", it.name, it.number);
            Difference { path, before, after, agreed: None, fate: it.fate }
        };
        self.missing.iter().map(one).collect()
    }

    /// Writes the lines of these kinds as they are sent: of each only what is to be changed. Nothing if nothing of
    /// them is.
    pub fn sent(&self, table: &[Element], told: &[Difference]) -> Option<Record> {
        let is_in = |path: &str| table.iter().any(|it| it.name() == crate::qbxml::unnumbered(top(path)));
        let sent: Vec<&str> = told
            .iter()
            .filter(|it| it.fate == Fate::Sent && is_in(&it.path))
            .map(|it| it.path.as_str())
            .collect();
        if sent.is_empty() {
            return None;
        }
        let mut builder = Record::builder(self.body.name());
        for line in self.body.root().children().filter(|it| is_in(it.name())) {
            builder = self.line(builder, line, &sent, told);
        }
        Some(builder.finish())
    }

    fn line(
        &self,
        builder: RecordBuilder,
        line: NodeRef<'_>,
        sent: &[&str],
        told: &[Difference],
    ) -> RecordBuilder {
        let id = line.get(LINE_ID).unwrap_or_default();
        let same: Vec<NodeRef<'_>> = self.body.root().children_named(line.name()).collect();
        let nth = same.iter().position(|it| it.index() == line.index()).unwrap_or_default();
        let numbered = format!("{}[{}]", line.name(), nth + 1);
        let of = |path: &str| {
            let (first, rest) = path.split_once('/')?;
            let is_it = first == numbered || (same.len() == 1 && first == line.name());
            is_it.then(|| crate::qbxml::unnumbered(top(rest)).to_owned())
        };
        let changed: Vec<String> = sent.iter().filter_map(|path| of(path)).collect();
        let held: Vec<String> =
            told.iter().filter(|it| it.fate != Fate::Sent).filter_map(|it| of(&it.path)).collect();
        if id == NEW && changed.is_empty() {
            return builder;
        }
        // What is referred to brings values of its own along, so all that the document says goes with it.
        let is_reference = |name: &String| line.child(name).is_some_and(|it| it.children().next().is_some());
        let whole = id == NEW || changed.iter().any(is_reference);
        let goes = |child: &NodeRef<'_>| {
            let name = child.name().to_owned();
            ![LINE_ID, OWN_ID].contains(&name.as_str())
                && (changed.contains(&name) || whole && !held.contains(&name))
        };
        let builder = builder.open(line.name()).leaf(LINE_ID, id);
        line.children().filter(goes).fold(builder, copied).close()
    }

    /// The own ids of the lines that are sent to be added.
    pub fn added(body: &Record, told: &[Difference]) -> Vec<String> {
        let paths: Vec<String> =
            told.iter().filter(|it| it.fate == Fate::Sent).map(|it| it.path.clone()).collect();
        let sent = line_ids::by_line(body, &paths);
        let is_new = |line: &NodeRef<'_>| line.get(LINE_ID) == Some(NEW);
        let step = |line: NodeRef<'_>| line_ids::step(line).and_then(|step| id_of(&step).map(str::to_owned));
        let is_sent = |line: &NodeRef<'_>| {
            let own = step(*line);
            sent.iter().any(|path| own.is_some() && id_of(top(path)).map(str::to_owned) == own)
        };
        let lines = body.root().children().filter(is_new).filter(is_sent);
        lines.filter_map(|line| own_id(line).map(str::to_owned)).collect()
    }
}

fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}
