//! Filters of the settings: which records they let pass, and why not.

use std::sync::{Arc, LazyLock};

use super::argument;
use super::cache::Cache;
use super::function::{Args, Function, Param, ParamKind, Returns, param};
use crate::catalogue;
use crate::document::{Value, nearest};
use crate::qbxml::RecordNode;
use crate::text::filter_doubt::{FilterDoubt, doubts};
use crate::text::pattern::Filter;

const PARAMS: &[Param] = &[param("filter", ParamKind::Filter), param("record", ParamKind::Record)];

pub(super) const PASSES: Function = Function {
    name: "passes",
    group: "QuickBooks",
    params: PARAMS,
    returns: Returns::Bool,
    about: "Whether a filter from the settings lets a record pass, judged by its type (`Service`, `Inventory`, ...) and \
            its full name. An absent or empty filter lets nothing pass; an absent record does not pass.",
    examples: &[("passes(\"Service; Parts:*\", ())", "false")],
    run: passes,
};

pub(super) const FILTERED_BY: Function = Function {
    name: "filtered_by",
    group: "QuickBooks",
    params: PARAMS,
    returns: Returns::Text,
    about: "What a filter says of a record, for people: the record's type, and the entry that decided. Absent for an absent \
            record.",
    examples: &[("filtered_by(\"Service; Parts:*\", ()) ?? \"no record\"", "no record")],
    run: filtered_by,
};

/// The records whose name begins alike; a filter's type words are told from names within them, so
/// that an item may be called like a record that is no item.
struct Family {
    prefix: &'static str,
    filters: Cache<Filter>,
}

static ITEMS: Family = Family { prefix: "Item", filters: Cache::new() };
static OTHERS: Family = Family { prefix: "", filters: Cache::new() };

impl Family {
    /// The family of a record and the word for the record's type in it.
    fn of(name: &str) -> (&'static Self, &str) {
        [&ITEMS, &OTHERS]
            .into_iter()
            .find_map(|family| Some((family, family.kind(name)?)))
            .unwrap_or((&OTHERS, name))
    }

    fn kind<'a>(&self, name: &'a str) -> Option<&'a str> {
        let kind = name.strip_prefix(self.prefix)?.strip_suffix("Ret")?;
        (!kind.is_empty()).then_some(kind)
    }

    fn has_kind(&self, word: &str) -> bool {
        catalogue::records()
            .filter_map(|record| self.kind(record.name()))
            .any(|kind| kind.eq_ignore_ascii_case(word))
    }

    fn filter(&self, filter: &str) -> Result<Arc<Filter>, String> {
        self.filters.get(filter, |text| {
            Filter::parse_with(text, |word| self.has_kind(word)).map_err(|error| error.to_string())
        })
    }
}

/// The words that are types of records in a filter.
static KINDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = || catalogue::records().map(|record| record.name().trim_end_matches("Ret"));
    // What the pages call a type of items comes first.
    names()
        .filter_map(|name| name.strip_prefix("Item"))
        .filter(|kind| !kind.is_empty())
        .chain(names())
        .collect()
});

/// The entries of a filter that were probably meant otherwise.
pub fn filter_doubts(filter: &str) -> Vec<FilterDoubt> {
    doubts(filter, &KINDS, |word| nearest(word, KINDS.iter().copied()).map(str::to_owned))
}

/// Whether a filter lets a record of that type and full name pass.
///
/// # Errors
/// The filter is none.
pub fn passes_filter(filter: &str, record_type: &str, name: &str) -> Result<bool, String> {
    let (family, kind) = Family::of(record_type);
    Ok(family.filter(filter)?.decide(kind, name).passes)
}

fn name_of(record: &RecordNode) -> &str {
    record.get("FullName").or_else(|| record.get("Name")).unwrap_or_default()
}

fn record(args: Args<'_>) -> Result<Option<&RecordNode>, String> {
    match argument::value(args, 1) {
        Value::Absent => Ok(None),
        Value::Record(record) => Ok(Some(record)),
        other => Err(argument::wrong(1, "a record", other)),
    }
}

