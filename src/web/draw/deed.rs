//! What was sent to QuickBooks and what came of it, as a clerk would say it.

use std::collections::BTreeMap;

use crate::catalogue::{Kind, operation, words};
use crate::sync::stored::{Exchange, ExchangeItem, ExchangeKind, Job, JobState};
use crate::web::draw::step_card::capital;
use crate::web::words::when::counted;

/// Codes from here on are errors; what is less says something and did what was asked.
const FIRST_ERROR: i32 = 500;

/// What one request did, in a few words: `Created in QuickBooks as SH:1055`. `own` is the document's record: its type
/// and what it is called.
pub fn said(kind: ExchangeKind, item: &ExchangeItem, own: Option<(&str, &str)>) -> String {
    if item.status_code.is_some_and(is_error) {
        return "Refused by QuickBooks".to_owned();
    }
    let (verb, noun) = verb(&item.message);
    let own = own.filter(|(record, _)| record.trim_end_matches("Ret") == noun);
    match (kind, verb) {
        (ExchangeKind::Read, _) => "Looked up in QuickBooks".to_owned(),
        (ExchangeKind::Recover, _) => "Asked QuickBooks what became of it".to_owned(),
        (ExchangeKind::Write, _) if item.status_code.is_none() => {
            "Sent to QuickBooks; the answer is not here".to_owned()
        }
        (ExchangeKind::Write, Some(verb)) => match own {
            Some((_, name)) if verb == "created" => format!("Created in QuickBooks as {name}"),
            Some(_) => format!("{} in QuickBooks", capital(verb)),
            None => format!("{} {} in QuickBooks", capital(verb), words(noun)),
        },
        (ExchangeKind::Write, None) => format!("{} in QuickBooks", capital(&words(&item.message))),
    }
}

/// What exchanges did, counted.
#[derive(Default)]
pub struct Sum {
    read: usize,
    asked: usize,
    refused: usize,
    done: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

impl Sum {
    /// Of exchanges with all their requests.
    pub fn of<'e>(exchanges: impl IntoIterator<Item = &'e Exchange>) -> Self {
        let mut sum = Self::default();
        for exchange in exchanges {
            for item in &exchange.items {
                if let Some(code) = item.status_code {
                    sum.add(exchange.kind, &item.message, 1, usize::from(is_error(code)));
                }
            }
        }
        sum
    }

    /// So many requests of a message, of which so many were refused.
    pub fn add(&mut self, kind: ExchangeKind, message: &str, count: usize, refused: usize) {
        self.refused += refused;
        let count = count.saturating_sub(refused);
        match kind {
            ExchangeKind::Read => self.read += count,
            ExchangeKind::Recover => self.asked += count,
            ExchangeKind::Write => {
                let (verb, noun) = verb(message);
                let noun = if verb.is_some() { words(noun) } else { words(message) };
                *self.done.entry(verb.unwrap_or("did")).or_default().entry(noun).or_default() += count;
            }
        }
    }

    /// In a line: `Read 12 lists; created 7 invoices, 8 service items; 1 refused`. `found` stands behind what was read.
    pub fn told(&self, found: &[String]) -> String {
        let mut told = Vec::new();
        if self.read > 0 {
            told.push(format!("read {}", counted(self.read, "list")));
        }
        if !found.is_empty() {
            told.push(format!("found {}", found.join(", ")));
        }
        if self.asked > 0 {
            told.push(format!("asked what became of {}", counted(self.asked, "request")));
        }
        for (verb, nouns) in &self.done {
            let nouns = nouns.iter().filter(|(_, count)| **count > 0);
            let nouns: Vec<String> = nouns.map(|(noun, count)| counted(*count, noun)).collect();
            if !nouns.is_empty() {
                told.push(format!("{verb} {}", nouns.join(", ")));
            }
        }
        if self.refused > 0 {
            told.push(format!("{} refused", self.refused));
        }
        capital(&told.join("; "))
    }
}

/// What exchanges did, in a line.
pub fn summed_up<'e>(exchanges: impl IntoIterator<Item = &'e Exchange>) -> String {
    Sum::of(exchanges).told(&[])
}

/// What became of a document, behind its name: ` created in QuickBooks as SH:1055`. `message` wrote it last; `record` is
/// what its record is called.
pub fn became(job: &Job, message: Option<&str>, record: Option<&str>) -> String {
    let as_record = record.map(|name| format!(" as {name}")).unwrap_or_default();
    match job.state {
        JobState::Done if job.attempts == 0 => format!(" was in QuickBooks already{as_record}"),
        JobState::Done => match message.map(|message| verb(message).0) {
            Some(Some("created")) => format!(" created in QuickBooks{as_record}"),
            Some(Some(verb)) => format!(" {verb} in QuickBooks"),
            _ => format!(" is in QuickBooks{as_record}"),
        },
        JobState::Rejected => " rejected".to_owned(),
        JobState::Failed => " refused by QuickBooks".to_owned(),
        JobState::Waiting => " waits for somebody to decide".to_owned(),
        JobState::OutcomeUnknown => " was sent, and nobody knows what became of it".to_owned(),
        JobState::Queued | JobState::Sent => " is on its way".to_owned(),
    }
}

/// Whether a status says that something was not done.
pub fn is_error(code: i32) -> bool {
    !(0..FIRST_ERROR).contains(&code)
}

/// What a message does, and to what.
fn verb(message: &str) -> (Option<&'static str>, &str) {
    let Some(operation) = operation(message) else { return (None, message) };
    let verb = match operation.kind {
        Kind::Add => Some("created"),
        Kind::Mod => Some("changed"),
        Kind::Query => Some("looked up"),
        Kind::Other => None,
    };
    (verb, operation.noun)
}
