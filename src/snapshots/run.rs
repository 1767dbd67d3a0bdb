//! One case through its rule set.

use std::sync::Arc;

use crate::document::{Origin, Value, unknown_fields};
use crate::engine::{Agreed, Context, Engine, Imported, Key, Links};
use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::sync::{Plan, PlanInputs, Planner, Source};

use super::case::{Case, CaseError};
use super::expect::Results;
use super::render::{self, Imports, Remarks};
use super::rule_sets::{RuleSet, RuleSets};
use super::verdict::Broken;

/// What a case's rules make of it, as text: the same for the same files, wherever it runs.
pub fn run(case: &Case, rules: &RuleSets) -> Result<String, Broken> {
    Ok(run_expecting(case, rules)?.0)
}

/// The same, and what the case expects that did not come.
pub(super) fn run_expecting(case: &Case, rules: &RuleSets) -> Result<(String, Vec<String>), Broken> {
    let set = set(case, rules)?;
    if case.documents.is_some() {
        let (remarks, plan) = planned(case, rules)?;
        return Ok((text(&remarks, &plan), unmet(case, set, || Results::of_plan(&plan))?));
    }
    let imports = imports(case, &set.program, &settings(case, &set.program)?, &links(case, &set.program)?);
    let unmet = unmet(case, set, || Results::of_imports(&imports))?;
    Ok((render::imports(&imports), unmet))
}

fn unmet(case: &Case, set: &RuleSet, results: impl FnOnce() -> Results) -> Result<Vec<String>, Broken> {
    if case.expect.is_empty() {
        return Ok(Vec::new());
    }
    Ok(results().unmet(case, &set.program)?)
}

/// The plan of a case's documents, and what is to be said of those that could not be read.
pub(super) fn planned(case: &Case, rules: &RuleSets) -> Result<(Vec<Remarks>, Plan), Broken> {
    Ok(plan_of(case, &set(case, rules)?.program, false)?)
}

fn plan_of(case: &Case, program: &Program, explain: bool) -> Result<(Vec<Remarks>, Plan), CaseError> {
    let settings = settings(case, program)?;
    let links = links(case, program)?;
    let (sources, remarks) = decode(case.documents.as_deref().unwrap_or_default(), program);
    let inputs = PlanInputs { explain, ..PlanInputs::new(program, &settings, &case.company) };
    let plan = Planner::new(inputs, links).plan(sources, &|_, _| true);
    Ok((remarks, plan))
}

fn set<'r>(case: &Case, rules: &'r RuleSets) -> Result<&'r RuleSet, Broken> {
    match rules.get(&case.layers) {
        Some(Ok(set)) => Ok(set),
        Some(Err(error)) => Err(Broken::Rules(error.to_string())),
        None => Err(Broken::Rules("the case's layers were not compiled".to_owned())),
    }
}

/// The same as text.
pub(super) fn text(remarks: &[Remarks], plan: &Plan) -> String {
    let mut text = render::remarks(remarks);
    text.push_str(&render::plan(plan));
    text
}

/// What a program makes of a case's documents, with where each element comes from.
///
/// # Errors
/// The case does not fit the program.
pub fn explained(case: &Case, program: &Program) -> Result<Plan, CaseError> {
    Ok(plan_of(case, program, true)?.1)
}

/// The values of all settings, as a case has them.
pub fn settings(case: &Case, program: &Program) -> Result<Vec<Value>, CaseError> {
    program.settings.values(&case.given_settings()).map_err(|error| {
        let (SettingError::Unknown { name, .. } | SettingError::Wrong { name, .. }) = &error;
        let given = case.settings.iter().find(|(given, _)| given.value == *name);
        match given {
            Some((given, _)) => case.wrong(given.span, error.to_string()),
            None => CaseError::Wrong { place: case.path.display().to_string(), message: error.to_string() },
        }
    })
}

/// What is connected in a case.
pub fn links(case: &Case, program: &Program) -> Result<Links, CaseError> {
    let mut links = Links::default();
    for connection in &case.connections {
        let name = connection.object.value.as_str();
        let Some(object) = program.object(name) else {
            let known = program.objects.iter().map(|object| object.name.as_str());
            let near = crate::document::nearest(name, known);
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(case.wrong(connection.object.span, format!("no object is called `{name}`{hint}")));
        };
        let key = Key { shape: object.shape, id: connection.id.as_str().into() };
        links.connect(key.clone(), &connection.record, &case.company);
        let record = case.company.by_id(&connection.record);
        if let Some((elements, record)) = connection.agreed.as_ref().zip(record) {
            let agreed = Agreed::but(&record, elements);
            let ours = connection.ours.as_ref();
            links.agree(key, Arc::new(ours.map_or(agreed.clone(), |ours| agreed.but_ours(&record, ours))));
        }
    }
    Ok(links)
}

fn decode(documents: &[(String, Origin)], program: &Program) -> (Vec<Source>, Vec<Remarks>) {
    let mut sources = Vec::new();
    let mut remarks = Vec::new();
    for (index, (json, origin)) in documents.iter().enumerate() {
        let (source, remark) = one(program, json, origin);
        sources.extend(source);
        remarks.push(Remarks { number: index + 1, ..remark });
    }
    (sources, remarks)
}

fn one(program: &Program, json: &str, origin: &Origin) -> (Option<Source>, Remarks) {
    let mut remarks = Remarks { number: 0, errors: Vec::new(), warnings: Vec::new() };
    match program.decoder.decode(json, origin) {
        Ok(document) => {
            remarks.warnings = document.warnings;
            if document.has_unknown {
                remarks.warnings.extend(unknown_fields(json, &program.shapes, origin));
            }
            let source = Source { origin: origin.clone(), document: document.root };
            (Some(source), remarks)
        }
        Err(errors) => {
            remarks.errors = errors;
            (None, remarks)
        }
    }
}

fn imports(case: &Case, program: &Program, settings: &[Value], links: &Links) -> Vec<Imports> {
    let context = Context { settings, company: &case.company, links };
    let engine = Engine::new(program);
    let mut all = Vec::new();
    for object in &program.objects {
        let Some(import) = &object.import else { continue };
        let records = import.from.iter().flat_map(|from| case.company.records(from));
        let records: Vec<Imported> =
            records.map(|record| engine.import(&object.name, import, record, context)).collect();
        if !records.is_empty() {
            all.push(Imports { title: object.title.clone(), records });
        }
    }
    all
}
