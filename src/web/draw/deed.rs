//! What was sent to QuickBooks and what came of it, as a clerk would say it.

use std::collections::BTreeMap;

use crate::catalogue::{Kind, operation, words};
use crate::language::{say, t};
use crate::sync::stored::{Exchange, ExchangeItem, ExchangeKind, Job, JobState};
use crate::web::draw::step_card::capital;
use crate::web::words::when::counted;

/// Codes from here on are errors; what is less says something and did what was asked.
const FIRST_ERROR: i32 = 500;

/// What one request did, in a few words: `Created in QuickBooks as SH:1055`. `own` is the document's record: its type
/// and what it is called.
pub fn said(kind: ExchangeKind, item: &ExchangeItem, own: Option<(&str, &str)>) -> String {
    if item.status_code.is_some_and(is_error) {
        return t("Refused by QuickBooks").to_owned();
    }
    let (verb, noun) = verb(&item.message);
    let own = own.filter(|(record, _)| record.trim_end_matches("Ret") == noun);
    match (kind, verb) {
        (ExchangeKind::Read, _) => t("Looked up in QuickBooks").to_owned(),
        (ExchangeKind::Recover, _) => t("Asked QuickBooks what became of it").to_owned(),
        (ExchangeKind::Write, _) if item.status_code.is_none() => {
            t("Sent to QuickBooks; the answer is not here").to_owned()
        }
        (ExchangeKind::Write, Verb::Did) => {
            say!("{what} in QuickBooks", what = capital(&words(&item.message)))
        }
        (ExchangeKind::Write, verb) => match own {
            Some((_, name)) if verb == Verb::Created => say!("Created in QuickBooks as {name}", name),
            Some(_) => verb.of_own().to_owned(),
            None => verb.of(&words(noun)),
        },
    }
}

/// What a message does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Changed,
    Created,
    /// What has no word of its own.
    Did,
    LookedUp,
}

impl Verb {
    /// In a sentence about the document's own record.
    fn of_own(self) -> &'static str {
        match self {
            Self::Changed => t("Changed in QuickBooks"),
            Self::Created => t("Created in QuickBooks"),
            Self::Did => t("Done in QuickBooks"),
            Self::LookedUp => t("Looked up in QuickBooks"),
        }
    }

    /// In a sentence about another record.
    fn of(self, what: &str) -> String {
        match self {
            Self::Changed => say!("Changed {what} in QuickBooks", what),
            Self::Created => say!("Created {what} in QuickBooks", what),
            Self::Did => say!("Did {what} in QuickBooks", what),
            Self::LookedUp => say!("Looked up {what} in QuickBooks", what),
        }
    }

    /// In a list of what was done.
    fn and(self, what: &str) -> String {
        match self {
            Self::Changed => say!("changed {what}", what),
            Self::Created => say!("created {what}", what),
            Self::Did => say!("did {what}", what),
            Self::LookedUp => say!("looked up {what}", what),
        }
    }
}

/// What exchanges did, counted.
#[derive(Default)]
pub struct Sum {
    read: usize,
    asked: usize,
    refused: usize,
    done: BTreeMap<Verb, BTreeMap<String, usize>>,
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
                let noun = if verb == Verb::Did { words(message) } else { words(noun) };
                *self.done.entry(verb).or_default().entry(noun).or_default() += count;
            }
        }
    }

    /// In a line: `Read 12 lists; created 7 invoices, 8 service items; 1 refused`. `found` stands behind what was read.
    pub fn told(&self, found: &[String]) -> String {
        let mut told = Vec::new();
        if self.read > 0 {
            told.push(say!("read {lists}", lists = counted(self.read, "list")));
        }
        if !found.is_empty() {
            told.push(say!("found {what}", what = found.join(", ")));
        }
        if self.asked > 0 {
            told.push(say!("asked what became of {requests}", requests = counted(self.asked, "request")));
        }
        for (verb, nouns) in &self.done {
            let nouns = nouns.iter().filter(|(_, count)| **count > 0);
            let nouns: Vec<String> = nouns.map(|(noun, count)| counted(*count, noun)).collect();
            if !nouns.is_empty() {
                told.push(verb.and(&nouns.join(", ")));
            }
        }
        if self.refused > 0 {
            told.push(say!("{n} refused", n = self.refused));
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
    match (job.state, record) {
        (JobState::Done, Some(record)) if job.attempts == 0 => {
            say!(" was in QuickBooks already as {record}", record)
        }
        (JobState::Done, None) if job.attempts == 0 => t(" was in QuickBooks already").to_owned(),
        (JobState::Done, _) => match (message.map_or(Verb::Did, |message| verb(message).0), record) {
            (Verb::Created, Some(record)) => say!(" created in QuickBooks as {record}", record),
            (Verb::Created, None) => t(" created in QuickBooks").to_owned(),
            (Verb::Changed, _) => t(" changed in QuickBooks").to_owned(),
            (Verb::LookedUp, _) => t(" looked up in QuickBooks").to_owned(),
            (Verb::Did, Some(record)) => say!(" is in QuickBooks as {record}", record),
            (Verb::Did, None) => t(" is in QuickBooks").to_owned(),
        },
        (JobState::Rejected, _) => t(" rejected").to_owned(),
        (JobState::Failed, _) => t(" refused by QuickBooks").to_owned(),
        (JobState::Waiting, _) => t(" waits for somebody to decide").to_owned(),
        (JobState::OutcomeUnknown, _) => t(" was sent, and nobody knows what became of it").to_owned(),
        (JobState::Queued | JobState::Sent, _) => t(" is on its way").to_owned(),
    }
}

/// What became of a document that no request wrote, in a sentence.
pub fn it_became(job: &Job, record: Option<&str>) -> String {
    match (job.state, record) {
        (JobState::Done, Some(record)) => say!("It was in QuickBooks already as {record}", record),
        (JobState::Done, None) => t("It was in QuickBooks already").to_owned(),
        (JobState::Rejected, _) => t("It was rejected").to_owned(),
        (JobState::Failed, _) => t("It was refused by QuickBooks").to_owned(),
        (JobState::Waiting, _) => t("It waits for somebody to decide").to_owned(),
        (JobState::OutcomeUnknown, _) => t("It was sent, and nobody knows what became of it").to_owned(),
        (JobState::Queued | JobState::Sent, _) => t("It is on its way").to_owned(),
    }
}

/// Whether a status says that something was not done.
pub fn is_error(code: i32) -> bool {
    !(0..FIRST_ERROR).contains(&code)
}

/// What a message does, and to what.
fn verb(message: &str) -> (Verb, &str) {
    let Some(operation) = operation(message) else { return (Verb::Did, message) };
    let verb = match operation.kind {
        Kind::Add => Verb::Created,
        Kind::Mod => Verb::Changed,
        Kind::Query => Verb::LookedUp,
        Kind::Other => Verb::Did,
    };
    (verb, operation.noun)
}
