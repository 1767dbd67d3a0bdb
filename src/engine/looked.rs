//! Where constraints look beyond single elements: at all lines of a request, at what a Mod keeps, at other records.

use rust_decimal::Decimal;

use crate::catalogue;
use crate::qbxml::{Company, FlatRef, LINE_ID, NodeRef, Record};

use super::terms::line_ids::NEW;

/// How many lines a new transaction has, with the orders whose lines it takes.
pub(super) fn lines(request: FlatRef<'_>) -> usize {
    let endings = ["LineAdd", "LineGroupAdd", "LinkToTxnID"];
    let is_line = |child: &FlatRef<'_>| endings.iter().any(|ending| child.name().ends_with(ending));
    request.children().filter(is_line).count()
}

/// What an element of all lines of a name adds up to, as `JournalDebitLine/Amount`; what is no number counts nothing.
pub(super) fn sum(request: FlatRef<'_>, steps: &str) -> Option<Decimal> {
    let (line, element) = steps.split_once('/')?;
    let lines = request.children().filter(|child| child.name() == line);
    let amounts = lines.filter_map(|line| line.get(element)?.trim().parse::<Decimal>().ok());
    let mut sum = Decimal::ZERO;
    for amount in amounts {
        sum = sum.checked_add(amount)?;
    }
    Some(sum)
}

/// All elements of a name, with blanks between them; nothing if there is none.
pub(super) fn all(request: FlatRef<'_>, name: &str) -> Option<String> {
    let texts = request.children().filter(|child| child.name() == name).filter_map(FlatRef::text);
    Some(texts.collect::<Vec<_>>().join(" ")).filter(|all| !all.is_empty())
}

/// The places in the record of the lines that a Mod keeps, with blanks between them.
pub(super) fn kept(request: FlatRef<'_>, old: &Record) -> String {
    let there: Vec<&str> = old.root().children().filter_map(|line| line.get(LINE_ID)).collect();
    let named = request.children().filter_map(|line| line.get(LINE_ID)).filter(|line| *line != NEW);
    let places = named.filter_map(|line| there.iter().position(|it| **it == *line));
    places.map(|place| place.to_string()).collect::<Vec<_>>().join(" ")
}

/// Whether numbers come in their order.
pub(super) fn is_ascending(numbers: &str) -> bool {
    numbers.split(' ').filter_map(|number| number.parse::<usize>().ok()).is_sorted()
}

/// Whether no word stands there twice.
pub(super) fn is_distinct(words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    words.iter().enumerate().all(|(place, word)| !words.iter().take(place).any(|it| it == word))
}

/// Whether no other record of a type has this value; nothing if they were not read.
pub(super) fn is_free(
    company: &Company,
    record_type: &str,
    element: &str,
    value: &str,
    old: Option<&Record>,
) -> Option<bool> {
    let found = company.was_read(record_type).then(|| company.find(&[record_type], element, value))?;
    let own = old.and_then(Record::id);
    Some(found.iter().all(|record| own.is_some() && record.id() == own))
}

/// Whether a value is one of the names in the record that an element refers to; nothing if that was not read.
pub(super) fn is_among(
    company: &Company,
    reference: NodeRef<'_>,
    names: &[String],
    value: &str,
) -> Option<bool> {
    let types = catalogue::referred(reference.name());
    let found = match reference.get("ListID") {
        Some(id) => company.find(types, "ListID", id),
        None => company.find(types, "FullName", reference.get("FullName")?),
    };
    let set = found.first()?;
    let is_one = |path: &String| {
        let (parts, name) = path.split_once('/').unwrap_or((path.as_str(), ""));
        let parts = set.root().children().filter(|part| part.name() == parts);
        parts.filter_map(|part| part.get(name)).any(|known| known.eq_ignore_ascii_case(value))
    };
    Some(names.iter().any(is_one))
}
