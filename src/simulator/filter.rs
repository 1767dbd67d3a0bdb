//! Which records a query wants.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::books::Books;
use super::date_macro::days_of;
use super::edit::{is_reference, text, walk};
use super::facts::facts;
use super::shape::Fill as _;
use super::status::{Reason, Status};
use super::table::Stored;
use super::time_zone::Bound;
use super::value::{number, number_in};
use crate::qbxml::element::Node;

/// A condition on a record.
type Filter = Box<dyn Fn(&Stored) -> bool>;

impl Books {
    /// The conditions that the elements of a query make.
    ///
    /// Fails with 3030 for days, and with 3031 for names or numbers, that end before they begin.
    pub(super) fn filters(&self, request: &Node) -> Result<Vec<Filter>, Status> {
        let mut filters = Vec::new();
        let wanted = text(request, "ActiveStatus").unwrap_or("ActiveOnly");
        if wanted != "All" {
            let active = if wanted == "InactiveOnly" { "false" } else { "true" };
            filters.push(keep(move |record| {
                text(&record.node, "IsActive").is_none_or(|is_active| is_active == active)
            }));
        }
        for part in request.children() {
            if part.children().is_empty() {
                leaf_filters(part, &mut filters);
            } else if let Some(list) = part.name.strip_suffix("Filter") {
                self.aggregate_filters(part, list, &mut filters)?;
            }
        }
        let modified = |name| {
            request.children().iter().find_map(|part| text(part, name)).or_else(|| text(request, name))
        };
        self.between(modified("FromModifiedDate"), modified("ToModifiedDate"), &mut filters)?;
        Ok(filters)
    }

    fn between(&self, from: Option<&str>, to: Option<&str>, filters: &mut Vec<Filter>) -> Result<(), Status> {
        let zone = self.settings.time_zone;
        let from = from.and_then(|text| zone.read(text, Bound::From));
        let to = to.and_then(|text| zone.read(text, Bound::To));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Reason::DateRange.into());
        }
        filters.extend(from.map(|from| keep(move |record| record.modified >= from)));
        filters.extend(to.map(|to| keep(move |record| record.modified <= to)));
        Ok(())
    }

    fn aggregate_filters(&self, part: &Node, list: &str, filters: &mut Vec<Filter>) -> Result<(), Status> {
        match list {
            "Name" => filters.push(matching(part, "Name")),
            "RefNumber" => filters.push(matching(part, "RefNumber")),
            "NameRange" => filters.push(in_range(part, ["FromName", "ToName"])?),
            "RefNumberRange" => filters.push(in_range(part, ["FromRefNumber", "ToRefNumber"])?),
            "TotalBalance" => filters.push(compared(part)),
            "TxnDateRange" | "TransactionDateRange" => filters.push(self.on_days(part)?),
            "TransactionType" => {
                let kinds = texts(part, &["TxnTypeFilter"]);
                filters.push(keep(move |record| kinds.contains(record.kind()) || kinds.contains("All")));
            }
            _ => filters.extend(self.referring(part, list)),
        }
        Ok(())
    }

    fn on_days(&self, part: &Node) -> Result<Filter, Status> {
        let today = self.day();
        let (from, to) = match text(part, "DateMacro") {
            Some(name) => days_of(name, &today),
            None => ["FromTxnDate", "ToTxnDate"].map(|name| text(part, name).map(str::to_owned)).into(),
        };
        if from.as_ref().zip(to.as_ref()).is_some_and(|(from, to)| from > to) {
            return Err(Reason::DateRange.into());
        }
        Ok(keep(move |record| {
            let day = text(&record.node, "TxnDate").unwrap_or_default();
            from.as_deref().is_none_or(|from| day >= from) && to.as_deref().is_none_or(|to| day <= to)
        }))
    }

    /// Records that refer to an element of the list `list`, or in the case of `Children` to one below.
    fn referring(&self, part: &Node, list: &str) -> Option<Filter> {
        let list = list.strip_prefix("Transaction").unwrap_or(list);
        let list = if list == "Site" { "InventorySite" } else { list };
        let target = facts().target(&format!("{list}Ref"))?;
        let names = texts(part, &["FullName", "FullNameWithChildren"]);
        let mut ids = texts(part, &["ListID", "ListIDWithChildren"]);
        let is_named =
            |record: &Stored| record.name().is_some_and(|name| names.contains(&*name.to_lowercase()));
        let of_list = target.kinds.iter().flat_map(|kind| self.table.of_kind(kind));
        ids.extend(of_list.filter(|record| is_named(record)).map(|record| record.id().to_owned()));
        if part.children().iter().any(|child| child.name.ends_with("WithChildren")) {
            self.add_below(&mut ids);
        }
        // A party is the transaction's; accounts, items and classes are its lines' too.
        let everywhere = list != "Entity";
        Some(keep(move |record| {
            let mut found = false;
            let mut look = |node: &Node| {
                let id = text(node, "ListID").filter(|_| is_reference(node));
                found = found || id.is_some_and(|id| ids.contains(id));
            };
            for child in record.node.children() {
                if everywhere {
                    walk(child, &mut look);
                } else {
                    look(child);
                }
            }
            found
        }))
    }

    fn add_below(&self, ids: &mut HashSet<String>) {
        loop {
            let is_below = |record: &&Stored| {
                !ids.contains(record.id())
                    && text(&record.node, "ParentRef/ListID").is_some_and(|id| ids.contains(id))
            };
            let below: Vec<String> =
                self.table.all().filter(is_below).map(|record| record.id().to_owned()).collect();
            if below.is_empty() {
                return;
            }
            ids.extend(below);
        }
    }
}

