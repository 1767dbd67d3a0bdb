//! `/errors/{code}`: what a code means, and what to do about it. `/c/{company}/errors`: what is wrong in a company file.

use askama::Template;

use crate::catalogue::StatusCode;
use crate::language::{say, t};
use crate::rules::codes;
use crate::sync::stored::{CompanyFile, Job, KeptFlaw, Trouble as Repeated};
use crate::text::quotes::quoted;
use crate::web::draw::step_card::RuleLink;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::names::Names;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::meaning::{Meaning, Rule, evidence, meaning, outcome, who};
use crate::web::words::states::words;
use crate::web::words::when::Times;

#[derive(Template)]
#[template(path = "error_code.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ErrorTemplate<'v> {
    shell: Shell,
    code: String,
    status: Option<StatusWords>,
    diagnostic: Option<&'static codes::Page>,
    rules: Vec<(Option<RuleLink>, Rule<'v>)>,
}

/// What QuickBooks or the Web Connector means by it.
struct StatusWords {
    code: &'static StatusCode,
    who: &'static str,
    outcome: &'static str,
    evidence: &'static str,
}

#[derive(Template)]
#[template(path = "errors.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ErrorsPage<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    troubles: Vec<Repeated>,
    flaws: Vec<KeptFlaw>,
    jobs: Vec<JobRow>,
    /// How many jobs are not shown.
    more: usize,
}

/// A document that is not done.
struct JobRow {
    label: String,
    link: Option<String>,
    kind: &'static str,
    word: &'static str,
    happened: String,
    how: String,
}

/// So many documents are shown; lists show all.
const MOST_JOBS: usize = 200;

/// What is wrong in a company file: what fails again and again, records of QuickBooks that could not be read as they
/// stand, whole, and documents that are not done.
pub fn of_company(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let store = &*visit.site.store;
    let mut troubles = store.troubles(file.id)?;
    troubles.retain(Repeated::repeats);
    let jobs = store.jobs_in_error(file.id)?;
    let names = Names::new(visit, file);
    let page = ErrorsPage {
        shell: visit.shell(t("Errors"), Some(file)),
        times: visit.times(file),
        file,
        troubles,
        flaws: store.flaws(file.id)?,
        more: jobs.len().saturating_sub(MOST_JOBS),
        jobs: jobs.iter().take(MOST_JOBS).filter_map(|job| JobRow::of(&names, job)).collect(),
    };
    visit.show(&page, &page.as_inside())
}

/// Where the page of a company file is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/errors", file.id.0)
}

impl JobRow {
    fn of(all: &Names<'_>, job: &Job) -> Option<Self> {
        let error = job.error.as_ref()?;
        let (kind, word, _) = words(job.state);
        let (label, link) = match all.of(&job.document) {
            Some(named) => (named.title, Some(named.path)),
            None => (job.document.to_string(), None),
        };
        Some(Self { label, link, kind, word, happened: quoted(&error.happened), how: quoted(&error.how) })
    }
}

/// The page. `?company=` says around which company file it is shown.
pub fn show(visit: &Visit) -> Result<Page, Trouble> {
    let code = visit.name("code");
    let file = company(visit);
    let rules = file.map_or_else(|| Ok(visit.rules.clone()), |file| visit.rules_of(file))?;
    let found = meaning(&rules.program, code).ok_or(Trouble::NotFound)?;
    let mut template = ErrorTemplate {
        shell: visit.shell(&say!("Code {code}", code), file),
        code: code.to_owned(),
        status: None,
        diagnostic: None,
        rules: Vec::new(),
    };
    match found {
        Meaning::Status(code) => {
            template.code.clone_from(&code.code);
            template.status = Some(StatusWords {
                code,
                who: who(code.who),
                outcome: outcome(code.outcome),
                evidence: evidence(code.evidence),
            });
        }
        Meaning::Diagnostic(page) => template.diagnostic = Some(page),
        Meaning::Rules(rules) => {
            let to = |rule: &Rule<'_>| file.and_then(|file| RuleLink::parse(file, &rule.place));
            template.rules = rules.into_iter().map(|rule| (to(&rule), rule)).collect();
        }
    }
    visit.show(&template, &template.as_inside())
}

fn company(visit: &Visit) -> Option<&CompanyFile> {
    match visit.files.as_slice() {
        [only] => Some(only),
        files => {
            let id = visit.query.get("company").parse().ok();
            files.iter().find(|file| Some(file.id.0) == id)
        }
    }
}
