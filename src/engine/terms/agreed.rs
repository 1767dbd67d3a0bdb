//! What a document and its record agreed on last, by which it is told who of the two changed since.

use std::sync::Arc;

use crate::qbxml::{Company, LINE_ID, NodeRef, Record};

use super::line_ids::{
    NEW, arrived, id_of, is_given, on_their_way, own_ids, paired, pairs, stem, step, with_own_ids,
};

/// What a document and its record agreed on last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// The record's id; empty for one that was sent to be made and is not known yet.
    pub record: String,
    /// The message's element as the rules gave it then; empty if they change no such record.
    pub ours: String,
    /// The record as it was then.
    pub theirs: String,
    /// What a person wants sent besides what Steelhead has changed.
    pub wish: Wish,
}

/// Values with the paths of their elements, in order.
type Leaves = Vec<(String, String)>;

/// What a person wants sent besides what Steelhead has changed, until it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    #[default]
    Nothing,
    /// What was decided element by element. What is agreed says which elements those are.
    Decided,
    /// All of Steelhead's values, whatever was agreed.
    Everything,
}

impl Agreed {
    /// Both sides as they are: from now on that counts as agreed.
    pub fn now(whole: Option<&Record>, record: &Record, company: &Company) -> Self {
        let ours = whole.map(|whole| named(whole, company).to_xml());
        Self {
            record: record.id().unwrap_or_default().to_owned(),
            ours: ours.unwrap_or_default(),
            theirs: record.to_xml(),
            wish: Wish::Nothing,
        }
    }

