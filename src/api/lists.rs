//! Answers that come in parts: what is not done, the plan, what can be imported.

use std::sync::Arc;

use super::answers::{Answer, Call, Said};
use super::part::Place;
use super::problem::Problem;
use crate::sync::session::Rulebook;
use crate::sync::stored::CompanyFile;
use crate::sync::{PlanView, ProblemView, Shown, Status, settings};
use crate::told::{ErrorPlace, Errors};
use crate::web::Trouble;
use crate::web::views::{CompanyDiffering, OfMoment as _, Patience};

/// As `ferrule errors --json`.
pub fn errors(call: &Call<'_>, file: &CompanyFile) -> Answer {
    let after = call.part.place::<ErrorPlace>()?;
    let differing = differing(call, file)?;
    let is_old = differing.as_ref().is_some_and(|it| !it.is_of(file));
    let differing = differing.map(|it| it.differing.to_vec()).unwrap_or_default();
    let found = Errors::with(call.api.store.as_ref(), file, differing).map_err(Problem::failed)?;
    let mut entries: Vec<_> = found.entries().into_iter().map(|entry| (entry.place(), entry)).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.retain(|(place, _)| after.as_ref().is_none_or(|after| place > after));
    let rest = entries.split_off(entries.len().min(call.part.limit));
    let next = entries.last().filter(|_| !rest.is_empty()).map(|(place, _)| call.part.next(place));
    let entries: Vec<_> = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(Said { next, is_old, ..Said::json(&entries)? })
}

/// As one entry of `ferrule status --json`. What takes a look at all documents is not counted without rules.
pub fn status(call: &Call<'_>, file: &CompanyFile) -> Answer {
    let rules = call.api.rules.of(file).ok();
    let program = rules.as_ref().map(|rules| &rules.program);
    let found = Status::of(call.api.store.as_ref(), program, file, call.now);
    let mut found = found.map_err(Problem::failed)?;
    let counted = differing(call, file)?;
    if let Some(counted) = &counted {
        (found.differs, found.settled) = (counted.differing.len(), counted.settled);
    }
    Ok(Said { is_old: counted.is_some_and(|it| !it.is_of(file)), ..Said::json(&found)? })
}

/// What differs, as it was worked out last; nothing without rules.
fn differing(call: &Call<'_>, file: &CompanyFile) -> Result<Option<Arc<CompanyDiffering>>, Problem> {
    if call.api.rules.of(file).is_err() {
        return Ok(None);
    }
    let found = call.api.differing.within(file, Patience::Long).map_err(failed)?;
    found.map(Some).ok_or(Problem::WorkingOut)
}

/// As `ferrule diff --json`, of all documents that are kept.
pub fn plan(call: &Call<'_>, file: &CompanyFile) -> Answer {
    let rules = fitting(call, file)?;
    let plans = call.api.plans.get(file, Patience::Long).map_err(failed)?;
    let plans = plans.ok_or(Problem::WorkingOut)?;
    let rows = &plans.all;
    let from = call.part.start(plans.mark())?;
    let limit = call.part.limit;
    let whole = Shown::whole(&rows.plan, &rules.program, false);
    let steps = whole.steps().count();
    let shown = Shown { from, most: limit, ..whole };
    // Documents that cannot be read stand behind the steps.
    let unreadable = rows.unreadable.iter().skip(from.saturating_sub(steps));
    let unreadable = unreadable.take((from + limit).saturating_sub(steps).min(limit));
    let view = PlanView {
        counts: rows.counts,
        steps: shown,
        unreadable: unreadable.flat_map(|it| &it.problems).map(ProblemView::of).collect(),
        warnings: Vec::new(),
    };
    let (of, at) = (plans.mark(), from + limit);
    let next = (at < steps + rows.unreadable.len()).then(|| call.part.next(Place { of, at }));
    Ok(Said { next, is_old: !plans.is_of(file), ..Said::json(&view)? })
}

/// As `ferrule import --list --json`.
pub fn imports(call: &Call<'_>, file: &CompanyFile) -> Answer {
    fitting(call, file)?;
    let list = call.api.imports.within(file, Patience::Long).map_err(failed)?;
    let list = list.ok_or(Problem::WorkingOut)?;
    let from = call.part.start(list.from)?;
    let at = from.saturating_add(call.part.limit).min(list.rows.len());
    let rows = list.rows.get(from..at).unwrap_or_default();
    let next = (at < list.rows.len()).then(|| call.part.next(Place { of: list.from, at }));
    Ok(Said { next, is_old: !list.is_of(file), ..Said::json(&rows)? })
}

/// The rules of a company file, whose layers and settings fit them.
fn fitting(call: &Call<'_>, file: &CompanyFile) -> Result<Arc<Rulebook>, Problem> {
    let rules = call.rules(file)?;
    settings(&rules.program, file).map_err(|error| {
        Problem::Conflict(format!(
            "The settings of the company file do not fit the rules: {error}. An administrator sets them right on the page Settings."
        ))
    })?;
    Ok(rules)
}

fn failed(trouble: Trouble) -> Problem {
    match trouble {
        Trouble::Failed(why) => Problem::Failed(why),
        other => Problem::failed(other),
    }
}
