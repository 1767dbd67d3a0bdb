//! Answers of QuickBooks that cannot be read as they stand.

use super::dice::Dice;
use super::tally::Tally;

/// What may be wrong with an answer, and how it is made so; `pick` says which of its records is concerned.
type Spoil = fn(&str, usize) -> Option<String>;

const ALL: [(&str, Spoil); 10] = [
    ("answer: character reference that XML forbids", |answer, pick| in_a_name(answer, pick, "&#x1F;")),
    ("answer: character that XML forbids", |answer, pick| in_a_name(answer, pick, "\u{B}")),
    ("answer: number of no character", |answer, pick| in_a_name(answer, pick, "&#xD800;")),
    ("answer: impossible content", |answer, pick| behind(answer, pick, "<TimeModified>", "once ")),
    ("answer: broken record", |answer, pick| behind(answer, pick, "<EditSequence>", "& ")),
    ("answer: record without its end", without_end),
    ("answer: record without its id", without_id),
    ("answer: status that is no number", |answer, pick| behind(answer, pick, " statusCode=\"", "x")),
    ("answer: negative status", |answer, pick| behind(answer, pick, " statusCode=\"", "-7")),
    ("answer: another encoding declared", |answer, _| {
        Some(answer.replacen("?>", " encoding=\"windows-1252\"?>", 1))
    }),
];

/// An answer in which something cannot be read, now and then; nothing if it is as it should be.
pub fn spoil(answer: &str, dice: &mut Dice, tally: &mut Tally) -> Option<String> {
    if !dice.one_in(10) {
        return None;
    }
    if dice.one_in(6) && answer.contains("iteratorRemainingCount") {
        tally.note("answer: iterator is gone");
        return behind(answer, 0, " statusCode=\"", "300");
    }
    let (event, spoil) = ALL[dice.below(ALL.len())];
    let spoilt = spoil(answer, dice.below(1000))?;
    tally.note(event);
    Some(spoilt)
}

/// Puts a text behind one of the places where another one stands.
fn behind(answer: &str, pick: usize, place: &str, text: &str) -> Option<String> {
    let places: Vec<usize> = answer.match_indices(place).map(|(at, _)| at + place.len()).collect();
    let at = *places.get(pick % places.len().max(1))?;
    Some(format!("{}{text}{}", &answer[..at], &answer[at..]))
}

/// Into the name or the number of a record, wherever it stands there.
fn in_a_name(answer: &str, pick: usize, text: &str) -> Option<String> {
    let place = ["<Name>", "<FullName>", "<RefNumber>", "<Memo>", "<Phone>"][pick % 5];
    behind(answer, pick / 5, place, text)
}

fn without_end(answer: &str, pick: usize) -> Option<String> {
    let ends: Vec<(usize, &str)> =
        answer.match_indices("Ret>").filter(|(at, _)| is_end_of_record(answer, *at)).collect();
    let (at, end) = *ends.get(pick % ends.len().max(1))?;
    let start = answer[..at].rfind("</")?;
    Some(format!("{}{}", &answer[..start], &answer[at + end.len()..]))
}

/// Whether what ends here is a record, and not a part of one.
fn is_end_of_record(answer: &str, at: usize) -> bool {
    let name = &answer[answer[..at].rfind('<').unwrap()..at];
    name.starts_with("</") && !name.ends_with("Line") && !name.ends_with("DataExt")
}

fn without_id(answer: &str, pick: usize) -> Option<String> {
    let ids = ["Ret><ListID>", "Ret><TxnID>", "Ret>\n<ListID>", "Ret>\n<TxnID>"];
    let places: Vec<usize> =
        ids.iter().flat_map(|id| answer.match_indices(id)).map(|(at, _)| at + 4).collect();
    let at = *places.get(pick % places.len().max(1))?;
    let end = at + answer[at..].find("ID>")? + 3;
    let end = end + answer[end..].find("ID>")? + 3;
    Some(format!("{}{}", &answer[..at], &answer[end..]))
}
