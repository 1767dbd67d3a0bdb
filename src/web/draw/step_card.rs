//! A step of a plan as pages show it: what `ferrule diff` prints, with links to the rules.

use std::collections::HashMap;

use crate::catalogue::words_of_path;
use crate::document::Code;
use crate::engine::{Fate, Note, Provenance};
use crate::language::{marked, say, t};
use crate::rules::Program;
use crate::sync::stored::CompanyFile;
use crate::sync::{Action, ChangeView, Line, Lines, NoteView, Step, StepView, what};
use crate::text::quotes::quoted;
use crate::web::draw::differing::Differing;
use crate::web::draw::qbxml_view::QbxmlView;
use crate::web::ground::fields::{link, segment};
use crate::web::views::is_general;
use crate::web::words::when::counted;

/// A step of a plan.
pub struct StepCard {
    /// `+`, `~`, `=`, `!`, `-` or a blank.
    pub sign: char,
    /// The kind of colour: that of a pill.
    pub kind: &'static str,
    /// What is done, in a word for people.
    pub word: &'static str,
    /// What people call the document.
    pub label: String,
    /// What is done, as a clerk would say it.
    pub said: String,
    /// What is done, as qbXML has it.
    pub what: String,
    /// Where the document's own plan is; nothing without an id.
    pub link: Option<String>,
    /// Where it can be connected to a record, if one of nearly its name is there, or several are.
    pub connect: Option<String>,
    /// The document is known in part only, from what refers to it.
    pub in_part: bool,
    /// The elements, or what differs.
    pub rows: Vec<ElementRow>,
    /// Whether the rows say what differs.
    pub is_change: bool,
    /// Whether the rules never send what differs.
    pub is_never_sent: bool,
    /// What a person may decide.
    pub differing: Option<Differing>,
    /// Why it is rejected or not sent.
    pub reasons: Vec<ToldNote>,
    /// Warnings: nothing is wrong, but people should know.
    pub warnings: Vec<ToldNote>,
    /// The request exactly as it is sent, indented; only if the page asks for it.
    pub request: Option<QbxmlView>,
}

/// An element with its value, or a heading above elements.
pub struct ElementRow {
    /// How many headings stand above it.
    pub depth: usize,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What is written, or what it becomes; nothing in a heading.
    pub value: Option<ElementValue>,
    /// Where it comes from; only if the page asks for it.
    pub origin: Option<ElementOrigin>,
}

/// What is written, or what it becomes.
pub enum ElementValue {
    /// What is written.
    Is(String),
    /// QuickBooks assigns it.
    Assigned,
    /// What QuickBooks has and what the document wants; `None` for a missing value.
    Becomes(Option<String>, Option<String>),
    /// QuickBooks keeps what it has: that, what Steelhead has, and why.
    Stays(Option<String>, Option<String>, String),
}

/// Where an element comes from.
pub struct ElementOrigin {
    /// The rule.
    pub rule: RuleLink,
    /// The expression or literal.
    pub expression: String,
    /// What it read: path and value.
    pub inputs: Vec<(String, String)>,
}

/// A place in the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLink {
    /// `file:line`.
    pub name: String,
    /// Where the page of the rules shows it.
    pub href: String,
}

/// Something to tell about a document.
pub struct ToldNote {
    /// The code, or the id of the rule's condition.
    pub code: String,
    /// The words.
    pub message: String,
    /// The element it is about.
    pub element: Option<String>,
    /// The rule.
    pub rule: Option<RuleLink>,
}

/// How much of a step is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What is done.
    Plan,
    /// The request too, and where each element comes from.
    Explained,
}