    /// What is sent to make a record, with the own ids of its lines: that is what both sides have, once it is there.
    pub fn sent(sent: &Record, lines: &[(&'static str, String)], company: &Company) -> Self {
        let xml = named(&with_own_ids(sent, lines), company).to_xml();
        Self { record: String::new(), ours: xml.clone(), theirs: xml, wish: Wish::Nothing }
    }

    /// Both had what the record has now, but for these elements, of which they had these values.
    pub fn but(record: &Record, elements: &[(String, String)]) -> Self {
        let paths: Vec<String> = elements.iter().map(|(path, _)| top(path).to_owned()).collect();
        let leaves = elements.iter().map(|(path, text)| (path, text));
        let then = spliced(record, &Record::of_leaves(record.name(), leaves), &paths).to_xml();
        let record = record.id().unwrap_or_default().to_owned();
        Self { record, ours: then.clone(), theirs: then, wish: Wish::Nothing }
    }

    /// The elements that a record has otherwise now, with what both had then: what [`Self::but`] takes.
    pub fn but_for(&self, record: &Record) -> Leaves {
        let then = self.theirs().map(|theirs| flat(theirs.root())).unwrap_or_default();
        let now = flat(record.root());
        let of = |all: &Leaves, element: &str| -> Leaves {
            all.iter().filter(|(path, _)| top(path) == element).cloned().collect()
        };
        let mut tops: Vec<&str> = then.iter().chain(&now).map(|(path, _)| top(path)).collect();
        tops.sort_unstable();
        tops.dedup();
        let changed = tops.into_iter().filter(|element| of(&then, element) != of(&now, element));
        let had = |element: &str| {
            let had = of(&then, element);
            if had.is_empty() { vec![(element.to_owned(), String::new())] } else { had }
        };
        changed.flat_map(had).collect()
    }

    /// The same, where the rules gave something else than the record had.
    #[must_use]
    pub fn but_ours(self, record: &Record, ours: &[(String, String)]) -> Self {
        Self { ours: Self::of_elements(record, ours, &[]).ours, ..self }
    }

    /// What the rules gave, if any of it is not what the record had: what [`Self::but_ours`] takes.
    pub fn ours_apart(&self) -> Option<Leaves> {
        let (ours, theirs) = self.elements()?;
        let is_apart = ours.iter().any(|leaf| !theirs.contains(leaf));
        is_apart.then_some(ours)
    }

    /// What each side had, element by element: paths and values.
    pub fn of_elements(record: &Record, ours: &[(String, String)], theirs: &[(String, String)]) -> Self {
        let xml = |all: &[(String, String)]| {
            Record::of_leaves(record.name(), all.iter().map(|(path, text)| (path, text))).to_xml()
        };
        Self {
            record: record.id().unwrap_or_default().to_owned(),
            ours: if ours.is_empty() { String::new() } else { xml(ours) },
            theirs: xml(theirs),
            wish: Wish::Nothing,
        }
    }

    /// The elements that each side had: Steelhead's first, as its rules gave them. Nothing if that cannot be read.
    pub fn elements(&self) -> Option<(Leaves, Leaves)> {
        let (ours, theirs) = self.read()?;
        Some((flat(ours.root()), flat(theirs.root())))
    }

    /// A record that was made of what was sent. `known` is what was noted when it was sent: the lines' own ids are in
    /// it.
    pub fn made(known: Option<&Self>, sent: &Record, record: &Record, company: &Company) -> Self {
        let noted = known.filter(|known| known.record.is_empty()).and_then(Self::read);
        let ids: Vec<(String, String)> = noted.iter().flat_map(|(ours, _)| own_ids(ours)).collect();
        let sent = named(&with_own_ids(sent, &ids), company);
        Self {
            record: record.id().unwrap_or_default().to_owned(),
            ours: paired(&sent, record).to_xml(),
            theirs: record.to_xml(),
            wish: Wish::Nothing,
        }
    }

    /// The id in `QuickBooks` of the line that has this own id; nothing if that is not known, or the line is gone.
    pub fn line(&self, own: &str, record: Option<&Record>) -> Option<String> {
        let (ours, _) = self.read()?;
        let ours = match record.filter(|_| self.record.is_empty()) {
            Some(record) => paired(&ours, record),
            None => ours,
        };
        let is_there =
            |id: &str| record.is_none_or(|it| it.root().children().any(|line| line.get(LINE_ID) == Some(id)));
        let found = pairs(&ours).into_iter().find(|(known, _)| known == own);
        found.map(|(_, id)| id).filter(|id| is_given(id) && is_there(id))
    }

    /// The same after what was sent to change the record has been answered.
    #[must_use]
    pub fn answered(&self, sent: &Record, record: &Record, company: &Company) -> Self {
        let sent = named(sent, company);
        let paths: Vec<String> = flat(sent.root()).into_iter().map(|(path, _)| path).collect();
        // Lines that were added have no ids in what was sent; they are on their way in what is known.
        let paths: Vec<String> = paths.into_iter().filter(|path| !is_in_new_line(&sent, path)).collect();
        let Some((ours, theirs)) = self.read() else { return self.clone() };
        let known = Self { ours: arrived(&ours, &theirs, record).to_xml(), ..self.clone() };
        let known = Self { wish: Wish::Nothing, ..known.spliced(&sent, record, &paths) };
        known.with_lines_of(record)
    }

    /// The same with all lines that the record has.
    fn with_lines_of(self, record: &Record) -> Self {
        let Some((_, theirs)) = self.read() else { return self };
        let is_known = |id: Option<&str>| theirs.root().children().any(|line| line.get(LINE_ID) == id);
        let new = record.root().children().filter(|line| !is_known(line.get(LINE_ID)));
        let paths: Vec<String> = new.filter_map(step).collect();
        Self { theirs: spliced(&theirs, record, &paths).to_xml(), ..self }
    }

    /// The same after lines were sent to be added: they are on their way. What the record has besides is known then.
    #[must_use]
    pub(in crate::engine) fn adding(self, whole: &Record, record: &Record, lines: &[String]) -> Self {
        let Some((ours, _)) = self.read().filter(|_| !lines.is_empty()) else { return self };
        Self { ours: on_their_way(&ours, whole, lines).to_xml(), ..self }.with_lines_of(record)
    }

    /// The same after something was sent to change the record, and nothing told whether that was done: of what was
    /// sent, what the record has now counts as agreed.
    #[must_use]
    pub fn perhaps_answered(&self, sent: &Record, record: &Record, company: &Company) -> Self {
        let sent = named(sent, company);
        let leaves = flat(sent.root());
        let is_there = |element: &str| {
            let mut own = leaves.iter().filter(|(path, _)| top(path) == element);
            own.all(|(path, text)| record.get(path) == Some(text))
        };
        let paths: Vec<String> = leaves.iter().map(|(path, _)| path.clone()).collect();
        let paths: Vec<String> = paths.into_iter().filter(|path| is_there(top(path))).collect();
        self.spliced(&sent, record, &paths)
    }

    /// The same after the record's values have been taken over into the document.
    #[must_use]
    pub fn taken_over(&self, now: &Self) -> Self {
        let read = || {
            let (ours, theirs) = self.read()?;
            let (ours_now, theirs_now) = now.read()?;
            let before = flat(theirs.root());
            let after = flat(theirs_now.root());
            let is_new = |it: &&(String, String)| !before.contains(it) || !after.contains(it);
            let changed = before.iter().chain(&after).filter(is_new);
            let paths: Vec<String> = changed.map(|(path, _)| top(path).to_owned()).collect();
            Some(spliced(&ours, &ours_now, &paths).to_xml())
        };
        Self { ours: read().unwrap_or_else(|| now.ours.clone()), ..now.clone() }
    }

    /// The same, but that both sides had of these elements what the record has now: so Steelhead has changed them
    /// since, and sends them.
    pub(in crate::engine) fn to_send(&self, record: &Record, paths: &[String]) -> Self {
        self.spliced(record, record, &whole_lines(paths))
    }

    /// The same, but that both sides agree on these elements as they are: nothing is sent, until one of the two
    /// changes them.
    pub(in crate::engine) fn to_keep(&self, body: &Record, record: &Record, paths: &[String]) -> Self {
        self.spliced(body, record, &whole_lines(paths))
    }

    /// What both sides had then.
    pub(in crate::engine) fn read(&self) -> Option<(Record, Record)> {
        let theirs = Record::from_xml(&self.theirs).ok()?;
        let nothing = || Record::builder(theirs.name()).finish();
        let ours = if self.ours.is_empty() { nothing() } else { Record::from_xml(&self.ours).ok()? };
        Some((ours, theirs))
    }

    pub(in crate::engine) fn spliced(&self, ours: &Record, theirs: &Record, paths: &[String]) -> Self {
        let Some((old_ours, old_theirs)) = self.read() else { return self.clone() };
        Self {
            record: self.record.clone(),
            ours: spliced(&old_ours, ours, paths).to_xml(),
            theirs: spliced(&old_theirs, theirs, paths).to_xml(),
            wish: self.wish,
        }
    }

    /// The record as it was then; nothing if it is not known.
    pub fn theirs(&self) -> Option<Arc<Record>> {
        Record::from_xml(&self.theirs).ok().map(Arc::new)
    }
}

/// The same with the full name beside each id of a reference: an id and a name may mean the same record.
pub(in crate::engine) fn named(record: &Record, company: &Company) -> Record {
    let mut entries = Vec::new();
    for (path, text) in flat(record.root()) {
        let name = path.strip_suffix("Ref/ListID").and_then(|path| {
            let name = company.by_id(&text)?.full_name()?.to_owned();
            (!entries.iter().any(|(it, _): &(String, String)| *it == format!("{path}Ref/FullName")))
                .then(|| (format!("{path}Ref/FullName"), name))
        });
        entries.push((path, text));
        entries.extend(name);
    }
    Record::of_leaves(record.name(), entries)
}

/// The leaves of an element with their paths; those of one name are numbered.
fn flat(node: NodeRef<'_>) -> Leaves {
    fn below(node: NodeRef<'_>, path: &str, found: &mut Vec<(String, String)>) {
        for child in node.children() {
            let same = || node.children_named(child.name());
            let step = match (step(child), same().position(|it| it.index() == child.index())) {
                (Some(line), _) => line,
                (None, Some(nth)) if same().count() > 1 => format!("{}[{}]", child.name(), nth + 1),
                _ => child.name().to_owned(),
            };
            let path = if path.is_empty() { step } else { format!("{path}/{step}") };
            if child.children().next().is_some() {
                below(child, &path, found);
            } else {
                found.push((path, child.text().unwrap_or_default().to_owned()));
            }
        }
    }
    let mut found = Vec::new();
    below(node, "", &mut found);
    found
}

/// The old one with what the new one has at these paths.
fn spliced(old: &Record, new: &Record, paths: &[String]) -> Record {
    // Of a line that the old one lacks all is taken over: it is nothing in part.
    let is_there = |line: &str| old.root().children().filter_map(step).any(|it| id_of(&it) == Some(line));
    let whole = |path: &String| match id_of(top_step(path)) {
        Some(line) if !is_there(line) => top_step(path).to_owned(),
        _ => path.clone(),
    };
    let paths: Vec<String> = paths.iter().map(whole).collect();
    let is_meant = |path: &str| paths.iter().any(|meant| covers(meant, path));
    let mut entries: Vec<(String, String)> =
        alike(flat(old.root())).filter(|(path, _)| !is_meant(path)).collect();
    for (path, text) in alike(flat(new.root())).filter(|(path, _)| is_meant(path)) {
        // Beside what is nearest to it, so that an aggregate stays one.
        let nearness =
            |other: &str| other.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
        let nearest = entries.iter().map(|(other, _)| nearness(other)).max().unwrap_or_default();
        let place = match nearest {
            0 => entries.len(),
            nearest => {
                entries.iter().rposition(|(other, _)| nearness(other) == nearest).map_or(0, |it| it + 1)
            }
        };
        entries.insert(place, (path, text));
    }
    Record::of_leaves(old.name(), entries)
}

/// The leaves with one name for a line, whatever the message or record calls it.
fn alike(leaves: Leaves) -> impl Iterator<Item = (String, String)> {
    leaves.into_iter().map(|(path, text)| match path.split_once("[#") {
        Some((name, rest)) if !name.contains('/') => (format!("{}Ret[#{rest}", stem(name)), text),
        _ => (path, text),
    })
}

/// Whether a leaf is at, or below, an element of a message. Beside an address records have it as it is
/// printed, and lines have another name in them.
fn covers(meant: &str, leaf: &str) -> bool {
    if top(leaf).strip_suffix("Block") == Some(top(meant)) {
        return true;
    }
    let mut leaf = leaf.split('/');
    meant.split('/').all(|meant| {
        leaf.next().is_some_and(|leaf| {
            let is_line = id_of(meant).is_none_or(|line| id_of(leaf) == Some(line));
            stem(meant) == stem(leaf) && is_line
        })
    })
}

/// A message holds all lines of a kind or none, so what is said of one is said of all of them.
fn whole_lines(paths: &[String]) -> Vec<String> {
    let whole = |path: &String| match id_of(top_step(path)) {
        // A line that has an id is meant alone.
        Some(_) => path.clone(),
        None => lines_of(path).unwrap_or(path).to_owned(),
    };
    paths.iter().map(whole).collect()
}

/// The lines that an element is in, such as `InvoiceLineMod`; nothing if it is in none.
pub fn lines_of(path: &str) -> Option<&str> {
    let top = top(path);
    (stem(top) != top || path.starts_with(&format!("{top}["))).then_some(top)
}

/// The first step of a path, with its number or id.
fn top_step(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// Whether a leaf is in a line that a message adds.
fn is_in_new_line(sent: &Record, path: &str) -> bool {
    let lines = sent.root().children().filter(|line| line.get(LINE_ID) == Some(NEW));
    let names: Vec<&str> = lines.map(NodeRef::name).collect();
    names.contains(&top(path)) && id_of(top_step(path)).is_none()
}

fn top(path: &str) -> &str {
    path.split(['/', '[']).next().unwrap_or_default()
}
