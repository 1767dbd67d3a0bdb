//! What the catalogue answers.

use std::collections::BTreeSet;

use ferrule::catalogue::{self, DataType, Element, Kind, Particle, Version};

fn names(elements: impl IntoIterator<Item = Element>) -> Vec<&'static str> {
    elements.into_iter().map(Element::name).collect()
}

fn fields(operation: &str) -> Element {
    catalogue::operation(operation).unwrap().fields()
}

#[test]
fn all_messages_are_there_and_found_by_name() {
    assert_eq!((catalogue::requests().count(), catalogue::responses().count()), (232, 232));
    assert!(catalogue::requests().all(|request| catalogue::request(request.name()) == Some(request)));
    assert!(catalogue::responses().all(|response| catalogue::response(response.name()) == Some(response)));
    assert_eq!(catalogue::operations().count(), 232);
    assert_eq!(catalogue::request("CustomerAdd"), None);
    let abroad = names(catalogue::requests().filter(|request| request.is_abroad()));
    assert_eq!(abroad, ["SalesTaxReturnQueryRq", "SalesTaxReturnLineQueryRq", "PayrollLastPeriodQueryRq"]);
}

#[test]
fn an_operation_knows_its_parts() {
    let add = catalogue::operation("CustomerAdd").unwrap();
    assert_eq!((add.kind, add.noun, add.name), (Kind::Add, "Customer", "CustomerAdd"));
    assert_eq!(add.request.name(), "CustomerAddRq");
    assert_eq!(add.body.map(Element::name), Some("CustomerAdd"));
    assert_eq!(add.response.name(), "CustomerAddRs");
    let query = catalogue::operation("ItemQuery").unwrap();
    assert_eq!((query.kind, query.body, query.fields()), (Kind::Query, None, query.request));
    let other = catalogue::operation("TxnDel").unwrap();
    assert_eq!((other.kind, other.noun, other.body), (Kind::Other, "TxnDel", None));
    assert_eq!(catalogue::operation("ShipMethodMod"), None);
}

/// But for those that open a window of QuickBooks instead of adding or changing a record.
#[test]
fn every_add_and_mod_has_a_body() {
    let bare = catalogue::operations()
        .filter(|operation| matches!(operation.kind, Kind::Add | Kind::Mod) && operation.body.is_none());
    let windows = ["ListDisplayAdd", "ListDisplayMod", "TxnDisplayAdd", "TxnDisplayMod"];
    assert_eq!(bare.map(|operation| operation.name).collect::<Vec<_>>(), windows);
}

#[test]
fn children_come_in_the_schemas_order_through_choices() {
    let line = fields("InvoiceAdd").descend("InvoiceLineAdd").unwrap();
    let all = names(line.children().map(|child| child.element));
    assert_eq!(
        all[..10],
        [
            "ItemRef",
            "Desc",
            "Quantity",
            "UnitOfMeasure",
            "Rate",
            "RatePercent",
            "PriceLevelRef",
            "ClassRef",
            "Amount",
            "OptionForPriceRuleConflict"
        ]
    );
    for (rank, name) in all.iter().enumerate() {
        assert_eq!(line.rank(name), Some(rank));
        assert_eq!(line.child(name).unwrap().name(), *name);
    }
    assert_eq!(line.rank("TxnDate"), None);
    let branches: Vec<_> = line.children().skip(3).take(5).map(|child| child.branch).collect();
    assert_eq!(branches, [0, 0, 1, 2, 0]);
    let rate = line.children().nth(4).unwrap();
    assert_eq!(rate.choice.map(|choice| (choice.min(), choice.max())), Some((0, Some(1))));
}

/// The trap of the schema: one item type has these two the other way round.
#[test]
fn order_differs_between_items() {
    let order = |operation| {
        let item = fields(operation);
        item.rank("ClassRef").cmp(&item.rank("ParentRef"))
    };
    assert!(order("ItemServiceAdd").is_lt());
    assert!(order("ItemNonInventoryAdd").is_gt());
}

