//! How like a document a record is, and in what: for a person who has to choose a counterpart.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::qbxml::{NodeRef, Record};

use super::terms::words;

/// Further apart than this in days, two dates say nothing.
const NEAR: i64 = 31;
/// A transaction that is like in less than this is none to offer: the same customer alone is not.
const ENOUGH: u32 = 4;
/// Elements of a list's records that seldom are the same by chance.
const TELLING: [&str; 2] = ["Phone", "Email"];

/// What counts when a message and a record are compared, whichever of the two it is of.
pub(super) struct Likeness<'r> {
    root: NodeRef<'r>,
    number: Option<&'r str>,
    /// Whose transaction it is: the element that says so, such as `CustomerRef`, and what stands in it.
    party: Option<(&'r str, Vec<&'r str>)>,
    total: Option<Decimal>,
    date: Option<NaiveDate>,
}

/// In how much two are like, with words for it.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likely {
    /// The more the likelier.
    pub points: u32,
    /// In what: "same customer", "same total", "2 days later".
    pub why: Vec<String>,
}

impl<'r> Likeness<'r> {
    /// Of a record, or of the body of a message.
    pub fn of(record: &'r Record) -> Self {
        let root = record.root();
        let is_transaction = record.get("TxnDate").is_some();
        let party = root.children().find(|child| child.name().ends_with("Ref"));
        let party = party.filter(|_| is_transaction).map(|party| {
            let names = ["ListID", "FullName"].into_iter();
            (party.name(), names.filter_map(|name| party.get(name)).collect())
        });
        Self {
            root,
            number: record.get("RefNumber"),
            party,
            total: total(root),
            date: record.get("TxnDate").and_then(|date| date.parse().ok()),
        }
    }

    /// In what `record` is like this document.
    pub fn compare(&self, record: &Likeness<'_>) -> Likely {
        let mut likely = Likely::default();
        if self.number.is_some() && self.number == record.number {
            likely.add(4, "same number".to_owned());
        }
        if let (Some((name, own)), Some((_, theirs))) = (&self.party, &record.party)
            && own.iter().any(|it| theirs.contains(it))
        {
            likely.add(3, format!("same {}", words::noun(name.strip_suffix("Ref").unwrap_or(name))));
        }
        if self.total.is_some() && self.total == record.total {
            likely.add(3, "same total".to_owned());
        }
        if let (Some(own), Some(theirs)) = (self.date, record.date) {
            let days = (theirs - own).num_days();
            match days.abs() {
                0 => likely.add(2, "same day".to_owned()),
                apart @ 1..=NEAR => likely.add(1, apart_in_words(apart, days > 0)),
                _ => {}
            }
        }
        for name in TELLING {
            let is_same = self.root.get(name).is_some_and(|own| record.root.get(name) == Some(own));
            if is_same {
                likely.add(1, format!("same {}", words::noun(name)));
            }
        }
        likely
    }

    /// How many days the record's date is from the document's; the more the less likely.
    pub fn days_from(&self, record: &Likeness<'_>) -> u64 {
        let days = self.date.zip(record.date).map(|(own, theirs)| (theirs - own).num_days().unsigned_abs());
        days.unwrap_or(u64::MAX)
    }
}

impl Likely {
    /// One more thing in which they are like.
    pub fn add(&mut self, points: u32, why: String) {
        self.points += points;
        self.why.push(why);
    }

    /// Whether it is worth a look.
    pub fn is_enough(&self) -> bool {
        self.points >= ENOUGH
    }
}

fn apart_in_words(days: i64, is_later: bool) -> String {
    let unit = if days == 1 { "day" } else { "days" };
    format!("{days} {unit} {}", if is_later { "later" } else { "earlier" })
}

/// The sum of all lines; nothing if there are none, or one of them has no amount.
fn total(root: NodeRef<'_>) -> Option<Decimal> {
    let lines =
        root.children().filter(|child| child.name().contains("Line") && child.children().next().is_some());
    let mut sum = None;
    for line in lines {
        sum = Some(sum.unwrap_or(Decimal::ZERO) + amount(line)?);
    }
    sum.map(|sum: Decimal| sum.normalize())
}

/// What a line comes to: QuickBooks multiplies where it is not told.
fn amount(line: NodeRef<'_>) -> Option<Decimal> {
    let number = |name: &str| line.get(name)?.parse::<Decimal>().ok();
    if let Some(amount) = number("Amount") {
        return Some(amount);
    }
    let each = number("Rate").or_else(|| number("Cost"))?;
    Some((number("Quantity").unwrap_or(Decimal::ONE).checked_mul(each)?).round_dp(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(xml: &str) -> Record {
        Record::from_xml(xml).unwrap()
    }

    #[test]
    fn it_is_said_in_what_they_are_like() {
        let line = "<InvoiceLineAdd><Quantity>3</Quantity><Rate>2.505</Rate></InvoiceLineAdd>";
        let asked = record(&format!(
            "<InvoiceAdd><CustomerRef><ListID>1</ListID></CustomerRef><TxnDate>2026-03-04</TxnDate><RefNumber>7</RefNumber>{line}</InvoiceAdd>"
        ));
        let there = |customer: &str, date: &str, amount: &str| {
            record(&format!(
                "<InvoiceRet><TxnID>9</TxnID><CustomerRef><ListID>{customer}</ListID><FullName>Ace</FullName></CustomerRef><TxnDate>{date}</TxnDate><InvoiceLineRet><Amount>{amount}</Amount></InvoiceLineRet></InvoiceRet>"
            ))
        };
        let why = |record: &Record| {
            let likely = Likeness::of(&asked).compare(&Likeness::of(record));
            (likely.why.join(", "), likely.is_enough())
        };
        let told = |words: &str, is_enough: bool| (words.to_owned(), is_enough);
        assert_eq!(
            why(&there("1", "2026-03-06", "7.52")),
            told("same customer, same total, 2 days later", true)
        );
        assert_eq!(why(&there("1", "2026-03-03", "7.50")), told("same customer, 1 day earlier", true));
        assert_eq!(why(&there("2", "2026-03-04", "7.52")), told("same total, same day", true));
        assert_eq!(why(&there("1", "2026-06-04", "1.00")), told("same customer", false));
    }
}
