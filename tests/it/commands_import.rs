//! `ferrule import`, `ignore`, `connect` and `archive`.

use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{Store as _, StoredRecord};
use ferrule::sync::{ImportError, Imports, import_rows};

use crate::commands_support::{Desk, SHOP};
use crate::loop_support::{BEGIN, Break, Shop};

/// The sample shop after a read; items may become part numbers.
fn read() -> (Desk, Shop) {
    let desk = Desk::empty();
    let mut shop = Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    let settings = serde_json::json!({ "items_into_part_numbers_filter": "Service" });
    let settings = serde_json::from_value(settings).unwrap();
    shop.store.set_settings(shop.company, &settings).unwrap();
    shop.visit(Break::Never);
    (desk, shop)
}

fn importable(desk: &Desk, object: &str) -> Vec<serde_json::Value> {
    desk.json(&["import", object, "--list"]).as_array().unwrap().clone()
}

#[test]
fn what_is_read_can_be_imported_once() {
    let (desk, shop) = read();
    let before = importable(&desk, "vendor");
    assert!(before.len() > 1, "{before:?}");
    let (id, name) = (before[0]["record_id"].as_str().unwrap(), before[0]["name"].as_str().unwrap());
    let out = desk.path("imported");
    let said = desk.run(&["import", "vendor", id, "--out", &out]);
    assert_eq!((said.code, said.err.as_str()), (0, "1 record imported\n"), "{said:?}");
    let written = std::fs::read_to_string(said.out.trim()).unwrap();
    let document: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(document["id"], format!("qb-{id}"));
    assert_eq!((&document["object"], &document["name"]), (&"vendor".into(), &name.into()));
    assert_eq!(importable(&desk, "vendor").len(), before.len() - 1);
    let connection = shop.store.connections(shop.company).unwrap().pop().unwrap();
    assert_eq!((connection.record_id.as_str(), connection.document.id), (id, format!("qb-{id}")));
    desk.refused(&["import", "vendor", id], "is not importable: it is connected to vendor qb-");
    assert_eq!(desk.json(&["play", "--all"])["queued"], serde_json::json!([]));
}

#[test]
fn all_that_is_importable_is_imported_and_the_list_is_empty_then() {
    let (desk, _shop) = read();
    let count = importable(&desk, "customer").len();
    let said = desk.run(&["import", "customer", "--all"]);
    let documents: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(documents.as_array().unwrap().len(), count);
    assert!(importable(&desk, "customer").is_empty());
    let told = desk.well(&["import", "customer", "--why"]);
    assert!(told.contains("[connected]") && told.contains("0 importable"), "{told}");
    assert_eq!(desk.run(&["import", "customer", "--all"]).out, "[]\n");
}

#[test]
fn the_rules_say_why_a_record_is_not_importable() {
    let (desk, _shop) = read();
    let told = desk.well(&["import", "partNumber", "--why"]);
    assert!(told.contains("and no entry names it). [filtered]"), "{told}");
    assert!(told.contains("+ ItemServiceRet"), "{told}");
    let told = desk.well(&["import", "product", "--why"]);
    assert!(told.contains("[no-filter]"), "{told}");
    assert!(desk.well(&["import", "product"]).ends_with("(--why says why)\n"));
}

#[test]
fn what_is_ignored_is_not_importable_until_that_is_undone() {
    let (desk, _shop) = read();
    let rows = importable(&desk, "vendor");
    let id = rows[0]["record_id"].as_str().unwrap();
    assert_eq!(desk.well(&["ignore", "Vendor", id]), "1 record: ignored\n");
    assert_eq!(importable(&desk, "vendor").len(), rows.len() - 1);
    desk.refused(&["import", id], "it is ignored");
    desk.well(&["ignore", "VendorRet", id, "--undo"]);
    assert_eq!(importable(&desk, "vendor"), rows);
    desk.refused(&["ignore", "VendrRet", id], "did you mean `VendorRet`?");
    desk.refused(&["ignore", "VendorRet", "8-1"], "Ferrule has read no VendorRet with the id `8-1`");
}

