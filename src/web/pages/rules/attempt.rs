//! `/c/{company}/rules/try`: a change of the rules, tried before anybody makes it.

use std::time::{Duration, Instant};

use askama::Template;

use crate::language::{marked, say, t};
use crate::people::AuditAction;
use crate::qbxml::pretty;
use crate::rules::Program;
use crate::rules::diagnostic::Severity;
use crate::rules::source::Source;
use crate::sync::session::{Planned, Standing};
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{
    Action, ComparisonView, Difference, GroupView, SampleView, Step, StepView, differences, heading,
    played_objects, what,
};
use crate::text::quotes::quoted;
use crate::web::draw::finding::Finding;
use crate::web::draw::step_card::colour;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::rules::files;
use crate::web::pages::rules::trial::{self, DiffLine, LONGEST};
use crate::web::server::answer::{Done, NotedAct, Page, Then};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyPlans, Patience};
use crate::web::words::filters;
use crate::web::words::when::{counted, grouped};

/// How long a check waits for others that are running.
const WAIT: Duration = Duration::from_secs(3);
/// What is said where the rules that are tried were stopped.
const TOO_LONG: &str = marked(
    "These rules take too long: they were stopped after 2 seconds, and nothing is known of what they would send. Look for loops inside loops.",
);
/// Findings that are shown.
const FINDINGS: usize = 50;
/// Groups of documents that are shown.
const GROUPS: usize = 30;
/// Documents that are offered to be chosen.
const OFFERED: usize = 100;

#[derive(Template)]
#[template(path = "rules_try.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct TryPage {
    shell: Shell,
    path: String,
    back: String,
    file: String,
    text: String,
    rows: usize,
    object: String,
    id: String,
    /// The objects that are played: the name, and what people call one.
    objects: Vec<(String, String)>,
    offered: Vec<(String, String)>,
    result: Option<TryResult>,
}

/// What came of a check.
#[derive(Default)]
struct TryResult {
    /// Why nothing was checked.
    refusal: String,
    /// The text is that of the file.
    is_same: bool,
    is_well: bool,
    findings: Vec<Finding>,
    left_out: usize,
    changes: Vec<DiffLine>,
    document: Option<TriedDocument>,
    everywhere: Option<TriedEverywhere>,
}

/// What happens to the chosen document: now, and with the change.
struct TriedDocument {
    label: String,
    problem: String,
    /// What happens to it as things are; needed where the rest says what would happen if it were new.
    now: TriedFate,
    is_as_new: bool,
    /// Nothing is sent, because it is in QuickBooks already.
    is_settled: bool,
    before: TriedFate,
    after: TriedFate,
    differences: Vec<Difference>,
    qbxml: Vec<DiffLine>,
    whole: String,
}

/// What happens to it.
#[derive(Default, PartialEq, Eq)]
struct TriedFate {
    kind: &'static str,
    word: &'static str,
    what: String,
    reasons: Vec<String>,
}

/// What happens to all documents.
struct TriedEverywhere {
    summary: String,
    limit: String,
    groups: Vec<(String, Vec<TriedSample>, usize)>,
    more: usize,
}

/// One that differs.
struct TriedSample {
    label: String,
    before: String,
    after: String,
    changes: Vec<Difference>,
}

/// The page, with the file as it is.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let source = files::chosen(visit, visit.query.get("file"))?;
    let plans = visit.site.plans.get(file, Patience::Short)?;
    let page = page(visit, file, source, source.text.to_string(), plans.as_deref(), None);
    visit.show(&page, &page.as_inside())
}

/// Checks what the form says. Nothing is kept.
pub fn check(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (source, text) = sent(visit)?;
    let plans = visit.site.plans.get(file, Patience::Long)?;
    let page = |result| page(visit, file, source, text.clone(), plans.as_deref(), Some(result));
    let pass = visit.site.trials.enter_within(WAIT);
    let result = match (&pass, text.len() <= LONGEST) {
        (_, false) => {
            refused(say!("The text is longer than {count}.", count = counted(LONGEST >> 10, "kilobyte")))
        }
        (None, _) => refused(t("Other checks are running. Try again in a moment.").to_owned()),
        (Some(_), true) => tried(visit, source, &text, plans.as_deref()),
    };
    let page = page(result);
    Ok(Done { act: None, then: Then::Show(visit.show(&page, &page.as_inside())?) })
}

/// The change as a file to download.
pub fn patch(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (source, text) = sent(visit)?;
    let patch = trial::patch(&source.path, &source.text, &text);
    if patch.is_empty() {
        let to = files::link(&format!("{}/try", files::path(file)), &source.path);
        return Ok(Done::nothing(to, t("The text is the same as in the file, so there is no patch.")));
    }
    let name = source.path.rsplit('/').next().unwrap_or("rules");
    let then = Then::Save {
        name: format!("{name}.patch"),
        media_type: "text/x-patch; charset=utf-8",
        bytes: patch.into_bytes(),
    };
    Ok(Done { act: Some(NotedAct::new(AuditAction::DownloadPatch, source.path.clone())), then })
}

