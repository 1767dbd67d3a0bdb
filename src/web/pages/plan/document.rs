//! `/c/{company}/plan?object=...&id=...`: the plan of one document.

use std::collections::BTreeSet;

use askama::Template;

use crate::language::t;
use crate::rules::file::Trigger;
use crate::sync::Step;
use crate::sync::session::Standing;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::text::quotes::quoted;
use crate::web::draw::step_card::{Depth, ElementValue, StepCard, document_link};
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyPlans, PlanRows};
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "plan_document.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct DocumentPage {
    shell: Shell,
    path: String,
    here: String,
    label: String,
    step: Option<StepCard>,
    /// What goes before it, because it refers to that.
    before: Vec<StepCard>,
    /// The document with which it goes, if it does not go on its own.
    with: Option<(String, String)>,
    problems: Vec<String>,
    is_making: bool,
}

/// The plan of one document: its step explained, and what goes before it.
pub fn show(
    visit: &Visit,
    file: &CompanyFile,
    plans: Option<&CompanyPlans>,
    key: &DocumentKey,
    path: String,
) -> Result<Page, Trouble> {
    let mut page = DocumentPage {
        shell: visit.shell(t("Plan of a document"), Some(file)),
        path,
        here: document_link(file, &key.object, &key.id),
        label: key.to_string(),
        step: None,
        before: Vec::new(),
        with: None,
        problems: Vec::new(),
        is_making: plans.is_none(),
    };
    if let Some(plans) = plans {
        let played = carrier(visit, &plans.all, key)?;
        let planned =
            plans.preview.explained(visit.program(), Standing::AsIs, &BTreeSet::from([played.clone()]));
        let planned = planned.map_err(Trouble::failed)?;
        page.problems =
            planned.unreadable.iter().flat_map(|it| &it.problems).map(|it| quoted(&it.message)).collect();
        for step in &planned.plan.steps {
            let card = StepCard::of(step, visit.program(), file, Depth::Explained);
            if is_of(step, key) {
                page.label.clone_from(&card.label);
                page.step = Some(card);
            } else if played == *key {
                page.before.push(card);
            } else if is_of(step, &played) {
                page.with = Some((card.label, document_link(file, &played.object, &played.id)));
            }
        }
        if page.step.is_none() && page.problems.is_empty() {
            return Err(Trouble::NotFound);
        }
    }
    visit.show(&page, &page.as_inside())
}

/// The document itself; or, if it goes only with another one, the first of those in the plan. Objects
/// come after those that they refer to, so there is an end to it.
fn carrier(visit: &Visit, all: &PlanRows, key: &DocumentKey) -> Result<DocumentKey, Trouble> {
    let mut carrier = key.clone();
    for _ in 0..visit.program().objects.len() {
        let object = visit.program().object(&carrier.object).ok_or(Trouble::NotFound)?;
        if object.export.as_ref().is_none_or(|export| export.trigger == Trigger::Play) {
            return Ok(carrier);
        }
        let refers = |step: &&Step| {
            let mut all = step.outcome.dependencies.iter();
            all.any(|it| it.key.shape == object.shape && *it.key.id == *carrier.id)
        };
        let step = all.plan.steps.iter().find(refers).ok_or(Trouble::NotFound)?;
        let id = step.outcome.key.as_ref().map(|key| key.id.to_string()).ok_or(Trouble::NotFound)?;
        carrier = DocumentKey { object: step.object.clone(), id };
    }
    Err(Trouble::NotFound)
}

fn is_of(step: &Step, key: &DocumentKey) -> bool {
    step.object == key.object && step.outcome.key.as_ref().is_some_and(|it| *it.id == *key.id)
}