#[test]
fn a_connection_is_made_archived_and_restored_by_hand() {
    let (desk, _shop) = read();
    desk.well(&["load", SHOP]);
    let rows = importable(&desk, "customer");
    let (id, name) = (rows[0]["record_id"].as_str().unwrap(), rows[0]["name"].as_str().unwrap());
    desk.refused(&["connect", "customer", "1", "CustomerRet", id], "Ferrule does not know customer 1");
    desk.refused(
        &["connect", "customer", "301", "CustomerRet", "8-1"],
        "Ferrule has read no CustomerRet with the id `8-1`",
    );
    desk.refused(&["connect", "customer", "301", "VendorRet", id], "the rules connect it to CustomerRet");
    desk.refused(&["connect", "custmer", "301", "CustomerRet", id], "did you mean `customer`?");
    desk.refused(&["archive", "customer", "301"], "customer 301 is not connected");
    let told = desk.well(&["connect", "customer", "301", "Customer", id]);
    assert_eq!(told, format!("customer 301 is connected to CustomerRet {id} \"{name}\"\n"));
    assert_eq!(importable(&desk, "customer").len(), rows.len() - 1);
    let taken = format!("CustomerRet {id} is the counterpart of customer 301 already");
    desk.refused(&["connect", "customer", "302", "Customer", id], &taken);
    let other = rows[1]["record_id"].as_str().unwrap();
    let told = desk.well(&["connect", "customer", "301", "Customer", other]);
    assert!(told.contains(&format!("instead of CustomerRet {id}")), "{told}");
    desk.well(&["connect", "customer", "301", "Customer", id]);
    assert!(desk.well(&["archive", "customer", "301"]).ends_with("is archived\n"));
    assert!(desk.well(&["archive", "customer", "301"]).ends_with("is archived already\n"));
    desk.refused(&["import", id], "its connection to customer 301 is archived");
    // While it is archived another document may have the record; then it cannot be restored.
    desk.well(&["connect", "customer", "302", "Customer", id]);
    let taken = format!("CustomerRet {id} is the counterpart of customer 302 already");
    desk.refused(&["archive", "customer", "301", "--restore"], &taken);
    desk.well(&["archive", "customer", "302"]);
    assert_eq!(desk.json(&["archive", "customer", "301", "--restore"])["is_archived"], false);
}

#[test]
fn newer_data_of_quickbooks_is_shown_and_taken_over() {
    let (desk, mut shop) = read();
    desk.well(&["load", SHOP]);
    desk.well(&["play", "customer", "302"]);
    shop.clock.advance(200_000_000);
    shop.visit(Break::Never);
    let updates = |desk: &Desk| desk.json(&["import", "customer", "--updates"]);
    let before = updates(&desk);
    assert!(!before.to_string().contains("\"phone\""), "{before}");
    change(&shop, "302", "Phone", "513-555-9999");
    let told = desk.well(&["import", "customer", "--updates"]);
    assert!(told.contains("    phone: 513-555-0147 -> 513-555-9999\n"), "{told}");
    // Where Steelhead's data is not to be overwritten, only what is empty there is filled.
    desk.write("customer.yaml", "object: customer\nimport:\n  overwrite: =false\n");
    let layer = desk.folder.path().to_str().unwrap();
    let kept = desk.well(&["import", "customer", "--updates", "--rules", "rules", "--rules", layer]);
    assert!(!kept.contains("513-555-9999"), "{kept}");
    let id = updates(&desk)[0]["record_id"].as_str().unwrap().to_owned();
    desk.refused(&["import", "--update"], "say the ids");
    desk.refused(&["import", "--update", "8-1"], "there is no update");
    let said = desk.run(&["import", "--update", &id]);
    assert!(said.code == 0 && said.out.contains("513-555-9999"), "{said:?}");
    assert_eq!(updates(&desk), serde_json::json!([]));
    let kept = shop.store.all_documents(shop.company, Some("customer")).unwrap();
    let kept = kept.into_iter().find(|it| it.document.key.id == "302").unwrap().document.json;
    assert!(kept.contains("513-555-9999") && kept.contains("4100 Commerce Dr, Dock 3"), "{kept}");
}

