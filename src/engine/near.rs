//! Names that QuickBooks has already, written otherwise: nobody means a second record of the same thing.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::document::Code;
use crate::functions::to_text;
use crate::qbxml::Record;
use crate::rules::program::{Export, Near, Variant};
use crate::text::alike::{differences, is_alike, meaning};

use super::export::Run;
use super::terms::fault::Fault;
use super::terms::outcome::Note;
use super::terms::words;

/// So many records are named.
const NAMED: usize = 3;

/// What the rules say of a record of nearly that name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Hold,
    Warn,
}

impl Run<'_> {
    /// Looks for records of nearly the name that one is to be created with, unless a person has said that it is
    /// another one.
    pub(super) fn near_twins(&mut self, export: &Export, variant: &Variant, name: &str) {
        let Some(near) = &export.near else { return };
        // Which of the records that were found it is, is asked already.
        if self.found.rejections.iter().any(|note| note.code == Code::NoMatch) {
            return;
        }
        if self.apart == Some(name) {
            return;
        }
        let mut types = vec![variant.record];
        let searched = variant.matching.iter().flat_map(|matching| matching.records.iter().copied());
        types.extend(searched.filter(|record| *record != variant.record));
        let found = self.evaluator.context.company.alike(&types, name);
        let twins: Vec<(Arc<Record>, String)> = found
            .into_iter()
            .filter_map(|record| told(near, name, &record).map(|words| (record, words)))
            .collect();
        if twins.is_empty() {
            return;
        }
        match self.then(near) {
            Ok(then) => self.tell_near(then, near, &twins),
            Err(fault) => self.reject(fault.at(near.then.span)),
        }
    }

    /// The page of this document, told so that it is clear on another one's page too: `the part number's page`.
    fn own_page(&self) -> String {
        let object = self.key.and_then(|key| self.evaluator.program.object_of(key.shape));
        let list = object.and_then(|object| object.list.as_ref());
        format!("the {}'s page", list.map_or_else(|| "document".to_owned(), |list| list.one.to_lowercase()))
    }

    /// The document as commands name it.
    fn named_by_commands(&self) -> String {
        let object = self.key.and_then(|key| self.evaluator.program.object_of(key.shape));
        let named = self.key.zip(object).map(|(key, object)| format!("{} {}", object.name, key.id));
        named.unwrap_or_else(|| "OBJECT ID".to_owned())
    }

    fn then(&self, near: &Near) -> Result<Then, Fault> {
        let value = self.evaluator.value(&near.then, &self.frame)?;
        let word = to_text(value.as_ref());
        if word.eq_ignore_ascii_case("warn") {
            return Ok(Then::Warn);
        }
        // What says nothing is held: that can be mended, and a second record cannot.
        if word.is_empty() || word.eq_ignore_ascii_case("hold") {
            return Ok(Then::Hold);
        }
        Err(Fault::evaluation(format!("`then` is `hold` or `warn`, not `{word}`")))
    }

    fn tell_near(&mut self, then: Then, near: &Near, twins: &[(Arc<Record>, String)]) {
        let mut message: Vec<String> = twins.iter().take(NAMED).map(|(_, words)| words.clone()).collect();
        if twins.len() > NAMED {
            message.push(format!("There are {} more.", twins.len() - NAMED));
        }
        let first =
            twins.first().map(|(record, _)| format!("{} {}", record.name(), record.id().unwrap_or_default()));
        let (document, first) = (self.named_by_commands(), first.unwrap_or_default());
        // It may be told on the page of an invoice that needs it.
        let page = self.own_page();
        message.push(format!("If it is the same, connect the two on {page}."));
        let mut command = format!("`ferrule connect {document} {first}` connects the two.");
        let (code, end) = match then {
            Then::Hold => (
                Code::NearTwin,
                "If it is another one, rename one of the two, or have a new record made all the same on that page.",
            ),
            Then::Warn => (Code::NearlyThere, "As it stands, a new record is made beside it."),
        };
        message.push(end.to_owned());
        if then == Then::Hold {
            _ = write!(command, " `ferrule connect {document} --new` has a new record made.");
        }
        let note = Note {
            code: code.to_string(),
            message: message.join(" "),
            span: Some(near.then.span),
            command: Some(command),
            ..Note::default()
        };
        match then {
            Then::Hold => self.found.rejections.push(note),
            Then::Warn => self.found.warnings.push(note),
        }
    }
}

/// What a record of nearly that name is to be told as; nothing if by these rules it has another name.
fn told(near: &Near, name: &str, record: &Record) -> Option<String> {
    let full_name = record.full_name()?;
    let (own, theirs) = (last_step(name), last_step(full_name));
    let is_same = is_alike(own, theirs, near.words);
    let is_elsewhere = above(name).map(meaning) != above(full_name).map(meaning);
    // What has the very name is found by that, and judged by the rules' match.
    if !is_same || is_elsewhere && !near.parent || name.to_lowercase() == full_name.to_lowercase() {
        return None;
    }
    let place = is_elsewhere.then(|| match above(full_name) {
        Some(parent) => format!("it stands below `{parent}`"),
        None => "it stands below nothing".to_owned(),
    });
    let inactive = if record.is_active() { "" } else { ", which is inactive" };
    let one = words::one(record.name());
    Some(format!("QuickBooks has {one} `{full_name}`{inactive}{}.", in_what(own, theirs, place)))
}

/// In what the names differ, as the end of a sentence.
fn in_what(own: &str, theirs: &str, place: Option<String>) -> String {
    let (mine, theirs) = differences(own, theirs);
    let and = |words: &[String]| words::listed(words, "and");
    let mut parts: Vec<String> = place.into_iter().collect();
    if !theirs.is_empty() {
        parts.push(format!("that name has {}", and(&theirs)));
    }
    if !mine.is_empty() {
        parts.push(format!("the one in Steelhead has {}", and(&mine)));
    }
    if parts.is_empty() { String::new() } else { format!(": {}", and(&parts)) }
}

fn last_step(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, last)| last)
}

fn above(name: &str) -> Option<&str> {
    name.rsplit_once(':').map(|(above, _)| above)
}