/// Conditions that are a value: the value must be in the element of the record of the same name.
fn leaf_filters(part: &Node, filters: &mut Vec<Filter>) {
    let value = part.text().unwrap_or_default().to_owned();
    match &*part.name {
        "PaidStatus" | "TransactionPaidStatusFilter" if value != "All" && value != "Either" => {
            let paid = if matches!(&*value, "PaidOnly" | "Closed") { "true" } else { "false" };
            filters
                .push(keep(move |record| text(&record.node, "IsPaid").is_none_or(|is_paid| is_paid == paid)));
        }
        "DoneStatus" if value != "All" => {
            let done = if value == "DoneOnly" { "true" } else { "false" };
            filters.push(keep(move |record| text(&record.node, "IsDone") == Some(done)));
        }
        "AccountType" => {
            filters.push(keep(move |record| text(&record.node, "AccountType") == Some(&value)));
        }
        _ => {}
    }
}

fn keep(filter: impl Fn(&Stored) -> bool + 'static) -> Filter {
    Box::new(filter)
}

/// The values of the elements with these names; names in small letters, ids as they are.
fn texts(part: &Node, names: &[&str]) -> HashSet<String> {
    let parts = part.children().iter().filter(|child| names.contains(&&*child.name));
    parts
        .filter_map(|child| {
            child.text().map(|text| {
                if child.name.starts_with("FullName") { text.to_lowercase() } else { text.to_owned() }
            })
        })
        .collect()
}

/// What a record is called, or numbered, in small letters.
fn label(record: &Stored) -> Option<String> {
    let name = if record.is_transaction() { text(&record.node, "RefNumber") } else { record.name() };
    name.map(str::to_lowercase)
}

fn matching(part: &Node, name: &str) -> Filter {
    let wanted = text(part, name).unwrap_or_default().to_lowercase();
    let criterion = text(part, "MatchCriterion").unwrap_or_default().to_owned();
    keep(move |record| {
        label(record).is_some_and(|label| match &*criterion {
            "StartsWith" => label.starts_with(&wanted),
            "EndsWith" => label.ends_with(&wanted),
            _ => label.contains(&wanted),
        })
    })
}

fn in_range(part: &Node, names: [&str; 2]) -> Result<Filter, Status> {
    let [from, to] = names.map(|name| text(part, name).map(str::to_lowercase));
    let before = |one: &str, other: &str| compare(one, other) == Ordering::Less;
    if from.as_ref().zip(to.as_ref()).is_some_and(|(from, to)| before(to, from)) {
        return Err(Status::new(Reason::StringRange, &[&part.name]));
    }
    Ok(keep(move |record| {
        let Some(label) = label(record) else {
            return false;
        };
        !from.as_ref().is_some_and(|from| before(&label, from))
            && !to.as_ref().is_some_and(|to| before(to, &label))
    }))
}

/// Numbers are compared as numbers, all else by letters.
fn compare(one: &str, other: &str) -> Ordering {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

fn compared(part: &Node) -> Filter {
    let bound = number_in(part, "Amount").unwrap_or_default();
    let operator = text(part, "Operator").unwrap_or_default().to_owned();
    keep(move |record| {
        let own = number_in(&record.node, "TotalBalance").or_else(|| number_in(&record.node, "Balance"));
        let order = own.unwrap_or_default().cmp(&bound);
        match &*operator {
            "LessThan" => order.is_lt(),
            "LessThanEqual" => order.is_le(),
            "Equal" => order.is_eq(),
            "GreaterThan" => order.is_gt(),
            _ => order.is_ge(),
        }
    })
}
