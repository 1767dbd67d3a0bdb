//! Approve: the plan that a page shows is played, and no other one.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rust_decimal::Decimal;

use crate::language::{say, t};
use crate::people::{AuditAction, AuditSubject};
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{Action, check_played};
use crate::web::draw::step_card::colour;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::names::Names;
use crate::web::pages::documents::play::play_all;
use crate::web::pages::plan::page::{TERMS, is_shown, path};
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;
use crate::web::views::{OfMoment as _, Patience, PlanRow, PlanRows, ShownSteps, money};
use crate::web::words::when::counted;

/// Changes that are told one by one.
const TOLD: usize = 5;

/// What can be approved: the documents of a plan that go.
pub struct Approval {
    /// What stands for the plan in a form.
    pub seen: String,
    /// How many documents go.
    pub going: usize,
    /// The same in words.
    pub documents: String,
    /// The money that they are about.
    pub amount: String,
    /// How many are shown and do not go.
    pub rejected: usize,
}

/// What approving these rows would do; nothing if none of them goes.
pub fn approval(
    visit: &Visit,
    file: &CompanyFile,
    rows: &PlanRows,
    asked: &Asked,
) -> Result<Option<Approval>, Trouble> {
    let steps = shown(visit, rows, asked);
    let going = going(&steps);
    if going.is_empty() {
        return Ok(None);
    }
    let view = visit.view(file, Patience::Sure)?;
    let known = view.amounts(going.iter().map(|key| key.object.as_str()));
    let amounts = going.iter().filter_map(|key| known.get(key).copied());
    let amount = amounts.reduce(|sum: Decimal, amount| sum.checked_add(amount).unwrap_or(sum));
    let approval = Approval {
        seen: hash(&steps),
        going: going.len(),
        documents: counted(going.len(), "document"),
        amount: amount.map(money).unwrap_or_default(),
        rejected: steps.values().filter(|(action, _)| *action == Action::Reject).count(),
    };
    visit.site.plans.remember(file.id, &approval.seen, steps);
    Ok(Some(approval))
}

/// Plays the documents of the plan that was shown; says what has changed, if it is not the plan any more.
pub fn approve(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let query = Fields::parse(visit.form.get("query").as_bytes());
    let asked = Asked::of(path(file), &query, &TERMS);
    let plans = visit.site.plans.get(file, Patience::Sure)?.filter(|plans| plans.is_of(file));
    let Some(plans) = plans else {
        let words =
            t("Ferrule is still working out the plan. Nothing was played. Look at it again in a moment.");
        return Ok(Done::nothing(asked.link(), words));
    };
    let is_some = visit.form.get("do") == "chosen";
    let steps = if is_some {
        match chosen(visit, &plans.all)? {
            Ok(steps) => steps,
            Err(changed) => return Ok(Done::nothing(asked.link(), changed)),
        }
    } else {
        let steps = shown(visit, &plans.all, &asked);
        let seen = visit.form.get("seen");
        if hash(&steps) != seen {
            return Ok(Done::nothing(asked.link(), changed(visit, file, seen, &steps)));
        }
        steps
    };
    let keys = going(&steps);
    if keys.is_empty() {
        return Ok(Done::nothing(asked.link(), t("Nothing was selected, so nothing was done.")));
    }
    let (queued, words) = play_all(visit, file, &keys)?;
    if queued.is_empty() {
        return Ok(Done::nothing(asked.link(), words));
    }
    let details = format!("the plan as it was shown: {} queued", counted(queued.len(), "document"));
    let action = if is_some { AuditAction::Play } else { AuditAction::DoublePlay };
    Ok(Done::go(action, details, asked.link(), words).to(AuditSubject::Documents(queued)))
}

/// What stands for a step in a form: the document, what is done to it, and a hash of how. Nothing, if it does not go.
pub fn pick(visit: &Visit, row: &PlanRow) -> Option<String> {
    let key = row.key.as_ref().filter(|_| GOES.contains(&row.action))?;
    check_played(visit.program(), &key.object).ok()?;
    Some(format!("{} {} {:x} {}", key.object, row.action.word(), row.seen, key.id))
}

