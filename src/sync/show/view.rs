//! A plan as data to be shown: what `--json` gives, and what text and pages are drawn from.

use serde::{Serialize, Serializer};

use crate::document::DocumentProblem;
use crate::engine::{Counterpart, Decision, Fate, Note};
use crate::qbxml::Record;
use crate::rules::Program;
use crate::sync::plan::plan::{Action, Counts, Plan, Step};
use crate::sync::show::elements::{ElementView, elements, elements_of};

/// A plan, as `ferrule diff --json` writes it. Keys are only ever added; what does not apply to a
/// step is left out.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PlanView<'p> {
    /// How many steps do what.
    pub counts: Counts,
    /// The steps, in the order in which they are done.
    #[serde(serialize_with = "steps")]
    #[schemars(with = "Vec<StepView<'static>>")]
    pub steps: Shown<'p>,
    /// Documents that cannot be read; they are among the rejected ones of `counts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<ProblemView<'p>>,
    /// What is worth knowing about the documents that were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ProblemView<'p>>,
}

/// The steps of a plan to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// The rules, whose places are told.
    pub program: &'p Program,
    /// Also steps that do nothing.
    pub all: bool,
    /// How many of them are left out at the beginning.
    pub from: usize,
    /// The most that are shown.
    pub most: usize,
}

impl<'p> Shown<'p> {
    /// All steps, of those that are shown at all.
    pub fn whole(plan: &'p Plan, program: &'p Program, all: bool) -> Self {
        Self { plan, program, all, from: 0, most: usize::MAX }
    }

    /// The steps to be shown.
    pub fn steps(self) -> impl Iterator<Item = &'p Step> {
        let is_shown = move |step: &&Step| self.all || says_something(step);
        self.plan.steps.iter().filter(is_shown).skip(self.from).take(self.most)
    }
}

/// Whether a step is worth a look: something is done, is wrong, or is to be told.
fn says_something(step: &Step) -> bool {
    let is_news = !matches!(step.action(), Action::Unchanged | Action::Skip | Action::Settled);
    is_news || step.has_news() || step.outcome.waits || !step.outcome.warnings.is_empty()
}

fn steps<S: Serializer>(shown: &Shown<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(shown.steps().map(|step| StepView::of(step, shown.program)))
}

/// One document with what becomes of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StepView<'p> {
    /// `create`, `change`, `connect`, `reject`, `unchanged`, `skip` or `settled`.
    pub action: &'static str,
    /// The object.
    pub object: &'p str,
    /// The document's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'p str>,
    /// What people call the document.
    pub label: &'p str,
    /// Where the document begins; nothing if only a part of it is known, from a document that refers to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceView<'p>>,
    /// The request that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestView>,
    /// The requests that follow, once the document has its record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<FollowUpView<'p>>,
    /// The record in QuickBooks that the document is, or becomes, connected to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordView<'p>>,
    /// Whether the document becomes connected to that record; it was not before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub connects: bool,
    /// The document of this plan whose record this one shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<ShareView<'p>>,
    /// The elements of a record that is created.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<ElementView>,
    /// Where the record is otherwise than the document wants it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeView<'p>>,
    /// Why it is rejected or not sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<NoteView<'p>>,
    /// What is to be told although nothing is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<NoteView<'p>>,
}

/// A place in a file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PlaceView<'p> {
    /// The file, as it was given.
    pub file: &'p str,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A request.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RequestView {
    /// The message, such as `CustomerAdd`.
    pub message: &'static str,
    /// The id that it carries.
    pub id: String,
    /// Exactly what is sent, without the envelope.
    pub qbxml: String,
}

/// A request that follows, once the document has its record.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FollowUpView<'p> {
    /// Its name in the rules.
    pub id: &'p str,
    /// What plans call it.
    #[serde(skip)]
    pub title: &'p str,
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// Its elements.
    pub elements: Vec<ElementView>,
}

/// A record in QuickBooks.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RecordView<'p> {
    /// Its type, such as `CustomerRet`; nothing if it was never read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'p str>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'p str>,
    /// Its full name, or the number of a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'p str>,
}

/// A record that two documents share.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ShareView<'p> {
    /// The record's name.
    pub name: &'p str,
    /// The document that makes it.
    pub with: &'p str,
}