fn sent(visit: &Visit) -> Result<(&Source, String), Trouble> {
    let name = visit.form.get("file");
    if name.is_empty() {
        return Err(Trouble::Wrong(t("the form names no file").to_owned()));
    }
    let source = files::chosen(visit, name)?;
    let text = trial::as_in(&source.text, visit.form.raw("text").unwrap_or_default());
    Ok((source, text))
}

fn refused(refusal: String) -> TryResult {
    TryResult { refusal, ..TryResult::default() }
}

fn page(
    visit: &Visit,
    file: &CompanyFile,
    source: &Source,
    text: String,
    plans: Option<&CompanyPlans>,
    result: Option<TryResult>,
) -> TryPage {
    let key =
        document(visit, source, plans).unwrap_or(DocumentKey { object: String::new(), id: String::new() });
    let path = format!("{}/try", files::path(file));
    TryPage {
        shell: visit.shell(t("Try a change"), Some(file)),
        back: files::link(&files::path(file), &source.path),
        rows: text.lines().count().clamp(8, 28),
        file: source.path.clone(),
        objects: played_objects(visit.program())
            .map(|it| (it.to_owned(), one(visit.program(), it)))
            .collect(),
        offered: offered(plans, &key.object),
        object: key.object,
        id: key.id,
        path,
        text,
        result,
    }
}

/// The document that was chosen; else the first document of the file's object that is sent.
fn document(visit: &Visit, source: &Source, plans: Option<&CompanyPlans>) -> Option<DocumentKey> {
    let given = |name: &str| {
        if visit.form.get("file").is_empty() { visit.query.get(name) } else { visit.form.get(name) }
    };
    let (object, id) = (given("object"), given("id"));
    let program = visit.program();
    if !id.is_empty() {
        let object = played_objects(program).find(|it| *it == object)?;
        return Some(DocumentKey { object: object.to_owned(), id: id.chars().take(100).collect() });
    }
    let about = played_objects(program)
        .find(|name| if object.is_empty() { files::is_of(&source.path, name) } else { *name == object });
    // A file of no object, such as a script: whatever comes first in the menu is tried.
    let listed = || program.lists().into_iter().map(|list| list.object.as_str());
    let about = about.or_else(|| listed().find(|name| played_objects(program).any(|played| played == *name)));
    let rows = &plans?.all.rows;
    let is_sent = |action: Action| matches!(action, Action::Create | Action::Change);
    let of_it = |row: &&crate::web::views::PlanRow| about.is_none_or(|about| row.object == about);
    let mut own = rows.iter().filter(of_it);
    own.clone().find(|row| is_sent(row.action)).or_else(|| own.next())?.key.clone()
}

/// What people call one document of an object.
fn one(program: &Program, object: &str) -> String {
    program.list_of(object).map_or(object, |list| list.one.as_str()).to_owned()
}

/// Documents to choose from: id and label.
fn offered(plans: Option<&CompanyPlans>, object: &str) -> Vec<(String, String)> {
    let Some(plans) = plans else { return Vec::new() };
    let rows = plans.all.rows.iter().filter(|row| row.object == object);
    let named = rows.filter_map(|row| {
        let label = &plans.all.plan.steps.get(row.place)?.outcome.label;
        Some((row.key.as_ref()?.id.clone(), quoted(label)))
    });
    named.take(OFFERED).collect()
}

fn tried(visit: &Visit, source: &Source, text: &str, plans: Option<&CompanyPlans>) -> TryResult {
    let (running, began) = (visit.program(), Instant::now());
    let compiled = trial::compiled(&trial::changed(&running.files, &source.path, text), running, began);
    let mut findings: Vec<Finding> = Vec::new();
    let is_error = |it: &&crate::rules::Diagnostic| it.severity == Severity::Error;
    let (errors, others): (Vec<_>, Vec<_>) = compiled.diagnostics.iter().partition(is_error);
    findings.extend(errors.into_iter().chain(others).map(|it| Finding::of(it, &compiled.sources)));
    let left_out = findings.len().saturating_sub(FINDINGS);
    findings.truncate(FINDINGS);
    let mut outcome = TryResult {
        is_same: *source.text == *text,
        is_well: compiled.program.is_some(),
        findings,
        left_out,
        changes: trial::diff_lines(&source.text, text),
        ..TryResult::default()
    };
    let (Some(tried), Some(plans)) = (compiled.program, plans) else {
        return outcome;
    };
    outcome.document =
        document(visit, source, Some(plans)).map(|key| of_document(plans, running, &tried, &key));
    if tried.stop.is_now() {
        outcome.document = None;
        t(TOO_LONG).clone_into(&mut outcome.refusal);
        return outcome;
    }
    if visit.form.get("do") == "all" {
        match trial::of_all(&plans.preview, running, &tried, began) {
            Ok(_) if tried.stop.is_now() => t(TOO_LONG).clone_into(&mut outcome.refusal),
            Ok(all) => outcome.everywhere = Some(everywhere(&all)),
            Err(problem) => {
                outcome.refusal = say!("The saved settings do not fit these rules: {problem}.", problem);
            }
        }
    }
    outcome
}

