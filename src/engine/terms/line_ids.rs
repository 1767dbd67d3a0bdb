//! Lines of a transaction in what was agreed on: each with the id that `QuickBooks` gave it, and with its own id in
//! Steelhead. By the first a line is compared with the same line later, by the second the rules find theirs again.

use crate::qbxml::{LINE_ID, NodeRef, Record, RecordBuilder, unnumbered};

/// The id of a line that a message adds.
pub(in crate::engine) const NEW: &str = "-1";
/// The id of a line that was sent to be added, and has none yet.
const ON_ITS_WAY: &str = "new";
/// The element in which we keep a line's own id. No record has it, and it is never sent.
pub(in crate::engine) const OWN_ID: &str = "OwnID";

/// A message's element with the own id of each of its lines, in their order.
pub(in crate::engine) fn with_own_ids<N: AsRef<str>>(body: &Record, ids: &[(N, String)]) -> Record {
    let mut builder = Record::builder(body.name());
    let mut ids = ids.iter();
    for child in body.root().children() {
        let is_line = child.children().next().is_some() && is_of_message(child.name());
        let own = if is_line {
            ids.as_slice().first().filter(|(name, _)| name.as_ref() == child.name())
        } else {
            None
        };
        builder = match own {
            None => copied(builder, child),
            Some((_, own)) => {
                ids.next();
                let line = inside(builder.open(child.name()).leaf(OWN_ID, own), child);
                line.close()
            }
        };
    }
    builder.finish()
}

/// The own id of a line.
pub(in crate::engine) fn own_id(line: NodeRef<'_>) -> Option<&str> {
    line.get(OWN_ID)
}

/// The own ids of all lines, each with the name of its element.
pub(in crate::engine) fn own_ids(record: &Record) -> Vec<(String, String)> {
    let one = |line: NodeRef<'_>| Some((line.name().to_owned(), own_id(line)?.to_owned()));
    record.root().children().filter_map(one).collect()
}

/// A line as a message wants it: with its own id and the one that `QuickBooks` knows it by.
pub(in crate::engine) fn known_line(builder: RecordBuilder, line: NodeRef<'_>, id: &str) -> RecordBuilder {
    let builder = builder.open(line.name()).leaf(LINE_ID, id);
    line.children().filter(|child| child.name() != LINE_ID).fold(builder, copied).close()
}

/// The same element, with all that is in it.
pub(in crate::engine) fn copied(builder: RecordBuilder, node: NodeRef<'_>) -> RecordBuilder {
    match node.text() {
        Some(text) => builder.leaf(node.name(), text),
        None => inside(builder.open(node.name()), node).close(),
    }
}

fn inside(builder: RecordBuilder, node: NodeRef<'_>) -> RecordBuilder {
    node.children().fold(builder, copied)
}

/// Whether an element's name is that of a part of a message, such as a line.
fn is_of_message(name: &str) -> bool {
    name.ends_with("Add") || name.ends_with("Mod")
}

/// Which own line is which of `QuickBooks`', as it was agreed on.
pub(in crate::engine) fn pairs(ours: &Record) -> Vec<(String, String)> {
    let pair = |line: NodeRef<'_>| Some((own_id(line)?.to_owned(), line.get(LINE_ID)?.to_owned()));
    ours.root().children().filter_map(pair).collect()
}

/// What was sent to make a record, each line with the id that it got: `QuickBooks` keeps their order. Unchanged if the
/// record has other lines.
pub(in crate::engine) fn paired(sent: &Record, record: &Record) -> Record {
    let mut builder = Record::builder(sent.name());
    let names = |kind: &str| -> Vec<NodeRef<'_>> { record.root().children_named(kind).collect() };
    for child in sent.root().children() {
        let stem = stem(child.name());
        let found = names(&format!("{stem}Ret"));
        let same: Vec<NodeRef<'_>> = sent.root().children_named(child.name()).collect();
        let nth = same.iter().position(|it| it.index() == child.index()).unwrap_or_default();
        let is_line = child.get(LINE_ID).is_none() && found.len() == same.len();
        let id = found.get(nth).filter(|_| is_line).and_then(|line| line.get(LINE_ID));
        builder = match id {
            Some(id) => known_line(builder, child, id),
            None => copied(builder, child),
        };
    }
    builder.finish()
}

