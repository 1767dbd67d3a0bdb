//! Whether a record holds what such a record can hold: dates that are days, amounts that are numbers.
//!
//! It is asked only what would do harm if it were taken over. QuickBooks answers more than its schema allows, and
//! all of that is welcome.

use super::Record;
use super::flaw::is_id;
use super::names::Symbol;
use crate::catalogue::{self, DataType};

/// As many digits have room in a number.
const MAX_DIGITS: usize = 24;
/// The length of a date with its time, without what says how far it is from UTC.
const MOMENT: usize = 19;
/// As much of a value is told.
const SHOWN: usize = 40;

/// What is known of the names of one document.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The types of the values of elements with this name, by its symbol.
    types: Vec<Option<&'static [DataType]>>,
}

impl Contents {
    /// What a record holds that it cannot hold, for people; nothing if all is well.
    pub(super) fn fault(&mut self, record: &Record) -> Option<String> {
        let element = catalogue::record(record.name())?;
        if let Some(id) = record.id().filter(|id| !is_id(id)) {
            return Some(format!("its id cannot be one: `{}`", told(id)));
        }
        (1..u32::try_from(record.len()).unwrap_or(u32::MAX)).find_map(|index| {
            let (entry, text) = (record.entry(index)?, record.text_at(index)?);
            let types = self.types_of(entry.name, record.name_at(index));
            if types.iter().all(|data_type| is_possible(*data_type, text)) {
                return None;
            }
            let path = record.path_to(index);
            let data_type = element.descend(&path)?.data_type().filter(|it| !is_possible(*it, text))?;
            Some(format!("its {path} is `{}`, which is no {}", told(text), data_type.phrase()))
        })
    }

    fn types_of(&mut self, symbol: Symbol, name: &str) -> &'static [DataType] {
        let place = usize::from(symbol);
        if self.types.len() <= place {
            self.types.resize(place + 1, None);
        }
        match self.types.get_mut(place) {
            Some(known) => known.get_or_insert_with(|| catalogue::types_in_records(name)),
            None => &[],
        }
    }
}

/// Whether a text can be a value of a type. Texts, ids and words of a list can be anything.
fn is_possible(data_type: DataType, text: &str) -> bool {
    match data_type {
        DataType::Date => DataType::Date.accepts(text),
        DataType::DateTime => is_moment(text),
        DataType::Amount | DataType::Price | DataType::Quantity | DataType::Percent | DataType::Float => {
            DataType::Float.accepts(text) && digits(text) <= MAX_DIGITS
        }
        DataType::Integer => {
            text.trim().is_empty() || DataType::Integer.accepts(text) && digits(text) <= MAX_DIGITS
        }
        DataType::Bool => DataType::Bool.accepts(&text.to_ascii_lowercase()),
        _ => true,
    }
}

/// A date with its time, also with `Z` or fractions of a second; or the date alone.
fn is_moment(text: &str) -> bool {
    if DataType::DateTime.accepts(text) || DataType::Date.accepts(text) {
        return true;
    }
    let Some((moment, rest)) = text.trim().split_at_checked(MOMENT) else { return false };
    let is_rest = |byte: u8| byte.is_ascii_digit() || b".:+-Z".contains(&byte);
    DataType::DateTime.accepts(moment) && rest.bytes().all(is_rest)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn told(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(xml: &str) -> Option<String> {
        Contents::default().fault(&Record::from_xml(xml).unwrap())
    }

    #[test]
    fn what_quickbooks_answers_beyond_its_schema_is_welcome() {
        let inside = "<TimeCreated>2026-01-05T09:12:31.123Z</TimeCreated><IsActive>True</IsActive><Balance>1.5</Balance>\
            <OpenBalance></OpenBalance><CreditLimit>-1000</CreditLimit><SomethingNew>x</SomethingNew>";
        assert_eq!(fault(&format!("<CustomerRet><ListID>8-1</ListID>{inside}</CustomerRet>")), None);
        assert_eq!(fault("<HostRet><MajorVersion>24</MajorVersion></HostRet>"), None);
        assert_eq!(fault("<SomethingRet><Amount>x</Amount></SomethingRet>"), None);
    }

    #[test]
    fn what_cannot_be_is_told() {
        for (record, told) in [
            ("<CustomerRet><ListID> </ListID></CustomerRet>", "its id cannot be one: ` `"),
            (
                "<InvoiceRet><TxnID>1</TxnID><TxnDate>2026-02-30</TxnDate></InvoiceRet>",
                "its TxnDate is `2026-02-30`, which is no date, YYYY-MM-DD",
            ),
            (
                "<InvoiceRet><TxnID>1</TxnID><InvoiceLineRet><Amount>12,5O</Amount></InvoiceLineRet></InvoiceRet>",
                "its InvoiceLineRet/Amount is `12,5O`, which is no amount, exactly 2 decimals",
            ),
            (
                "<CustomerRet><ListID>1</ListID><IsActive>perhaps</IsActive></CustomerRet>",
                "its IsActive is `perhaps`, which is no true or false",
            ),
            (
                "<CustomerRet><ListID>1</ListID><TimeModified>yesterday</TimeModified></CustomerRet>",
                "its TimeModified is `yesterday`, which is no date and time, YYYY-MM-DDTHH:MM:SS+HH:MM",
            ),
        ] {
            assert_eq!(fault(record).as_deref(), Some(told), "{record}");
        }
    }
}
