//! `/errors/{code}`: what a code means, and what to do about it.

use askama::Template;

use crate::catalogue::StatusCode;
use crate::rules::codes;
use crate::sync::stored::CompanyFile;
use crate::web::draw::step_card::RuleLink;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::meaning::{Meaning, Rule, evidence, meaning, outcome, who};

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

/// The page. `?company=` says around which company file it is shown.
pub fn show(visit: &Visit) -> Result<Page, Trouble> {
    let code = visit.name("code");
    let found = meaning(visit.program(), code).ok_or(Trouble::NotFound)?;
    let file = company(visit);
    let mut template = ErrorTemplate {
        shell: visit.shell(&format!("Code {code}"), file),
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
