//! `/c/{company}/{object}/{id}/preview`: what playing one document would do, before it is done.

use askama::Template;

use crate::language::say;
use crate::sync::stored::CompanyFile;
use crate::sync::{Action, Step};
use crate::text::quotes::quoted;
use crate::web::draw::step_card::{Depth, ElementValue, StepCard};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::subject::Subject;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "preview.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PreviewTemplate<'v> {
    shell: Shell,
    subject: &'v Subject<'v>,
    /// The document's own step, and those of others that say something; which one is its own.
    steps: Vec<(bool, StepCard)>,
    /// How many others it refers to that are as they should be.
    others: usize,
    /// Why the document is in no plan.
    broken: Vec<String>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let preview = visit.site.sessions.preview(file.id, subject.key(), visit.now).map_err(Trouble::failed)?;
    let all = &preview.plan.steps;
    let card = |step: &Step| {
        let card = StepCard::of(step, visit.program(), file, Depth::Explained);
        (is_own(step, &subject), card)
    };
    let steps: Vec<_> = all.iter().rev().filter(|step| says_something(step, &subject)).map(card).collect();
    let broken = preview.broken.iter().flat_map(|error| error.happened.lines().map(quoted));
    let template = PreviewTemplate {
        shell: visit.shell(&say!("Preview of {title}", title = subject.title), Some(file)),
        others: all.len() - steps.len(),
        steps,
        broken: broken.collect(),
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

/// Whether a step is worth a look: it is the document's own, or not as it should be.
fn says_something(step: &Step, subject: &Subject) -> bool {
    is_own(step, subject) || step.action() != Action::Unchanged || !step.outcome.warnings.is_empty()
}

fn is_own(step: &Step, subject: &Subject) -> bool {
    let key = subject.key();
    step.object == key.object && step.outcome.key.as_ref().is_some_and(|own| *own.id == *key.id)
}