fn passes(args: Args<'_>) -> Result<Value, String> {
    let filter = argument::text(args, 0)?.unwrap_or_default();
    let Some(record) = record(args)? else { return Ok(Value::Bool(false)) };
    passes_filter(&filter, record.name(), name_of(record)).map(Value::Bool)
}

fn filtered_by(args: Args<'_>) -> Result<Value, String> {
    let filter = argument::text(args, 0)?.unwrap_or_default();
    let Some(record) = record(args)? else { return Ok(Value::Absent) };
    let (family, kind) = Family::of(record.name());
    let compiled = family.filter(&filter)?;
    let decision = compiled.decide(kind, name_of(record));
    let why = match decision.by {
        Some(entry) if decision.passes => format!("the entry {entry} names it"),
        Some(entry) => format!("the entry {entry} excludes it"),
        None if compiled.is_empty() => "the filter is empty, and lets nothing pass".to_owned(),
        None => "no entry names it".to_owned(),
    };
    Ok(Value::text(format!("its type is {kind}, and {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::{number, record, shown, text};

    fn item(name: &str, full_name: &str) -> Value {
        record(&format!("<{name}><Name>x</Name><FullName>{full_name}</FullName></{name}>"))
    }

    #[test]
    fn a_filter_judges_by_type_and_full_name() {
        let service = item("ItemServiceRet", "Parts:Rack");
        for (filter, wanted) in [
            ("Service", "true"),
            ("service", "true"),
            ("Inventory", "false"),
            ("parts:*", "true"),
            ("Service; !Parts:*", "false"),
            ("/^Parts:R/", "true"),
            ("x", "false"),
            ("", "false"),
        ] {
            assert_eq!(shown("passes", &[text(filter), service.clone()]), wanted, "{filter}");
        }
        assert_eq!(shown("passes", &[Value::Absent, service.clone()]), "false");
        assert_eq!(shown("passes", &[text("*"), Value::Absent]), "false");
        assert!(shown("passes", &[text("/(/"), service]).starts_with("error: `/(/` in the filter is wrong"));
        assert_eq!(
            shown("passes", &[text("*"), number("1")]),
            "error: the second value must be a record, not a number"
        );
    }

    #[test]
    fn a_word_is_a_type_only_among_its_own_records() {
        // `Deposit` is a transaction, so for an item it is a name.
        assert_eq!(shown("passes", &[text("Deposit"), item("ItemServiceRet", "Deposit")]), "true");
        assert_eq!(shown("passes", &[text("Service"), item("ItemInventoryRet", "Service")]), "false");
        let vendor = record("<VendorRet><Name>Acme</Name></VendorRet>");
        assert_eq!(shown("passes", &[text("Vendor"), vendor.clone()]), "true");
        assert_eq!(shown("passes", &[text("acme"), vendor]), "true");
    }

    #[test]
    fn why_a_record_does_not_pass_names_its_type_and_the_entry() {
        let rack = item("ItemServiceRet", "Parts:Rack");
        for (filter, wanted) in [
            ("Service", "its type is Service, and the entry Service names it"),
            ("*; !Parts:*", "its type is Service, and the entry !Parts:* excludes it"),
            ("Inventory", "its type is Service, and no entry names it"),
            ("", "its type is Service, and the filter is empty, and lets nothing pass"),
        ] {
            assert_eq!(shown("filtered_by", &[text(filter), rack.clone()]), wanted, "{filter}");
        }
    }

    #[test]
    fn a_misspelt_type_is_doubted() {
        let meant = |text: &str| filter_doubts(text).into_iter().map(|doubt| doubt.meant).collect::<Vec<_>>();
        assert_eq!(meant("Servce; NonInventory"), ["Service"]);
        assert_eq!(meant("Non-inventory Part"), ["NonInventory"]);
        assert!(meant("Service; Freight; PN-104; Parts:*; Vendor").is_empty());
    }
}