/// One difference between a record and what its document wants.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ChangeView<'p> {
    /// The element.
    pub path: &'p str,
    /// What QuickBooks has; nothing if it has nothing.
    pub before: Option<&'p str>,
    /// What the document wants; nothing if it wants nothing.
    pub after: Option<&'p str>,
    /// Whether it is sent.
    pub sent: bool,
    /// What becomes of it: `sent`, `quickbooks-changed`, `left`, `conflict`, `asked` or `never-sent`.
    pub fate: &'static str,
    /// Why it is not sent, in words.
    #[serde(skip)]
    pub told: Option<&'static str>,
    /// What both sides had when they last agreed, if QuickBooks has changed it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<&'p str>,
}

/// Something to tell about a document.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NoteView<'p> {
    /// The id of the rule's condition, or a code that `ferrule explain` knows.
    pub code: &'p str,
    /// The words.
    pub message: &'p str,
    /// The element it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<&'p str>,
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What helps in a terminal, in words that name the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'p str>,
}

/// What is wrong with a document that cannot be read, or worth knowing about one that can.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ProblemView<'p> {
    /// The code.
    pub code: &'static str,
    /// Where the offending value begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceView<'p>>,
    /// The way to it inside its document.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub path: &'p str,
    /// The words.
    pub message: &'p str,
}

impl<'p> StepView<'p> {
    /// A step, ready to be shown.
    pub fn of(step: &'p Step, program: &'p Program) -> Self {
        let outcome = &step.outcome;
        let mut view = Self {
            action: step.action().word(),
            object: &step.object,
            id: outcome.key.as_ref().map(|key| key.id.as_ref()),
            label: &outcome.label,
            place: step.origin.as_ref().and_then(place),
            request: request(step),
            then: follow_ups(step),
            record: None,
            connects: matches!(outcome.decision, Decision::Connect(_)),
            shares: None,
            elements: Vec::new(),
            changes: Vec::new(),
            reasons: Vec::new(),
            warnings: notes(&outcome.warnings, program),
        };
        match &outcome.decision {
            Decision::Create(request) => view.elements = elements(request),
            Decision::Reject(reasons) => view.reasons = notes(reasons, program),
            Decision::Skip(reason) => view.reasons = notes(reason.as_slice(), program),
            Decision::Share { name, with } => view.shares = Some(ShareView { name, with }),
            Decision::Connect(counterpart) | Decision::Keep(counterpart) => view.counterpart(counterpart),
        }
        view
    }

    fn counterpart(&mut self, counterpart: &'p Counterpart) {
        let record = counterpart.record.as_deref();
        self.record = Some(RecordView {
            kind: record.map(Record::name),
            id: counterpart.id.as_deref(),
            name: record.and_then(|record| record.full_name().or_else(|| record.get("RefNumber"))),
        });
        self.changes = counterpart
            .changes
            .iter()
            .map(|change| ChangeView {
                path: &change.path,
                before: change.before.as_deref(),
                after: change.after.as_deref(),
                sent: change.fate == Fate::Sent,
                fate: change.fate.word(),
                told: change.fate.told(),
                agreed: change.agreed.as_deref(),
            })
            .collect();
    }
}

fn place(origin: &crate::document::Origin) -> Option<PlaceView<'_>> {
    Some(PlaceView { file: origin.file.as_deref()?, line: origin.start.line, column: origin.start.column })
}

fn request(step: &Step) -> Option<RequestView> {
    let request = step.outcome.request()?;
    let qbxml = String::from_utf8(step.sent_xml()?).ok()?;
    Some(RequestView { message: request.message, id: step.request_id(), qbxml })
}

fn follow_ups(step: &Step) -> Vec<FollowUpView<'_>> {
    let mut all = Vec::new();
    for (follow, id, xml) in step.follow_ups() {
        let qbxml = String::from_utf8(xml).unwrap_or_default();
        let request = RequestView { message: follow.request.message, id, qbxml };
        let elements = elements_of(&follow.request);
        all.push(FollowUpView { id: &follow.id, title: &follow.title, request, elements });
    }
    all
}

fn notes<'p>(notes: &'p [Note], program: &Program) -> Vec<NoteView<'p>> {
    let view = |note: &'p Note| NoteView {
        code: &note.code,
        message: &note.message,
        element: note.element.as_deref(),
        rule: note.span.map(|span| program.sources.line(span)),
        command: note.command.as_deref(),
    };
    notes.iter().map(view).collect()
}

impl<'p> ProblemView<'p> {
    /// A problem, ready to be shown.
    pub fn of(problem: &'p DocumentProblem) -> Self {
        let place = problem.file.as_deref().zip(problem.at);
        Self {
            code: problem.code.as_str(),
            place: place.map(|(file, at)| PlaceView { file, line: at.line, column: at.column }),
            path: &problem.path,
            message: &problem.message,
        }
    }
}
