//! `/c/{company}/{object}/{id}/preview`: what playing one document would do, before it is done.

use askama::Template;

use crate::engine::{Decision, Note, Provenance};
use crate::sync::stored::CompanyFile;
use crate::sync::{self, Action, StepView, visible};
use crate::web::answer::Page;
use crate::web::meaning::{Place, quoted};
use crate::web::qbxml_view::QbxmlView;
use crate::web::shell::Shell;
use crate::web::subject::Subject;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::when::counted;

#[derive(Template)]
#[template(path = "preview.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PreviewTemplate<'v> {
    shell: Shell,
    subject: &'v Subject,
    steps: Vec<Step<'v>>,
    /// How many others it refers to that are as they should be.
    others: String,
    /// Why the document is in no plan.
    broken: Vec<String>,
}

/// One document of the plan.
struct Step<'v> {
    view: StepView<'v>,
    kind: &'static str,
    word: &'static str,
    reasons: Vec<Told<'v>>,
    warnings: Vec<Told<'v>>,
    qbxml: Option<QbxmlView>,
    origins: Vec<Origin<'v>>,
}

/// Something to tell, with its rule.
struct Told<'v> {
    message: String,
    element: Option<&'v str>,
    rule: Option<(String, Place)>,
}

/// Where an element comes from.
struct Origin<'v> {
    element: &'v str,
    value: String,
    place: Place,
    path: String,
    expression: String,
    inputs: Vec<(&'v str, String)>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let preview = visit.site.sessions.preview(file.id, subject.key(), visit.now).map_err(Trouble::failed)?;
    let program = visit.program();
    let all = preview.plan.steps.len();
    let steps = preview.plan.steps.iter().rev().filter(|step| says_something(step, &subject)).map(|step| {
        let origin = |from| Origin::of(visit, file, from);
        let view = StepView::of(step, program);
        let (kind, word) = word(view.action);
        Step {
            kind,
            word,
            reasons: told(visit, file, reasons(&step.outcome.decision)),
            warnings: told(visit, file, &step.outcome.warnings),
            qbxml: view.request.as_ref().map(|request| QbxmlView::of(&request.qbxml)),
            origins: step.outcome.provenance.iter().map(origin).collect(),
            view,
        }
    });
    let steps: Vec<_> = steps.collect();
    let broken = preview.broken.iter().flat_map(|error| error.happened.lines().map(quoted));
    let template = PreviewTemplate {
        shell: visit.shell(&format!("Preview of {}", subject.title), Some(file)),
        others: match all - steps.len() {
            0 => String::new(),
            count => counted(count, "document"),
        },
        steps,
        broken: broken.collect(),
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

/// Whether a step is worth a look: it is the document's own, or not as it should be.
fn says_something(step: &sync::Step, subject: &Subject) -> bool {
    let is_own = step.object == subject.key().object
        && step.outcome.key.as_ref().is_some_and(|key| *key.id == *subject.key().id);
    is_own || step.action() != Action::Unchanged || !step.outcome.warnings.is_empty()
}

fn word(action: &str) -> (&'static str, &'static str) {
    match action {
        "create" => ("good", "Create"),
        "change" => ("warn", "Change"),
        "connect" => ("busy", "Connect"),
        "reject" => ("bad", "Reject"),
        "unchanged" => ("idle", "Nothing to do"),
        _ => ("idle", "Not sent"),
    }
}

fn reasons(decision: &Decision) -> &[Note] {
    match decision {
        Decision::Reject(notes) => notes,
        Decision::Skip(note) => note.as_slice(),
        _ => &[],
    }
}

fn told<'v>(visit: &Visit, file: &CompanyFile, notes: &'v [Note]) -> Vec<Told<'v>> {
    let told = |note: &'v Note| Told {
        message: quoted(&note.message),
        element: note.element.as_deref(),
        rule: note.span.map(|span| {
            let place = Place::of(visit.program(), span);
            (place.path(file.id.0), place)
        }),
    };
    notes.iter().map(told).collect()
}

impl<'v> Origin<'v> {
    fn of(visit: &Visit, file: &CompanyFile, from: &'v Provenance) -> Self {
        let place = Place::of(visit.program(), from.span);
        Self {
            element: &from.element,
            value: visible(&from.value).into_owned(),
            path: place.path(file.id.0),
            place,
            expression: visible(from.expression.trim()).into_owned(),
            inputs: from.inputs.iter().map(|(path, value)| (&**path, visible(value).into_owned())).collect(),
        }
    }
}

impl Step<'_> {
    /// What the step is about, besides the document.
    fn what(&self) -> Option<String> {
        if let Some(shares) = &self.view.shares {
            return Some(format!("shares `{}` with {}", shares.name, shares.with));
        }
        let record = self.view.record.as_ref()?;
        let kind = record.kind.map_or("record", |kind| kind.trim_end_matches("Ret"));
        let name = record.name.map(|name| format!(" {name}")).unwrap_or_default();
        let how = if self.view.connects { "becomes connected to" } else { "is" };
        Some(format!("{how} {kind}{name}"))
    }

    fn is_empty(&self) -> bool {
        self.view.elements.is_empty() && self.view.changes.is_empty()
    }
}