impl StepCard {
    /// A step, as its company file's pages show it.
    pub fn of(step: &Step, program: &Program, file: &CompanyFile, depth: Depth) -> Self {
        let view = StepView::of(step, program);
        let (kind, word) = colour(step.action());
        let told = |notes: &[NoteView<'_>]| notes.iter().map(|note| ToldNote::of(note, file)).collect();
        let warnings: Vec<&Note> = step.outcome.warnings.iter().collect();
        let own = |index: &usize| {
            depth == Depth::Explained || warnings.get(*index).is_some_and(|it| !is_general(it))
        };
        let origins = origins(step, program, file, depth);
        Self {
            sign: step.action().sign(),
            kind,
            word,
            label: quoted(view.label),
            said: said(step, &view),
            what: what(&view).map(|what| quoted(&what)).unwrap_or_default(),
            link: view.id.map(|id| document_link(file, view.object, id)),
            connect: connect_link(step, program, file),
            in_part: view.place.is_none(),
            is_change: !view.changes.is_empty(),
            is_never_sent: view.changes.iter().any(|change| change.fate == Fate::Never.word()),
            rows: rows(&view, origins),
            differing: Differing::of(step, program, file),
            reasons: told(&view.reasons),
            warnings: view
                .warnings
                .iter()
                .enumerate()
                .filter(|(index, _)| own(index))
                .map(|(_, note)| ToldNote::of(note, file))
                .collect(),
            request: view
                .request
                .as_ref()
                .filter(|_| depth == Depth::Explained)
                .map(|it| QbxmlView::of(&it.qbxml).linked(&program.uses, file)),
        }
    }

    /// How many fields have a value, in words.
    pub fn elements(&self) -> String {
        counted(self.rows.iter().filter(|row| row.value.is_some()).count(), "field")
    }

    /// Whether it is short enough to be shown at once.
    pub fn is_short(&self) -> bool {
        self.is_change || self.rows.is_empty()
    }

    /// Whether there is anything below its first line.
    pub fn has_body(&self) -> bool {
        !(self.rows.is_empty() && self.reasons.is_empty() && self.warnings.is_empty())
    }
}

/// The kind of pill of an action, and its word for people.
pub fn colour(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Create => ("good", marked("Create")),
        Action::Change => ("warn", marked("Change")),
        Action::Connect => ("busy", marked("Connect")),
        Action::Reject => ("bad", marked("Rejected")),
        Action::Unchanged => ("idle", marked("Unchanged")),
        Action::Skip => ("idle", marked("Not sent")),
        Action::Settled => ("idle", marked("Settled by hand")),
    }
}

/// Changes that are told beside a document's name.
const CHANGES: usize = 3;

/// What is done, as a clerk would say it: `terms Net 30 → Net 45`.
fn said(step: &Step, view: &StepView<'_>) -> String {
    let name = view.record.as_ref().and_then(|record| record.name);
    match step.action() {
        Action::Create => {
            let made = step.outcome.request().and_then(|request| request.body());
            match made.and_then(|made| made.called()) {
                Some(name) => say!("is created in QuickBooks as {name}", name),
                None => t("is created in QuickBooks").to_owned(),
            }
        }
        Action::Change => {
            let sent: Vec<&ChangeView<'_>> = view.changes.iter().filter(|change| change.sent).collect();
            let text =
                |value: Option<&str>| value.filter(|it| !it.is_empty()).unwrap_or(t("nothing")).to_owned();
            let told = sent.iter().take(CHANGES).map(|change| {
                format!("{} {} → {}", words_of_path(change.path), text(change.before), text(change.after))
            });
            let told: Vec<String> = told.collect();
            let more = sent.len().saturating_sub(CHANGES);
            match (told.is_empty(), more) {
                (true, _) => t("is changed in QuickBooks").to_owned(),
                (false, 0) => told.join("; "),
                (false, more) => say!("{changes}; and {more} more", changes = told.join("; "), more),
            }
        }
        Action::Connect => match name.or(view.shares.as_ref().map(|it| it.name)) {
            Some(name) => say!("is the same as {name} in QuickBooks, and is connected to it", name),
            None => t("is the same in QuickBooks, and is connected to it").to_owned(),
        },
        Action::Reject => t("is not sent until it is corrected").to_owned(),
        Action::Unchanged if view.changes.is_empty() => t("is in QuickBooks as it should be").to_owned(),
        Action::Unchanged => t("is in QuickBooks; what differs stays as it is").to_owned(),
        Action::Skip => t("is left out by the rules").to_owned(),
        Action::Settled => t("is done by hand, so nothing is sent").to_owned(),
    }
}