#[test]
fn what_was_imported_without_a_value_gets_it_as_an_update() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    let add = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Walk-in</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>";
    shop.in_quickbooks(add);
    let visit = |shop: &mut Shop| {
        shop.clock.advance(7200);
        shop.visit(Break::Never);
    };
    visit(&mut shop);
    let (store, rules) = (shop.store.clone(), shop.rules.clone());
    let file = store.company_file(shop.company).unwrap();
    let imports = || Imports::of(store.as_ref(), &rules.program, &file).unwrap();
    let rows = imports().rows(Some("customer")).unwrap();
    let row = rows.iter().find(|row| row.name == "Walk-in").unwrap();
    import_rows::<ImportError>(store.as_ref(), &rules.program, &file, &[row], shop.now(), |_| Ok(()))
        .unwrap();
    assert!(imports().updates(store.as_ref(), &file, None).unwrap().is_empty());
    let id = row.key.id.clone();
    shop.file.edit(&id, "Phone", "937-555-0001");
    visit(&mut shop);
    let updates = imports().updates(store.as_ref(), &file, None).unwrap();
    assert_eq!(updates.len(), 1);
    assert!(updates[0].fields.iter().any(|it| it.field == "phone"), "{:?}", updates[0].fields);
}

#[test]
fn the_form_that_an_export_gives_is_no_update() {
    let (desk, mut shop) = read();
    desk.well(&["load", SHOP]);
    desk.well(&["play", "--all"]);
    shop.clock.advance(200_000_000);
    shop.visit(Break::Never);
    let connections = shop.store.connections(shop.company).unwrap();
    let marked = connections.iter().find(|it| it.document.id == "7019").expect("it was invoiced");
    let id = marked.record_id.clone();
    let updates = |desk: &Desk| desk.json(&["import", "partNumber", "--updates"]).as_array().unwrap().clone();
    let mine = |all: &[serde_json::Value]| all.iter().find(|row| row["record_id"] == *id).cloned();
    assert_eq!(mine(&updates(&desk)), None, "`**MIL-A-8625 type II**` is there as plain text");
    shop.file.edit(&id, "SalesOrPurchase/Price", "42.5");
    shop.clock.advance(7200);
    shop.visit(Break::Never);
    let row = mine(&updates(&desk)).unwrap();
    let fields = row["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 1, "{row}");
    assert_eq!((&fields[0]["field"], &fields[0]["new"]), (&"price".into(), &"42.5".into()));
}

/// An element of a document's record, as if it had been read with another value.
fn change(shop: &Shop, document: &str, element: &str, value: &str) {
    let connections = shop.store.connections(shop.company).unwrap();
    let id = connections.into_iter().find(|it| it.document.id == document).unwrap().record_id;
    let mut found = None;
    shop.store
        .records(shop.company, &mut |record| {
            if record.key.id == id {
                found = Some(record);
            }
        })
        .unwrap();
    let record: StoredRecord = found.unwrap();
    let (head, rest) = record.xml.split_once(&format!("<{element}>")).unwrap();
    let (_, tail) = rest.split_once('<').unwrap();
    let xml = format!("{head}<{element}>{value}<{tail}");
    let session = shop.store.begin_session(shop.company, "by hand", shop.now()).unwrap();
    let mut commit = ferrule::sync::stored::Commit::new(session.id, shop.now(), String::new());
    commit.records = vec![StoredRecord { xml, ..record }];
    commit.ending = Some(ferrule::sync::stored::Ending::Stopped);
    shop.store.commit(shop.company, &commit).unwrap();
}

#[test]
fn bad_arguments_are_told() {
    let (desk, _shop) = read();
    desk.refused(&["import", "custmer"], "did you mean `customer`?");
    desk.refused(&["import", "invoice", "--list"], "no object with an import is called `invoice`");
    desk.refused(&["import", "8-1"], "Ferrule has read no record with the id `8-1`");
    desk.refused(&["import", "vendor", "8-1", "--all"], "leave the ids out");
    desk.refused(&["import", "--list", "--all"], "cannot be used with");
    let blocked = desk.write("file", "");
    desk.refused(&["import", "vendor", "--all", "--out", &blocked], "cannot make");
    assert!(!importable(&desk, "vendor").is_empty(), "what could not be written is importable still");
}
