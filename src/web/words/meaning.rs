//! What codes mean: of QuickBooks, of the Web Connector, of diagnostics, and of the rules' own conditions.

use crate::catalogue::{self, Evidence, Outcome, StatusCode, Who};
use crate::language::t;
use crate::rules::Program;
use crate::rules::codes;
use crate::rules::program::{Condition, Object};

/// What a code means.
pub enum Meaning<'p> {
    /// QuickBooks or the Web Connector says it.
    Status(&'static StatusCode),
    /// The rules' engine says it.
    Diagnostic(&'static codes::Page),
    /// A condition of the rules says it.
    Rules(Vec<Rule<'p>>),
}

/// A condition of the rules.
pub struct Rule<'p> {
    /// The object that it is about.
    pub object: &'p str,
    /// What happens to a document for which it holds.
    pub effect: &'static str,
    /// When it holds.
    pub when: &'p str,
    /// What it says.
    pub message: &'p str,
    /// Where it stands, as `file:line`.
    pub place: String,
}

/// What a code means; `None` if nobody knows.
pub fn meaning<'p>(program: &'p Program, code: &str) -> Option<Meaning<'p>> {
    if let Some(status) = status(code) {
        return Some(Meaning::Status(status));
    }
    if let Some(page) = codes::page(code) {
        return Some(Meaning::Diagnostic(page));
    }
    let rules: Vec<Rule<'p>> =
        program.objects.iter().flat_map(|object| rules(program, object, code)).collect();
    (!rules.is_empty()).then_some(Meaning::Rules(rules))
}

/// Where an object's condition with this code stands, as `file:line`; `None` if there is none.
pub fn place(program: &Program, object: &str, code: &str) -> Option<String> {
    rules(program, program.object(object)?, code).next().map(|rule| rule.place)
}

fn rules<'p>(
    program: &'p Program,
    object: &'p Object,
    code: &str,
) -> impl Iterator<Item = Rule<'p>> + use<'p> {
    let code = code.to_owned();
    let export = object.export.iter().flat_map(|export| {
        let all = [
            (&export.skip, t("It is not sent. That is no error.")),
            (&export.reject, t("It is rejected. Nothing is sent until somebody fixes it.")),
            (&export.warn, t("It is sent anyway, and the plan shows the warning.")),
        ];
        all.into_iter().flat_map(|(conditions, effect)| conditions.iter().map(move |it| (it, effect)))
    });
    let of_import = |condition| (condition, t("It is not imported."));
    let import = object.import.iter().flat_map(move |import| import.skip.iter().map(of_import));
    export
        .chain(import)
        .filter(move |(condition, _)| condition.id == code)
        .map(|(condition, effect)| rule(program, object, condition, effect))
}

fn rule<'p>(
    program: &'p Program,
    object: &'p Object,
    condition: &'p Condition,
    effect: &'static str,
) -> Rule<'p> {
    Rule {
        object: &object.name,
        effect,
        when: condition.when.text.trim(),
        message: condition.message.text.trim(),
        place: program.sources.line(condition.when.span),
    }
}

fn status(code: &str) -> Option<&'static StatusCode> {
    let upper = code.to_ascii_uppercase();
    let is_hex = code.len() == 8 && code.chars().all(|digit| digit.is_ascii_hexdigit());
    if upper.starts_with("QBWC") {
        catalogue::web_connector_code(&upper)
    } else if upper.starts_with("0X") || is_hex {
        catalogue::hresult(code)
    } else {
        catalogue::status(code.parse().ok()?)
    }
}

/// Who can mend it.
pub fn who(who: Who) -> &'static str {
    match who {
        Who::Clerk => t("The clerk"),
        Who::Administrator => t("The administrator of the integration"),
        Who::QuickbooksUser => t("Who sits at the QuickBooks computer"),
        Who::Ferrule => t("Ferrule itself"),
        Who::Nobody => t("Nobody has to do anything"),
    }
}

/// What became of the request.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplied => t("QuickBooks did not do what was asked."),
        Outcome::Applied => t("QuickBooks did what was asked."),
        Outcome::Unknown => t("It cannot be told whether QuickBooks did what was asked."),
    }
}

/// How well a code is known.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Recorded => t("Seen in a recorded message"),
        Evidence::Intuit => t("Intuit’s own text"),
        Evidence::Copied => t("A third party’s copy of Intuit’s table"),
        Evidence::SecondHand => t("Somebody’s report"),
        Evidence::Recalled => t("From memory, unconfirmed"),
        Evidence::Unknown => t("Only the number is known"),
    }
}