/// The steps that are ticked, if the plan still has each as it was shown; else what to say.
fn chosen(visit: &Visit, rows: &PlanRows) -> Result<Result<ShownSteps, String>, Trouble> {
    let picked: HashSet<&str> = visit.form.all("step").collect();
    if picked.iter().any(|step| step.splitn(4, ' ').count() < 4) {
        return Err(Trouble::Wrong(t("the form does not name a step the way our pages do").to_owned()));
    }
    let rows = rows.rows.iter().filter(|row| pick(visit, row).is_some_and(|it| picked.contains(it.as_str())));
    let steps: ShownSteps = rows.filter_map(|row| Some((row.key.clone()?, (row.action, row.seen)))).collect();
    if steps.len() == picked.len() {
        return Ok(Ok(steps));
    }
    let gone = counted(picked.len() - steps.len(), "step");
    let begin = t("The plan has changed since you looked at it, so nothing was played.");
    Ok(Err(say!(
        "{begin} Of what you selected, {gone} would be another one now. Look it over and play it again.",
        begin,
        gone
    )))
}

/// What is done to documents that go.
const GOES: [Action; 3] = [Action::Create, Action::Change, Action::Connect];

/// The steps that a page of the plan shows, on all its pages, as far as they are of documents that are played.
fn shown(visit: &Visit, rows: &PlanRows, asked: &Asked) -> ShownSteps {
    let is_of = |row: &&PlanRow| is_shown(row, asked) && check_played(visit.program(), &row.object).is_ok();
    let chosen: Vec<PlanRow> = rows.rows.iter().filter(is_of).cloned().collect();
    let all = asked.unsorted().all(&chosen);
    all.into_iter().filter_map(|row| Some((row.key.clone()?, (row.action, row.seen)))).collect()
}

fn going(steps: &ShownSteps) -> Vec<DocumentKey> {
    steps.iter().filter(|(_, (action, _))| GOES.contains(action)).map(|(key, _)| key.clone()).collect()
}

fn hash(steps: &ShownSteps) -> String {
    let mut hash = DefaultHasher::new();
    steps.hash(&mut hash);
    format!("{:016x}", hash.finish())
}

/// What has changed since a plan was shown.
fn changed(visit: &Visit, file: &CompanyFile, seen: &str, now: &ShownSteps) -> String {
    let begin = t("The plan has changed since you looked at it, so nothing was played.");
    let Some(before) = visit.site.plans.remembered(file.id, seen) else {
        return say!("{begin} Look it over and approve it again.", begin);
    };
    let mut changes: Vec<(&DocumentKey, Changed)> = Vec::new();
    for (key, (action, hash)) in now {
        match before.get(key) {
            None => changes.push((key, Changed::New(*action))),
            Some((old, _)) if old != action => changes.push((key, Changed::Another(*old, *action))),
            Some((_, old)) if old != hash => changes.push((key, Changed::Values)),
            Some(_) => {}
        }
    }
    changes.extend(before.keys().filter(|key| !now.contains_key(key)).map(|key| (key, Changed::Gone)));
    let names = Names::new(visit, file);
    let told: Vec<String> =
        changes.iter().take(TOLD).map(|(key, changed)| changed.told(&names, key)).collect();
    let more = changes.len() - told.len();
    let more = if more > 0 { say!("; and {more} more", more) } else { String::new() };
    say!("{begin} {told}{more}. Look it over and approve it again.", begin, told = told.join("; "), more)
}

/// What has changed with a document of the plan.
enum Changed {
    /// It was not in the plan.
    New(Action),
    /// Something else was done.
    Another(Action, Action),
    /// The same is done with other values.
    Values,
    /// It is not in the plan any more.
    Gone,
}

impl Changed {
    /// The same for people.
    fn told(&self, names: &Names<'_>, key: &DocumentKey) -> String {
        let word = |action: &Action| t(colour(*action).1);
        let document = names.of(key).map_or_else(|| key.to_string(), |named| named.title);
        match self {
            Self::New(now) => say!("{document} is new in it (“{now}”)", document, now = word(now)),
            Self::Another(before, now) => say!(
                "{document}: “{before}” before, “{now}” now",
                document,
                before = word(before),
                now = word(now)
            ),
            Self::Values => say!("{document}: other values", document),
            Self::Gone => say!("{document} is no longer in it", document),
        }
    }
}
