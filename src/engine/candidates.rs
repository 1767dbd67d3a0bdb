//! Records that may be a document's counterpart, for a person to choose from.

use std::sync::Arc;

use crate::document::{Structure, Value};
use crate::qbxml::{Company, Record};

use super::export::{Engine, Run};
use super::likely::{Likely, Likeness};
use super::terms::context::Context;
use super::terms::outcome::Request;
use super::values::eval::Frame;

/// So many names like the one that is looked for are tried.
const NAMES: usize = 10;

/// A record that may be a document's counterpart.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The record.
    pub record: Arc<Record>,
    /// In what it is like the document: "same customer", "same total", "2 days later".
    pub why: Vec<String>,
}

impl Engine<'_> {
    /// Records that a document may be connected to, the likeliest first, at most `limit` and only such as are
    /// `free`: those that its `match` finds, accepted or not, those of its name and of a name like it, and
    /// those that are like what the document would become: of the same customer, over the same total, of a
    /// day near by. What the document is connected to does not count.
    pub fn candidates(
        &self,
        document: &Structure,
        context: Context<'_>,
        is_free: &dyn Fn(&Record) -> bool,
        limit: usize,
    ) -> Vec<Candidate> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let export = self.program.object_of(document.shape).and_then(|object| object.export.as_ref());
        let mut run = Run::new(&evaluator, Frame::root(&root));
        let Some((export, variant)) = export.and_then(|export| Some((export, run.variant(export)?))) else {
            return Vec::new();
        };
        let request = run.emit(variant, export);
        let (mut found, mut types) = (Vec::new(), vec![variant.record]);
        if let Some(matching) = &variant.matching {
            types.extend(matching.records.iter().filter(|record| **record != variant.record));
            let wanted = run.wanted(matching, &request);
            found.extend(wanted.map(|it| context.company.find(&matching.records, matching.element, &it)));
        }
        let mut all: Vec<(Arc<Record>, Likely)> = Vec::new();
        for record in found.into_iter().flatten() {
            add(&mut all, record, None);
        }
        if let Ok(Some(name)) = evaluator.name_in(variant, &run.frame) {
            for (record, why) in named(context.company, &types, &name) {
                add(&mut all, record, Some(why));
            }
        }
        compared(all, &request, context.company, &types, (is_free, limit))
    }
}

/// Notes that a record was found, for this reason.
fn add(all: &mut Vec<(Arc<Record>, Likely)>, record: Arc<Record>, why: Option<(u32, &str)>) {
    let place = all.iter().position(|(known, _)| *known == record).unwrap_or_else(|| {
        all.push((record, Likely::default()));
        all.len() - 1
    });
    if let (Some((_, likely)), Some((points, why))) = (all.get_mut(place), why) {
        likely.add(points, why.to_owned());
    }
}

/// Records of a name, and then those of names like it.
fn named(company: &Company, types: &[&str], name: &str) -> Vec<(Arc<Record>, (u32, &'static str))> {
    let same = company.holders_of_name(types, name).into_iter().map(|record| (record, (6, "same name")));
    let alike = company.alike(types, name).into_iter().map(|record| (record, (5, "nearly the same name")));
    let mut found: Vec<_> = same.chain(alike).collect();
    for near in company.near(types, name, NAMES) {
        let like = company.holders_of_name(types, &near).into_iter();
        let new: Vec<_> = like.filter(|record| found.iter().all(|(known, _)| known != record)).collect();
        found.extend(new.into_iter().map(|record| (record, (2, "a name like it"))));
    }
    found
}

/// What was found and what is like the document besides, the likeliest first.
fn compared(
    mut all: Vec<(Arc<Record>, Likely)>,
    request: &Request,
    company: &Company,
    types: &[&str],
    (is_free, limit): (&dyn Fn(&Record) -> bool, usize),
) -> Vec<Candidate> {
    let wanted = request.body().map(|body| Likeness::of(body));
    if let Some(wanted) = &wanted {
        let likely = |record: &Arc<Record>| wanted.compare(&Likeness::of(record));
        for (record, found) in &mut all {
            let like = likely(record);
            found.points += like.points;
            found.why.extend(like.why);
        }
        let others = types.iter().flat_map(|kind| company.records(kind));
        let others = others.map(|record| (record.clone(), likely(record))).filter(|(_, it)| it.is_enough());
        let new: Vec<_> = others.filter(|(record, _)| all.iter().all(|(known, _)| known != record)).collect();
        all.extend(new);
    }
    all.retain(|(record, _)| is_free(record));
    all.sort_by_key(|(record, likely)| {
        let days = wanted.as_ref().map_or(u64::MAX, |wanted| wanted.days_from(&Likeness::of(record)));
        (std::cmp::Reverse(likely.points), days)
    });
    all.truncate(limit);
    all.into_iter().map(|(record, likely)| Candidate { record, why: likely.why }).collect()
}