/// The same after lines were sent to be added: it is noted that they are on their way. `lines` are their own ids.
pub(in crate::engine) fn on_their_way(ours: &Record, whole: &Record, lines: &[String]) -> Record {
    let is_meant = |line: &NodeRef<'_>| own_id(*line).is_some_and(|own| lines.iter().any(|it| it == own));
    let old = ours.root().children().filter(|it| !is_meant(it));
    let builder = old.fold(Record::builder(ours.name()), copied);
    let new = whole.root().children().filter(is_meant);
    new.fold(builder, |builder, line| known_line(builder, line, ON_ITS_WAY)).finish()
}

/// The same once the answer shows the record: lines that were on their way have the ids of its new ones, in their
/// order. Lines that the message took away are gone.
pub(in crate::engine) fn arrived(ours: &Record, before: &Record, after: &Record) -> Record {
    let known: Vec<&str> = ids(before).chain(ids(ours)).collect();
    let mut new = ids(after).filter(|id| !known.contains(id));
    let left: Vec<&str> = ids(after).collect();
    let mut builder = Record::builder(ours.name());
    for child in ours.root().children() {
        match child.get(LINE_ID) {
            Some(ON_ITS_WAY) => {
                let id = new.next().unwrap_or(ON_ITS_WAY);
                builder = known_line(builder, child, id);
            }
            Some(id) if !left.contains(&id) && ids(before).any(|it| it == id) => {}
            _ => builder = copied(builder, child),
        }
    }
    builder.finish()
}

fn ids(record: &Record) -> impl Iterator<Item = &str> {
    record.root().children().filter_map(|line| line.get(LINE_ID))
}

/// Whether a line's id is one that `QuickBooks` has given.
pub(in crate::engine) fn is_given(id: &str) -> bool {
    id != NEW && id != ON_ITS_WAY
}

/// The step of a path that means a line whatever place it has: `Line[#12-3]`. Nothing for what is no line.
pub(in crate::engine) fn step(line: NodeRef<'_>) -> Option<String> {
    let id = line.get(LINE_ID)?;
    let name = line.name();
    match own_id(line) {
        Some(own) if !is_given(id) => {
            let own: String = own.chars().map(|it| if "/[]".contains(it) { '_' } else { it }).collect();
            Some(format!("{name}[#{id} {own}]"))
        }
        None if !is_given(id) => None,
        _ => Some(format!("{name}[#{id}]")),
    }
}

/// Paths below a message's element by the ids of lines in place of their numbers.
pub(in crate::engine) fn by_line(body: &Record, paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| line_of(body, path).unwrap_or_else(|| path.clone())).collect()
}

fn line_of(body: &Record, path: &str) -> Option<String> {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let number = first.split_once('[').and_then(|(_, rest)| rest.trim_end_matches(']').parse::<usize>().ok());
    let line = body.root().children_named(unnumbered(first)).nth(number.unwrap_or(1).checked_sub(1)?)?;
    let step = step(line)?;
    Some(rest.map_or_else(|| step.clone(), |rest| format!("{step}/{rest}")))
}

/// The line that a step of a path means by its id.
pub(in crate::engine) fn id_of(step: &str) -> Option<&str> {
    step.split_once("[#").map(|(_, id)| id.trim_end_matches(']'))
}

/// A name without what tells a message's part from a record's.
pub(in crate::engine) fn stem(step: &str) -> &str {
    let name = unnumbered(step);
    let ending = ["Add", "Mod", "Ret"].iter().find_map(|ending| name.strip_suffix(ending));
    ending.filter(|stem| !stem.is_empty()).unwrap_or(name)
}