/// What happens to it as it is. If neither rules send anything then, what would happen if it were new.
fn of_document(plans: &CompanyPlans, running: &Program, tried: &Program, key: &DocumentKey) -> TriedDocument {
    let as_is = standing(plans, (running, tried), Standing::AsIs, key);
    if as_is.is_settled && as_is.problem.is_empty() {
        let mut as_new = standing(plans, (running, tried), Standing::AsNew, key);
        as_new.now = as_is.after;
        return TriedDocument { is_as_new: true, ..as_new };
    }
    as_is
}

fn standing(
    plans: &CompanyPlans,
    (running, tried): (&Program, &Program),
    standing: Standing,
    key: &DocumentKey,
) -> TriedDocument {
    let before = trial::of_one(&plans.preview, running, standing, key);
    let after = trial::of_one(&plans.preview, tried, standing, key);
    let problem = after.as_ref().err().cloned().unwrap_or_default();
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let (old, new) = (step(&before, key), step(&after, key));
    let elements = |step: Option<&Step>| {
        step.and_then(|it| it.outcome.request()).map(crate::sync::elements).unwrap_or_default()
    };
    let is_settled = |step: Option<&Step>| {
        step.is_some_and(|step| matches!(step.action(), Action::Unchanged | Action::Connect))
    };
    let (old_xml, new_xml) = (xml(old), xml(new));
    let qbxml = if old_xml == new_xml { Vec::new() } else { trial::diff_lines(&old_xml, &new_xml) };
    TriedDocument {
        label: new.or(old).map_or_else(|| key.to_string(), |step| quoted(&step.outcome.label)),
        problem,
        now: TriedFate::default(),
        is_as_new: false,
        is_settled: is_settled(old) && is_settled(new),
        before: fate(old, running, &before),
        after: fate(new, tried, &after),
        differences: differences(&elements(old), &elements(new)),
        qbxml,
        whole: new_xml,
    }
}

fn step<'p>(planned: &'p Planned, key: &DocumentKey) -> Option<&'p Step> {
    let is_it = |step: &&Step| {
        step.object == key.object && step.outcome.key.as_ref().is_some_and(|it| *it.id == *key.id)
    };
    planned.plan.steps.iter().find(is_it)
}

fn xml(step: Option<&Step>) -> String {
    step.and_then(Step::request_xml).map(|xml| pretty(&xml)).unwrap_or_default()
}

fn fate(step: Option<&Step>, program: &Program, planned: &Planned) -> TriedFate {
    let Some(step) = step else {
        let problems = planned.unreadable.iter().flat_map(|it| &it.problems);
        let reasons = problems.map(|it| quoted(&it.message)).collect();
        return TriedFate { kind: "idle", word: marked("Not in the plan"), what: String::new(), reasons };
    };
    let view = StepView::of(step, program);
    let (kind, word) = colour(step.action());
    let reasons = view.reasons.iter().chain(&view.warnings).map(|note| match note.element {
        Some(element) => format!("{element}: {}", quoted(note.message)),
        None => quoted(note.message),
    });
    TriedFate { kind, word, what: what(&view).unwrap_or_default(), reasons: reasons.collect() }
}

fn everywhere(all: &trial::Everywhere) -> TriedEverywhere {
    let view = ComparisonView::new(t("those in use").to_owned(), all.looked_at, &all.groups);
    let limit = if all.looked_at < all.all {
        say!(
            "These rules take long. Ferrule looked only at {n} of {count}, taken from the whole list.",
            n = grouped(all.looked_at),
            count = counted(all.all, "document")
        )
    } else {
        String::new()
    };
    let of = counted(view.documents, "document");
    let summary = match (all.is_as_new, view.different) {
        (_, 0) => {
            say!(
                "None of {of} would be sent differently, not even if all of them were new to QuickBooks.",
                of
            )
        }
        (false, some) => say!("{n} of {of} would be sent differently.", n = grouped(some), of),
        (true, some) => say!(
            "As things are, none of {of} would be sent differently. If all of them were new to QuickBooks, {n} would be.",
            of,
            n = grouped(some)
        ),
    };
    let group = |group: &GroupView<'_>| {
        let samples: Vec<TriedSample> = group.samples.iter().map(sample).collect();
        (heading(group), samples, group.count - group.samples.len())
    };
    TriedEverywhere {
        summary,
        limit,
        groups: view.groups.iter().take(GROUPS).map(group).collect(),
        more: view.groups.len().saturating_sub(GROUPS),
    }
}

fn sample(sample: &SampleView<'_>) -> TriedSample {
    TriedSample {
        label: sample.label.to_owned(),
        before: sample.before.clone(),
        after: sample.after.clone(),
        changes: sample.changes.clone(),
    }
}
