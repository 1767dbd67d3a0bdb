//! Which records a query wants.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::date_macro::days_of;
use crate::simulator::books::{Books, KeptRecord};
use crate::simulator::elements::{Fill as _, is_reference, number, number_in, text, walk};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::simulator::time_zone::Bound;
use crate::xml::Node;

/// A condition on a record.
type Filter = Box<dyn Fn(&KeptRecord) -> bool>;

/// The conditions that a query makes.
pub(crate) struct Filters<'b> {
    books: &'b Books,
    all: Vec<Filter>,
}

impl<'b> Filters<'b> {
    /// Those that the elements of `request` make.
    ///
    /// # Errors
    /// 3030 for days, and 3031 for names or numbers, that end before they begin.
    pub(crate) fn of(books: &'b Books, request: &Node) -> Result<Filters<'b>, Status> {
        let mut filters = Filters { books, all: Vec::new() };
        filters.by_activity(text(request, "ActiveStatus").unwrap_or("ActiveOnly"));
        for part in request.children() {
            if part.children().is_empty() {
                filters.by_value(part);
            } else if let Some(list) = part.name.strip_suffix("Filter") {
                filters.by_aggregate(part, list)?;
            }
        }
        let modified = |name| {
            request.children().iter().find_map(|part| text(part, name)).or_else(|| text(request, name))
        };
        filters.by_change(modified("FromModifiedDate"), modified("ToModifiedDate"))?;
        Ok(filters)
    }

    /// Whether a record meets all conditions.
    pub(crate) fn accept(&self, record: &KeptRecord) -> bool {
        self.all.iter().all(|filter| filter(record))
    }

    fn add(&mut self, filter: impl Fn(&KeptRecord) -> bool + 'static) {
        self.all.push(Box::new(filter));
    }

    fn by_activity(&mut self, wanted: &str) {
        if wanted != "All" {
            let active = if wanted == "InactiveOnly" { "false" } else { "true" };
            self.add(move |record| {
                text(&record.node, "IsActive").is_none_or(|is_active| is_active == active)
            });
        }
    }

    /// Conditions that are a value: the value must be in the element of the record of the same name.
    fn by_value(&mut self, part: &Node) {
        let value = part.text().unwrap_or_default().to_owned();
        match &*part.name {
            "PaidStatus" | "TransactionPaidStatusFilter" if value != "All" && value != "Either" => {
                let paid = if matches!(&*value, "PaidOnly" | "Closed") { "true" } else { "false" };
                self.add(move |record| text(&record.node, "IsPaid").is_none_or(|is_paid| is_paid == paid));
            }
            "DoneStatus" if value != "All" => {
                let done = if value == "DoneOnly" { "true" } else { "false" };
                self.add(move |record| text(&record.node, "IsDone") == Some(done));
            }
            "AccountType" => self.add(move |record| text(&record.node, "AccountType") == Some(&value)),
            _ => {}
        }
    }

    fn by_change(&mut self, from: Option<&str>, to: Option<&str>) -> Result<(), Status> {
        let zone = self.books.settings.time_zone;
        let from = from.and_then(|text| zone.read(text, Bound::From));
        let to = to.and_then(|text| zone.read(text, Bound::To));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Reason::DateRange.into());
        }
        self.add(move |record| {
            from.is_none_or(|from| record.modified >= from) && to.is_none_or(|to| record.modified <= to)
        });
        Ok(())
    }

    fn by_aggregate(&mut self, part: &Node, list: &str) -> Result<(), Status> {
        match list {
            "Name" => self.add(matching(part, "Name")),
            "RefNumber" => self.add(matching(part, "RefNumber")),
            "NameRange" => self.add(in_range(part, ["FromName", "ToName"])?),
            "RefNumberRange" => self.add(in_range(part, ["FromRefNumber", "ToRefNumber"])?),
            "TotalBalance" => self.add(compared(part)),
            "TxnDateRange" | "TransactionDateRange" => self.by_day(part)?,
            "TransactionType" => {
                let kinds = texts(part, &["TxnTypeFilter"]);
                self.add(move |record| kinds.contains(record.kind()) || kinds.contains("All"));
            }
            _ => self.by_reference(part, list),
        }
        Ok(())
    }

    fn by_day(&mut self, part: &Node) -> Result<(), Status> {
        let today = self.books.day();
        let (from, to) = match text(part, "DateMacro") {
            Some(name) => days_of(name, &today),
            None => ["FromTxnDate", "ToTxnDate"].map(|name| text(part, name).map(str::to_owned)).into(),
        };
        if from.as_ref().zip(to.as_ref()).is_some_and(|(from, to)| from > to) {
            return Err(Reason::DateRange.into());
        }
        self.add(move |record| {
            let day = text(&record.node, "TxnDate").unwrap_or_default();
            from.as_deref().is_none_or(|from| day >= from) && to.as_deref().is_none_or(|to| day <= to)
        });
        Ok(())
    }

    /// Records that refer to an element of the list `list`, or in the case of `Children` to one below.
    fn by_reference(&mut self, part: &Node, list: &str) {
        let list = list.strip_prefix("Transaction").unwrap_or(list);
        let list = if list == "Site" { "InventorySite" } else { list };
        let Some(target) = facts().target(&format!("{list}Ref")) else {
            return;
        };
        let names = texts(part, &["FullName", "FullNameWithChildren"]);
        let mut ids = texts(part, &["ListID", "ListIDWithChildren"]);
        let is_named =
            |record: &KeptRecord| record.name().is_some_and(|name| names.contains(&*name.to_lowercase()));
        let of_list = target.kinds.iter().flat_map(|kind| self.books.table.of_kind(kind));
        ids.extend(of_list.filter(|record| is_named(record)).map(|record| record.id().to_owned()));
        if part.children().iter().any(|child| child.name.ends_with("WithChildren")) {
            self.add_below(&mut ids);
        }
        // A party is the transaction's; accounts, items and classes are its lines' too.
        let everywhere = list != "Entity";
        self.add(move |record| {
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
        });
    }

    /// Adds the ids of all that stands below the elements with these ids.
    fn add_below(&self, ids: &mut HashSet<String>) {
        loop {
            let is_below = |record: &&KeptRecord| {
                !ids.contains(record.id())
                    && text(&record.node, "ParentRef/ListID").is_some_and(|id| ids.contains(id))
            };
            let below: Vec<String> =
                self.books.table.all().filter(is_below).map(|record| record.id().to_owned()).collect();
            if below.is_empty() {
                return;
            }
            ids.extend(below);
        }
    }
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
fn label(record: &KeptRecord) -> Option<String> {
    record.label().map(str::to_lowercase)
}

