//! A Canadian company file: what its edition lacks is not sent, its own tax codes are, and all goes through.

use std::collections::BTreeMap;

use ferrule::qbxml::Company;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState, NewDocument, Store as _};

use crate::loop_support::{BEGIN, Break, Shop, empty_store, root};

fn shop() -> Shop {
    let store = empty_store();
    let shop = Shop::with(store, "Lakeshore Plating", ManualClock::at(BEGIN), "fixtures/canada/quickbooks");
    let settings = std::fs::read(root().join("fixtures/canada/agreed/settings.yaml")).unwrap();
    let settings: BTreeMap<String, serde_json::Value> = serde_yaml::from_slice(&settings).unwrap();
    shop.store.set_settings(shop.company, &settings).unwrap();
    shop
}

fn loaded(shop: &Shop) -> Vec<DocumentKey> {
    let raw = ferrule::steelhead::read(&root().join("fixtures/canada/documents")).unwrap();
    let new = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        let object = value["object"].as_str().unwrap().to_owned();
        let key = DocumentKey { object, id: value["id"].to_string() };
        NewDocument { key, json: json.to_owned(), version: json.to_owned() }
    };
    let documents: Vec<NewDocument> = raw.iter().map(|it| new(it.json())).collect();
    shop.store.load(shop.company, &documents, shop.now()).unwrap();
    documents.into_iter().map(|it| it.key).collect()
}

#[test]
fn a_canadian_company_file_takes_all_that_is_sent() {
    let mut shop = shop();
    assert_eq!(shop.file.settings().country, "CA");
    let keys = loaded(&shop);
    shop.play(&keys);
    let sent = shop.visit(Break::Never).join("\n");
    shop.visit(Break::Never);
    assert_eq!(shop.count(JobState::Done), keys.len(), "{:#?}", shop.jobs());
    assert!(!sent.contains("<ItemSalesTaxRef>"), "the edition has no such element");
    let text = |record: &ferrule::xml::Node, path: &str| {
        record.descend(path).and_then(|it| it.text()).unwrap_or_default().to_owned()
    };
    let codes: Vec<_> =
        shop.file.records("Customer").map(|it| text(it, "SalesTaxCodeRef/FullName")).collect();
    assert_eq!(codes, ["H", "H", "E"]);
    let mut amounts: Vec<_> = shop.file.records("Invoice").map(|it| text(it, "Subtotal")).collect();
    amounts.sort();
    assert_eq!(amounts, ["185.00", "227.00", "48.00", "924.00"]);
    let line = "InvoiceLineRet/SalesTaxCodeRef/FullName";
    let mut codes: Vec<_> = shop.file.records("Invoice").map(|it| text(it, line)).collect();
    codes.sort();
    assert_eq!(codes, ["E", "G", "H", "H"]);
    assert_eq!(shop.file.records("Bill").map(|it| text(it, "AmountDue")).collect::<Vec<_>>(), ["472.00"]);
}

#[test]
fn the_simulator_takes_nothing_that_the_edition_lacks() {
    let mut shop = shop();
    let request = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Rideau</Name><ItemSalesTaxRef><FullName>GST</FullName></ItemSalesTaxRef></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>";
    shop.file.begin_session().unwrap();
    assert_eq!(shop.file.process(request).unwrap_err().to_string(), "0x80040400");
    shop.edition("US");
    assert!(shop.file.process(request).unwrap().contains("statusCode=\"0\""));
}

#[test]
fn the_sample_is_read_as_a_canadian_company_file() {
    let company = Company::load([root().join("fixtures/canada/quickbooks")]).unwrap();
    assert_eq!(company.records("HostRet").next().unwrap().get("Country"), Some("CA"));
    assert_eq!(company.records("SalesTaxCodeRet").count(), 4);
}