/// With a capital letter first.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Where the plan of one document is.
pub fn document_link(file: &CompanyFile, object: &str, id: &str) -> String {
    link(&format!("/c/{}/plan", file.id.0), [("object", object), ("id", id)])
}

/// Where a person says what the document's record is, if that is asked.
fn connect_link(step: &Step, program: &Program, file: &CompanyFile) -> Option<String> {
    let asks = |note: &Note| {
        [Code::NearTwin, Code::NearlyThere, Code::NoMatch].iter().any(|code| note.code == *code)
    };
    let mut notes = step.outcome.rejections().iter().chain(&step.outcome.warnings);
    let key = step.outcome.key.as_ref().filter(|_| notes.any(asks))?;
    let list = program.list_of(&step.object)?;
    Some(format!("/c/{}/{}/{}/connect", file.id.0, list.path, segment(&key.id)))
}

impl RuleLink {
    /// A place in the rules, shown by the page of the rules.
    pub fn to(file: &CompanyFile, path: &str, line: u32) -> Self {
        let query = [("file", path), ("line", &line.to_string())];
        let href = link(&format!("/c/{}/rules", file.id.0), query);
        Self { name: format!("{path}:{line}"), href: format!("{href}#L{line}") }
    }

    /// A place written as `file:line`; `None` if the text is anything else.
    pub fn parse(file: &CompanyFile, told: &str) -> Option<Self> {
        let (path, line) = told.rsplit_once(':')?;
        Some(Self::to(file, path, line.parse().ok()?))
    }
}

impl ToldNote {
    fn of(note: &NoteView<'_>, file: &CompanyFile) -> Self {
        Self {
            code: note.code.to_owned(),
            message: quoted(note.message),
            element: note.element.map(str::to_owned),
            rule: note.rule.as_deref().and_then(|rule| RuleLink::parse(file, rule)),
        }
    }
}

fn origins(
    step: &Step,
    program: &Program,
    file: &CompanyFile,
    depth: Depth,
) -> HashMap<String, ElementOrigin> {
    if depth == Depth::Plan {
        return HashMap::new();
    }
    let origin = |from: &Provenance| {
        let sources = &program.sources;
        let rule = RuleLink::to(file, sources.path(from.span.file), sources.position(from.span).line);
        let inputs = from.inputs.clone();
        (from.element.clone(), ElementOrigin { rule, expression: from.expression.trim().to_owned(), inputs })
    };
    step.outcome.provenance.iter().map(origin).collect()
}

fn rows(view: &StepView<'_>, mut origins: HashMap<String, ElementOrigin>) -> Vec<ElementRow> {
    let mut lines = Lines::default();
    let changes: HashMap<&str, &ChangeView<'_>> = view.changes.iter().map(|it| (it.path, it)).collect();
    let assigned: Vec<&str> =
        view.elements.iter().filter(|it| it.value.is_none()).map(|it| it.path.as_str()).collect();
    for element in &view.elements {
        lines.element(&element.path, element.value.as_deref().unwrap_or_default());
    }
    for change in &view.changes {
        lines.element(change.path, "");
    }
    for follow in &view.then {
        for element in &follow.elements {
            let path = format!("{}/{}", follow.title, element.path);
            lines.element(&path, element.value.as_deref().unwrap_or_default());
        }
    }
    let value = |line: &Line| {
        if let Some(change) = changes.get(line.path.as_str()) {
            let text = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
            let (before, after) = (text(change.before), text(change.after));
            let Some(told) = change.told.filter(|_| change.fate != Fate::Never.word()) else {
                return Some(ElementValue::Becomes(before, after));
            };
            let agreed = text(change.agreed).map(|it| say!("; both had {it}", it)).unwrap_or_default();
            return Some(ElementValue::Stays(before, after, format!("{told}{agreed}")));
        }
        match line.path.as_str() {
            "" => None,
            path if assigned.contains(&path) => Some(ElementValue::Assigned),
            _ => Some(ElementValue::Is(line.value.clone())),
        }
    };
    let row = |line: Line| ElementRow {
        value: value(&line),
        origin: origins.remove(&line.path),
        depth: line.depth.min(6),
        label: capital(&words_of_path(&line.name)),
        name: line.name,
    };
    lines.into_lines().into_iter().map(row).collect()
}