fn matching(part: &Node, name: &str) -> impl Fn(&KeptRecord) -> bool + use<> {
    let wanted = text(part, name).unwrap_or_default().to_lowercase();
    let criterion = text(part, "MatchCriterion").unwrap_or_default().to_owned();
    move |record: &KeptRecord| {
        label(record).is_some_and(|label| match &*criterion {
            "StartsWith" => label.starts_with(&wanted),
            "EndsWith" => label.ends_with(&wanted),
            _ => label.contains(&wanted),
        })
    }
}

fn in_range(part: &Node, names: [&str; 2]) -> Result<impl Fn(&KeptRecord) -> bool + use<>, Status> {
    let [from, to] = names.map(|name| text(part, name).map(str::to_lowercase));
    let before = |one: &str, other: &str| compare(one, other) == Ordering::Less;
    if from.as_ref().zip(to.as_ref()).is_some_and(|(from, to)| before(to, from)) {
        return Err(Status::new(Reason::StringRange, &[&part.name]));
    }
    Ok(move |record: &KeptRecord| {
        let Some(label) = label(record) else {
            return false;
        };
        !from.as_ref().is_some_and(|from| before(&label, from))
            && !to.as_ref().is_some_and(|to| before(to, &label))
    })
}

/// Numbers are compared as numbers, all else by letters.
fn compare(one: &str, other: &str) -> Ordering {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

fn compared(part: &Node) -> impl Fn(&KeptRecord) -> bool + use<> {
    let bound = number_in(part, "Amount").unwrap_or_default();
    let operator = text(part, "Operator").unwrap_or_default().to_owned();
    move |record: &KeptRecord| {
        let own = number_in(&record.node, "TotalBalance").or_else(|| number_in(&record.node, "Balance"));
        let order = own.unwrap_or_default().cmp(&bound);
        match &*operator {
            "LessThan" => order.is_lt(),
            "LessThanEqual" => order.is_le(),
            "Equal" => order.is_eq(),
            "GreaterThan" => order.is_gt(),
            _ => order.is_ge(),
        }
    }
}
