//! What a company file refuses although the schema allows it, from `data/refusals.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::request::Request;
use crate::catalogue::Kind;
use crate::simulator::books::{Books, KeptRecord};
use crate::simulator::elements::{number, number_in, text};
use crate::simulator::settings::{Agencies, UnusedClasses};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

static REFUSALS: LazyLock<Vec<Refusal>> = LazyLock::new(|| {
    // The text is embedded and a test reads it.
    serde_yaml::from_str(TEXT).unwrap_or_default()
});

const TEXT: &str = include_str!("../data/refusals.yaml");

/// One line of the file, which explains the keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Refusal {
    of: Vec<String>,
    line: Option<String>,
    #[serde(default)]
    r#if: If,
    only_if: Option<OnlyIf>,
    refuse: Refuse,
    r#as: As,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct If {
    item: Option<Vec<String>>,
    account: Option<Vec<String>>,
    account_not: Option<Vec<String>>,
    at: Option<String>,
    has: Option<String>,
    is: Option<BTreeMap<String, String>>,
    not_zero: Option<String>,
}

/// What the company file must be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OnlyIf {
    AgenciesAsked,
    AccountsRequired,
    ClassesRefused,
}

impl OnlyIf {
    fn holds(self, books: &Books) -> bool {
        let is_off = |path: &str| books.preference(path) == Some("false");
        match self {
            Self::AgenciesAsked => books.settings.agencies == Agencies::Asked,
            Self::AccountsRequired => !is_off("AccountingPreferences/IsRequiringAccounts"),
            Self::ClassesRefused => {
                books.settings.unused_classes == UnusedClasses::Refused
                    && is_off("AccountingPreferences/IsUsingClassTracking")
            }
        }
    }
}

/// What is wrong as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    NoLines,
    UnitOfAnotherSet,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Refuse {
    always: bool,
    has: Vec<String>,
    lacks: Vec<String>,
    unless_has: Option<String>,
    empty: Vec<String>,
    below_zero: Vec<String>,
    unless_below_zero: Option<String>,
    zero: Option<String>,
    above: BTreeMap<String, String>,
    holds: BTreeMap<String, String>,
    at: Option<String>,
    account: Vec<String>,
    account_not: Vec<String>,
    special_account: Vec<String>,
    r#type: Vec<String>,
    type_not: Vec<String>,
    party_lacks: Option<String>,
    other_currency: Vec<String>,
    old_has: Option<String>,
    total_below_zero: bool,
    tax_without_agency: bool,
    unequal: Vec<String>,
    twice: Option<String>,
    deeper_than: Option<String>,
    taken: BTreeMap<String, String>,
    what: Option<What>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum As {
    InvalidReference,
    InvalidName,
    MissingElement,
    LinkedTwice,
    Refused,
}

/// Fails if the company file refuses what a request gives. Its references are resolved; `old` is what a Mod changes.
pub(super) fn refuse(
    books: &Books,
    request: Request<'_>,
    given: &Node,
    old: Option<&KeptRecord>,
) -> Result<(), Status> {
    let operation = request.operation;
    for refusal in REFUSALS.iter().filter(|refusal| refusal.is_about(operation.name, operation.noun)) {
        if refusal.only_if.is_some_and(|only_if| !only_if.holds(books)) {
            continue;
        }
        let kind = if operation.kind == Kind::Mod { "Mod" } else { "Add" };
        let looks = lines(given, operation.noun, refusal.line.as_deref(), kind);
        for here in looks {
            let look = Look { books, request: given, here, old };
            if look.applies(&refusal.r#if)
                && let Some(what) = look.refused(&refusal.refuse)
            {
                return Err(refusal.status(operation.noun, here, &what));
            }
        }
    }
    Ok(())
}

/// The lines that a refusal is about, or the request.
fn lines<'n>(given: &'n Node, noun: &str, line: Option<&str>, kind: &str) -> Vec<&'n Node> {
    let Some(line) = line else { return vec![given] };
    let names = [format!("{noun}{line}{kind}"), format!("{line}{kind}"), line.to_owned()];
    given.children().iter().filter(|child| names.iter().any(|name| *child.name == **name)).collect()
}

impl Refusal {
    fn is_about(&self, message: &str, noun: &str) -> bool {
        self.of.iter().any(|of| of == message || of == noun)
    }

    fn status(&self, noun: &str, here: &Node, what: &str) -> Status {
        let name = || text(here, &format!("{what}/FullName")).unwrap_or_default();
        match self.r#as {
            As::InvalidReference => {
                let list = what.rsplit('/').next().unwrap_or(what).trim_end_matches("Ref");
                Status::new(Reason::InvalidReference, &[list, name(), noun])
            }
            As::InvalidName => Status::new(Reason::InvalidName, &[text(here, what).unwrap_or_default()]),
            As::MissingElement => Status::new(Reason::MissingElement, &[what]),
            As::LinkedTwice => Status::new(Reason::LinkedTwice, &[what]),
            As::Refused => Status::new(Reason::Refused, &[noun, &self.text]),
        }
    }
}