#[test]
fn limits_are_those_of_the_united_states() {
    let at = |operation, path| fields(operation).descend(path).unwrap();
    assert_eq!(at("CustomerAdd", "Name").max_length(), Some(41));
    assert_eq!(at("CustomerAdd", "BillAddress/PostalCode").max_length(), Some(13));
    assert_eq!(at("AccountAdd", "AccountNumber").max_length(), Some(7));
    assert_eq!(at("InvoiceAdd", "RefNumber").max_length(), Some(11));
    assert_eq!(at("BillAdd", "RefNumber").max_length(), Some(20));
    assert_eq!(at("InvoiceAdd", "CustomerRef/ListID").max_length(), Some(36));
    assert_eq!(at("InvoiceAdd", "InvoiceLineAdd/Rate").data_type(), Some(DataType::Price));
    assert_eq!(at("InvoiceAdd", "InvoiceLineAdd").data_type(), None);
    assert_eq!(at("DateDrivenTermsAdd", "DayOfMonthDue").bounds(), (Some(1), Some(31)));
    assert_eq!(at("AccountAdd", "AccountType").values().len(), 16);
}

#[test]
fn occurrence_minds_the_choices_around_an_element() {
    let item = fields("ItemServiceAdd");
    assert!(item.child("Name").unwrap().is_required());
    assert!(!item.child("SalesOrPurchase").unwrap().is_required());
    let invoice = fields("InvoiceAdd");
    assert!(invoice.child("InvoiceLineAdd").unwrap().repeats());
    assert!(invoice.child("LinkToTxnID").unwrap().repeats());
    assert!(!invoice.child("TxnDate").unwrap().repeats());
}

#[test]
fn versions_are_ordered_and_read_back() {
    let shipping = fields("CustomerAdd").child("ShipToAddress").unwrap();
    assert!(shipping.since() > Version::FIRST && shipping.since() <= Version::NEWEST);
    assert!("9.0".parse::<Version>().unwrap() < Version::NEWEST);
    assert_eq!("13.0".parse::<Version>().unwrap().to_string(), "13.0");
    for text in ["", "13", "13.", "+13.0", "1.2.3", "a.b", "300.0"] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

#[test]
fn records_come_in_their_fullest_form() {
    let customer = catalogue::record("CustomerRet").unwrap();
    assert_eq!(customer.descend("BillAddress/City").unwrap().max_length(), Some(31));
    assert!(catalogue::record("StandardTermsRet").is_some());
    assert_eq!(catalogue::record("CustomerAdd"), None);
    let items = names(catalogue::records_of("ItemQuery"));
    assert_eq!(items[..3], ["ItemServiceRet", "ItemNonInventoryRet", "ItemOtherChargeRet"]);
    assert_eq!(names(catalogue::records_of("TermsQuery")), ["StandardTermsRet", "DateDrivenTermsRet"]);
    assert!(catalogue::records_of("CustomerAdded").is_empty());
    // Whatever an Add or Mod hands back, the catalogue knows as a record.
    let known: BTreeSet<_> = names(catalogue::records()).into_iter().collect();
    for operation in catalogue::operations() {
        assert!(names(catalogue::records_of(operation.name)).iter().all(|name| known.contains(name)));
    }
}

#[test]
fn iterators_are_where_quickbooks_has_them() {
    let iterating = catalogue::requests().filter(|request| request.supports_iterator());
    assert_eq!(iterating.count(), 46);
    assert!(!catalogue::request("ClassQueryRq").unwrap().supports_iterator());
    let invoices = catalogue::request("InvoiceQueryRq").unwrap();
    let iterator = invoices.attributes().iter().find(|attribute| attribute.name == "iterator").unwrap();
    assert_eq!(iterator.values, ["Start", "Continue", "Stop"]);
}

/// The content model and the flat view of it hold the same elements.
#[test]
fn content_and_children_agree() {
    fn flat(content: &[Particle], into: &mut Vec<Element>) {
        for particle in content {
            match particle {
                Particle::Element(element) => into.push(*element),
                Particle::Choice(choice) => choice.branches().for_each(|branch| flat(branch, into)),
            }
        }
    }
    for message in catalogue::requests().chain(catalogue::responses()) {
        let mut elements = Vec::new();
        flat(message.content(), &mut elements);
        assert!(message.children().map(|child| child.element).eq(elements));
    }
}
