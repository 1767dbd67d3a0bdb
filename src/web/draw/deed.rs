//! What was sent to QuickBooks and what came of it, as a clerk would say it.

use std::collections::BTreeMap;

use crate::catalogue::{Kind, operation, words};
use crate::sync::stored::{Exchange, ExchangeItem, ExchangeKind};
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

/// What exchanges did, in a line: `Read 12 lists; created 7 invoices, 8 service items; 1 refused`.
pub fn summed_up<'e>(exchanges: impl IntoIterator<Item = &'e Exchange>) -> String {
    let (mut read, mut refused) = (0, 0);
    let mut done: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for exchange in exchanges {
        for item in &exchange.items {
            match (exchange.kind, item.status_code) {
                (_, Some(code)) if is_error(code) => refused += 1,
                (ExchangeKind::Read, Some(_)) => read += 1,
                (ExchangeKind::Write, Some(_)) => {
                    let (verb, noun) = verb(&item.message);
                    let noun = if verb.is_some() { words(noun) } else { words(&item.message) };
                    *done.entry(verb.unwrap_or("did")).or_default().entry(noun).or_default() += 1;
                }
                _ => {}
            }
        }
    }
    let mut told = Vec::new();
    if read > 0 {
        told.push(format!("read {}", counted(read, "list")));
    }
    for (verb, nouns) in done {
        let nouns: Vec<String> = nouns.iter().map(|(noun, count)| counted(*count, noun)).collect();
        told.push(format!("{verb} {}", nouns.join(", ")));
    }
    if refused > 0 {
        told.push(format!("{refused} refused"));
    }
    capital(&told.join("; "))
}

fn is_error(code: i32) -> bool {
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
