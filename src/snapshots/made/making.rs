//! A case of documents, as small as it can be with the same plan.

use std::collections::BTreeSet;
use std::path::Path;

use crate::engine::{Decision, Note};
use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::snapshots::case::{Case, CaseError};
use crate::snapshots::rule_sets::RuleSets;
use crate::snapshots::run::{self, planned, run};
use crate::snapshots::verdict::{Broken, diff};
use crate::snapshots::{Snapshot, render};
use crate::sync::stored::DocumentKey;
use crate::sync::{Breadth, Excerpt, Plan, Preview, Step, elements};

use super::veil::Veil;
use super::written::written;

/// By what amounts are multiplied: the first that changes no decision.
const TIMES: [u32; 6] = [3, 7, 2, 9, 11, ONCE];
/// Amounts stay as they are.
const ONCE: u32 = 1;

/// A case and its snapshot.
#[derive(Debug)]
pub struct MadeCase {
    /// The text of the case file.
    pub text: String,
    /// The text of its snapshot.
    pub snapshot: Snapshot,
    /// In what its plan differs from that of the company file, as a unified diff; nothing if it is the same.
    pub difference: Option<String>,
    /// Whether amounts stayed as they are although names were replaced.
    pub keeps_amounts: bool,
    /// Whether names that were replaced decide something, so that the plan is another one.
    pub names_decide: bool,
}

/// Why no case is made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The settings that are kept do not fit the rules.
    #[error("the settings of the company file: {0}")]
    Settings(#[from] SettingError),
    /// What was written cannot be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// It cannot be run.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// There is nothing to make it of.
    #[error("QuickBooks has no record of the id `{0}`, as far as Ferrule has read")]
    NoRecord(String),
}

/// What a case is made with.
struct Making<'m> {
    rules: &'m RuleSets,
    wanted: &'m BTreeSet<DocumentKey>,
    layers: Vec<String>,
    about: &'m str,
}

/// A case of documents that are kept, with all that their plan rests on.
///
/// With words that are to be kept, all others are replaced.
///
/// # Errors
/// It cannot be made, or what was made cannot be run.
pub fn case_of_documents(
    preview: &Preview,
    (program, rules): (&Program, &RuleSets),
    wanted: &BTreeSet<DocumentKey>,
    about: &str,
    kept: Option<&BTreeSet<String>>,
) -> Result<MadeCase, NotMade> {
    let excerpt = Excerpt::of(preview, program, wanted, Breadth::Named)?;
    let making = Making { rules, wanted, layers: layers(&excerpt), about };
    let mut chosen = (making.attempt(&excerpt, &mut Veil::default())?, excerpt);
    if chosen.0.difference.is_some() {
        // Something that no name leads to decides: then all is taken along.
        let excerpt = Excerpt::of(preview, program, wanted, Breadth::Everything)?;
        let all = making.attempt(&excerpt, &mut Veil::default())?;
        if all.difference.is_none() {
            chosen = (all, excerpt);
        }
    }
    let (made, excerpt) = chosen;
    match kept {
        Some(kept) => making.anonymous(&excerpt, made, kept),
        None => Ok(made),
    }
}

/// A case of what a record of QuickBooks becomes in Steelhead.
///
/// # Errors
/// There is no such record, or the case cannot be run.
pub fn case_of_record(
    preview: &Preview,
    rules: &RuleSets,
    id: &str,
    about: &str,
    kept: Option<&BTreeSet<String>>,
) -> Result<MadeCase, NotMade> {
    let excerpt = Excerpt::of_record(preview, id).ok_or_else(|| NotMade::NoRecord(id.to_owned()))?;
    let making = Making { rules, wanted: &BTreeSet::new(), layers: layers(&excerpt), about };
    let mut veil = kept.map(|kept| Veil::over(kept, ONCE)).unwrap_or_default();
    let (case, text) = making.case(&excerpt, &mut veil)?;
    Ok(finished(&case, text, &run(&case, rules)?))
}

/// The optional layers of a company file, as cases name them.
fn layers(excerpt: &Excerpt) -> Vec<String> {
    excerpt.file.layers.iter().map(|name| format!("optional/{name}")).collect()
}

impl Making<'_> {
    fn case(&self, excerpt: &Excerpt, veil: &mut Veil) -> Result<(Case, String), CaseError> {
        let text = written(excerpt, self.about, &self.layers, veil);
        Ok((Case::parse(Path::new("case.yaml"), &text)?, text))
    }

    /// The case, and in what its plan differs.
    fn attempt(&self, excerpt: &Excerpt, veil: &mut Veil) -> Result<MadeCase, NotMade> {
        let (case, text) = self.case(excerpt, veil)?;
        let (remarks, plan) = planned(&case, self.rules)?;
        let [here, there] = [&plan, &excerpt.plan]
            .map(|plan| render::steps(plan.steps.iter().filter(|step| self.is_wanted(step))));
        let difference = (here != there).then(|| diff(&there, &here));
        Ok(MadeCase { difference, ..finished(&case, text, &run::text(&remarks, &plan)) })
    }

    /// The same with other names, and with other amounts where these decide nothing else.
    fn anonymous(
        &self,
        excerpt: &Excerpt,
        open: MadeCase,
        kept: &BTreeSet<String>,
    ) -> Result<MadeCase, NotMade> {
        let (as_it_is, _) = self.case(excerpt, &mut Veil::default())?;
        let wanted = forms(&planned(&as_it_is, self.rules)?.1);
        for times in TIMES {
            let (case, text) = self.case(excerpt, &mut Veil::over(kept, times))?;
            let (remarks, plan) = planned(&case, self.rules)?;
            let is_same = forms(&plan) == wanted;
            if is_same || times == ONCE {
                let finished = finished(&case, text, &run::text(&remarks, &plan));
                let (difference, keeps_amounts) = (open.difference, times == ONCE);
                return Ok(MadeCase { difference, keeps_amounts, names_decide: !is_same, ..finished });
            }
        }
        Ok(open)
    }

    fn is_wanted(&self, step: &Step) -> bool {
        let key = step.outcome.key.as_ref();
        key.is_some_and(|key| {
            self.wanted.iter().any(|wanted| wanted.object == step.object && wanted.id == *key.id)
        })
    }
}

/// A case with what its rules make of it.
fn finished(case: &Case, text: String, result: &str) -> MadeCase {
    let snapshot = Snapshot::new(result, &case.about);
    MadeCase { text, snapshot, difference: None, keeps_amounts: false, names_decide: false }
}

/// What becomes of the documents, without names and amounts.
fn forms(plan: &Plan) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
    let form = |step: &Step| {
        let told: &[Note] = match &step.outcome.decision {
            Decision::Reject(notes) => notes,
            Decision::Skip(Some(note)) => std::slice::from_ref(note),
            _ => &[],
        };
        let codes = told.iter().chain(&step.outcome.warnings).map(|note| note.code.clone()).collect();
        let elements = step.outcome.request().map(elements).unwrap_or_default();
        (step.action().word(), codes, elements.into_iter().map(|element| element.path).collect())
    };
    plan.steps.iter().map(form).collect()
}