/// One line of a request, or the request.
struct Look<'a> {
    books: &'a Books,
    request: &'a Node,
    here: &'a Node,
    old: Option<&'a KeptRecord>,
}

impl Look<'_> {
    fn applies(&self, when: &If) -> bool {
        let account = |types: &Vec<String>, is: bool| {
            when.at
                .as_deref()
                .and_then(|at| self.account(at, "AccountType"))
                .is_some_and(|it| types.contains(&it) == is)
        };
        when.item.as_ref().is_none_or(|types| self.kind("ItemRef").is_some_and(|it| types.contains(&it)))
            && when.account.as_ref().is_none_or(|types| account(types, true))
            && when.account_not.as_ref().is_none_or(|types| account(types, false))
            && when.has.as_ref().is_none_or(|path| self.here.descend(path).is_some())
            && when.is.iter().flatten().all(|(path, value)| text(self.here, path) == Some(value))
            && when.not_zero.as_ref().is_none_or(|path| self.number(path).is_some_and(|it| !it.is_zero()))
    }

    /// The element for which it is refused.
    fn refused(&self, refuse: &Refuse) -> Option<String> {
        let is_excused = refuse.unless_has.as_ref().is_some_and(|path| self.here.descend(path).is_some())
            || refuse.unless_below_zero.as_ref().is_some_and(|path| self.is_below_zero(path));
        if is_excused {
            return None;
        }
        let find =
            |paths: &[String], wrong: &dyn Fn(&str) -> bool| paths.iter().find(|path| wrong(path)).cloned();
        let there = |path: &str| self.here.descend(path).is_some();
        let is_empty = |path: &str| self.here.descend(path).and_then(Node::text) == Some("");
        find(&refuse.has, &there)
            .or_else(|| find(&refuse.lacks, &|path| !there(path)))
            .or_else(|| find(&refuse.empty, &is_empty))
            .or_else(|| find(&refuse.below_zero, &|path| self.is_below_zero(path)))
            .or_else(|| refuse.zero.clone().filter(|path| self.number(path).unwrap_or_default().is_zero()))
            .or_else(|| first(&refuse.above, |path, most| self.number(path) > number(most)))
            .or_else(|| {
                first(&refuse.holds, |path, part| text(self.here, path).is_some_and(|it| it.contains(part)))
            })
            .or_else(|| self.wrong_reference(refuse))
            .or_else(|| self.wrong_whole(refuse))
    }

    fn wrong_reference(&self, refuse: &Refuse) -> Option<String> {
        let at = refuse.at.as_deref()?;
        let account = self.account(at, "AccountType");
        let special = self.account(at, "SpecialAccountType");
        let kind = self.kind(at);
        let is =
            |types: &[String], found: &Option<String>| found.as_ref().is_some_and(|it| types.contains(it));
        let is_not = |types: &[String], found: &Option<String>| {
            !types.is_empty() && found.as_ref().is_some_and(|it| !types.contains(it))
        };
        let lacks =
            |element: &String| self.record(at).is_some_and(|party| text(&party.node, element).is_none());
        let is_without_agency = refuse.tax_without_agency
            && self.record(at).is_some_and(|tax| {
                number_in(&tax.node, "TaxRate").is_some_and(|rate| !rate.is_zero())
                    && tax.node.child("TaxVendorRef").is_none()
            });
        let is_wrong = is(&refuse.account, &account)
            || is_not(&refuse.account_not, &account)
            || is(&refuse.special_account, &special)
            || is(&refuse.r#type, &kind)
            || is_not(&refuse.type_not, &kind)
            || refuse.party_lacks.as_ref().is_some_and(lacks)
            || is_without_agency;
        is_wrong.then(|| at.to_owned())
    }

    fn wrong_whole(&self, refuse: &Refuse) -> Option<String> {
        if refuse.always {
            return Some(String::new());
        }
        if let [one, other] = refuse.other_currency.as_slice() {
            let currency = |path: &str| {
                self.record(path).and_then(|it| text(&it.node, "CurrencyRef/FullName")).map(str::to_owned)
            };
            if let (Some(one_currency), Some(other_currency)) = (currency(one), currency(other))
                && one_currency != other_currency
            {
                return Some(one.clone());
            }
        }
        if let Some(element) = &refuse.old_has
            && self.old.is_some_and(|old| old.node.child(element).is_some())
        {
            return Some(element.clone());
        }
        if let Some(wrong) = self.wrong_lines(refuse).or_else(|| self.wrong_record(refuse)) {
            return Some(wrong);
        }
        let is_below_zero = || total(self.request).is_some_and(|total| total < Decimal::ZERO);
        (refuse.total_below_zero && is_below_zero()).then(String::new)
    }

    /// What is wrong with the lines together.
    fn wrong_lines(&self, refuse: &Refuse) -> Option<String> {
        let children = || self.request.children().iter();
        let is_line =
            |name: &str| name.ends_with("LineAdd") || name.ends_with("LineGroupAdd") || name == "LinkToTxnID";
        if refuse.what == Some(What::NoLines) && !children().any(|child| is_line(&child.name)) {
            return Some(String::new());
        }
        if let [one, other] = refuse.unequal.as_slice() {
            let sum = |name: &String| -> Decimal {
                children()
                    .filter(|child| *child.name == **name)
                    .filter_map(|line| number_in(line, "Amount"))
                    .sum()
            };
            if sum(one) != sum(other) {
                return Some(one.clone());
            }
        }
        let element = refuse.twice.as_ref()?;
        let mut texts: Vec<&str> =
            children().filter(|child| *child.name == **element).filter_map(|child| child.text()).collect();
        texts.sort_unstable();
        let is_twice = texts.windows(2).any(|two| two.first() == two.last());
        is_twice.then(|| element.clone())
    }

    /// What is wrong with a record among the others.
    fn wrong_record(&self, refuse: &Refuse) -> Option<String> {
        if let Some(level) = &refuse.deeper_than
            && self.record("ParentRef").is_some_and(|it| number_in(&it.node, "Sublevel") > number(level))
        {
            return Some("ParentRef".to_owned());
        }
        for (element, kind) in &refuse.taken {
            let Some(value) = text(self.here, element) else { continue };
            let is_it = |other: &&KeptRecord| {
                text(&other.node, element) == Some(value) && self.old.is_none_or(|old| old.id() != other.id())
            };
            if self.books.table.of_kind(kind).any(|it| is_it(&it)) {
                return Some(element.clone());
            }
        }
        let is_foreign = refuse.what == Some(What::UnitOfAnotherSet) && self.is_unit_of_another_set();
        is_foreign.then(|| "UnitOfMeasure".to_owned())
    }

    fn is_unit_of_another_set(&self) -> bool {
        let set = self
            .record("ItemRef")
            .and_then(|item| self.books.table.get(text(&item.node, "UnitOfMeasureSetRef/ListID")?));
        let (Some(unit), Some(set)) = (text(self.here, "UnitOfMeasure"), set) else { return false };
        let units = set.node.children().iter().filter(|it| ["BaseUnit", "RelatedUnit"].contains(&&*it.name));
        let mut names = units.flat_map(|it| [text(it, "Name"), text(it, "Abbreviation")]).flatten();
        !names.any(|name| name.eq_ignore_ascii_case(unit))
    }

    fn record(&self, path: &str) -> Option<&KeptRecord> {
        self.books.table.get(text(self.here.descend(path)?, "ListID")?)
    }

    fn kind(&self, path: &str) -> Option<String> {
        self.record(path).map(|record| record.kind().to_owned())
    }

    fn account(&self, path: &str, element: &str) -> Option<String> {
        self.record(path).and_then(|record| text(&record.node, element)).map(str::to_owned)
    }

    fn number(&self, path: &str) -> Option<Decimal> {
        number(text(self.here, path)?)
    }

    fn is_below_zero(&self, path: &str) -> bool {
        self.number(path).is_some_and(|number| number < Decimal::ZERO)
    }
}

fn first(map: &BTreeMap<String, String>, wrong: impl Fn(&str, &str) -> bool) -> Option<String> {
    map.iter().find(|(path, value)| wrong(path, value)).map(|(path, _)| path.clone())
}

/// What the lines of a request add up to; 0 if one of them takes its price from its item.
fn total(request: &Node) -> Option<Decimal> {
    let mut total = Decimal::ZERO;
    for line in request.children().iter().filter(|child| child.name.ends_with("LineAdd")) {
        let product =
            || number_in(line, "Rate")?.checked_mul(number_in(line, "Quantity").unwrap_or(Decimal::ONE));
        total = total.checked_add(number_in(line, "Amount").or_else(product)?)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::operation;

    #[test]
    fn every_refusal_is_about_requests_that_there_are() {
        let all: Vec<Refusal> = serde_yaml::from_str(TEXT).unwrap();
        for refusal in all {
            for of in &refusal.of {
                assert!(operation(of).or_else(|| operation(&format!("{of}Add"))).is_some(), "{of}");
            }
        }
    }
}
