//! Documents from `PostGraphile`, which has Steelhead's names.

use ferrule::steelhead::graphql::{ApiError, ApiSource, Page, Paging, Persisted, read_all};
use ferrule::steelhead::split;
use ferrule::sync::{Strange, decode_raw};
use serde_json::{Value, json};

use crate::commands_support::Desk;
use crate::loop_support::{program, rules_with};
use crate::steelhead_support::{Steelhead, TOKEN, question};

fn values(page: &Page) -> Vec<Value> {
    page.documents.iter().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn source(sources: &[ApiSource], object: &str) -> ApiSource {
    sources.iter().find(|source| source.object == object).unwrap().clone()
}

#[test]
fn documents_come_in_the_shape_that_rules_read() {
    let Some(steelhead) = Steelhead::start() else { return };
    let program = program();
    let page = read_all(&steelhead.api(), &program.sources_of_documents).unwrap();
    assert!(page.set_aside.is_empty() && page.warnings.is_empty() && page.next.is_none());
    let all = values(&page);
    let objects: Vec<&str> = all.iter().map(|it| it["object"].as_str().unwrap()).collect();
    assert_eq!(objects.iter().filter(|it| **it == "invoice").count(), 3, "{objects:?}");
    let invoice = all.iter().find(|it| it["object"] == "invoice").unwrap();
    let class = json!([{ "name": "class", "type": "custom", "value": "Zinc Rack" }]);
    assert_eq!(
        *invoice,
        json!({ "object": "invoice", "id": 1_031_271, "idInDomain": 232, "createdAt": "2026-07-01T13:20:08.331+00:00",
            "invoicedAtAsDate": "2026-07-01", "dueAtAsDate": "2026-07-31", "shipDateAsDate": "2026-06-30", "shipVia": "Our Truck",
            "finalizedAt": "2026-07-01T13:25:40.1+00:00", "notes": "Thank you",
            "customer": { "id": 166_246, "name": "Hale Fasteners Inc" },
            "billToAddress": { "address": "PO Box 118\nDayton, OH 45401\nUSA" },
            "shipToAddress": { "address": "410 Mill Rd\nDayton, OH 45402\nUSA" },
            "invoiceTerms": { "id": 3142, "terms": "Net 30" }, "salesTax": { "id": 31, "name": "OH - Montgomery" },
            "dimensions": class,
            "lines": [ { "id": 1_031_271, "lineNumber": 1, "name": "SEC11000-H02",
                "partNumber": { "id": 3_426_260, "name": "SEC11000-H02", "descriptionMarkdown": "Bracket, **zinc plate**" },
                "salesOrder": { "idInDomain": 1594, "name": "4500123456" },
                "items": [ { "id": 1_031_271, "description": "Zinc plating per ASTM B633", "quantity": "650", "rate": "1.25",
                    "rateUnits": "EA", "subtotal": "812.5", "product": { "id": 14501, "name": "Zinc Plating" },
                    "incomeAccount": { "id": 1, "accountNumber": "4010", "name": "Plating Income" },
                    "taxCode": { "name": "TAX" }, "dimensions": [] } ] } ],
            "customInputs": { "Billing": { "Reference": "REL-77" } } })
    );
    let raw = split("api", page.documents.join("\n").into_bytes()).unwrap();
    let mut strange = Strange::default();
    let documents = decode_raw(&raw, &program, &mut strange);
    assert_eq!(documents.unreadable.len() + documents.warnings.len() + strange.summed().count(), 0);
    assert_eq!(documents.sources.len(), all.len());
}

#[test]
fn pages_lose_nothing_by_cursor_nor_by_offset() {
    let Some(steelhead) = Steelhead::start() else { return };
    let more = "INSERT INTO products SELECT n, 'Product ' || n FROM generate_series(1, 6) AS n";
    steelhead.hand().batch_execute(more).unwrap();
    let products = source(&program().sources_of_documents, "product");
    let whole = read_all(&steelhead.api(), std::slice::from_ref(&products)).unwrap();
    assert_eq!(whole.documents.len(), 7);
    for paging in [Paging::Cursor, Paging::Offset] {
        for size in [1, 2, 3, 7] {
            let source = ApiSource { size, paging, ..products.clone() };
            let pages = read_all(&steelhead.api(), &[source]).unwrap();
            assert_eq!(pages.documents, whole.documents, "{paging:?} {size}");
        }
    }
}

#[test]
fn a_question_that_the_server_knows_goes_by_its_hash() {
    let text = "query Pages($first: Int, $after: Cursor) { pagedData: allProducts(first: $first, after: $after) \
                { nodes { id name archivedAt productGroupByProductGroupId { id name } } pageInfo { hasNextPage endCursor } } }";
    let (folder, sha256) = question(text);
    let Some(steelhead) = Steelhead::with_questions(Some(folder.path())) else { return };
    let persisted = Some(Persisted { operation: "Pages".to_owned(), sha256 });
    let products = source(&program().sources_of_documents, "product");
    let known = ApiSource { list: "pagedData".to_owned(), persisted, ..products };
    let page = read_all(&steelhead.api(), std::slice::from_ref(&known)).unwrap();
    let group = json!({ "id": 9, "name": "Plating" });
    let product = json!({ "object": "product", "id": 14501, "name": "Zinc Plating", "productGroup": group });
    assert_eq!(values(&page), [product]);
    let changed = Persisted { operation: "Pages".to_owned(), sha256: "0".repeat(64) };
    let other = ApiSource { persisted: Some(changed), ..known };
    let unknown = ApiError::UnknownHash("Pages".to_owned());
    assert_eq!(read_all(&steelhead.api(), std::slice::from_ref(&other)), Err(unknown.clone()));
    // A server without persisted questions says it in its own words.
    let Some(plain) = Steelhead::start() else { return };
    assert_eq!(read_all(&plain.api(), &[other]), Err(unknown));
}

#[test]
fn numbers_in_millionths_are_exact() {
    let Some(steelhead) = Steelhead::start() else { return };
    steelhead.hand().batch_execute("UPDATE invoice_line_items SET rate = 0.012345").unwrap();
    let rules = rules_with(&[("shapes/invoice.yaml", |text| {
        text.replace("            rate: rate\n", "            rate: { at: rateMicro, as: millionths }\n")
    })]);
    let invoices = source(&rules.program.sources_of_documents, "invoice");
    let page = read_all(&steelhead.api(), &[invoices]).unwrap();
    assert_eq!(values(&page)[0]["lines"][0]["items"][0]["rate"], "0.012345");
}

#[test]
fn a_field_that_the_api_does_not_have_is_told_by_its_name() {
    let Some(steelhead) = Steelhead::start() else { return };
    let mut products = source(&program().sources_of_documents, "product");
    products.ways[1].path = vec!["nmae".to_owned()];
    let refused = read_all(&steelhead.api(), &[products]).unwrap_err().to_string();
    assert!(refused.contains("Cannot query field \"nmae\""), "{refused}");
}

#[test]
fn commands_ask_the_api_and_show_no_token() {
    let Some(steelhead) = Steelhead::start() else { return };
    let desk = Desk::connected();
    let access = desk.write("access.yaml", &format!("token: {TOKEN}\n"));
    let address = steelhead.address();
    let asked = ["--steelhead-access", access.as_str()];
    let diff = Desk::run_bare(&["diff", "--steelhead", &address, asked[0], asked[1], "--json"]);
    assert!(diff.err.is_empty() && diff.out.contains("Hale Fasteners Inc"), "{diff:?}");
    let map = Desk::run_bare(&["map", "customer", &address, asked[0], asked[1]]);
    assert!(map.out.contains("<Name>Hale Fasteners Inc</Name>"), "{map:?}");
    let loaded = desk.run(&["load", &address, asked[0], asked[1]]);
    assert!(loaded.out.starts_with("14 new"), "{loaded:?}");
    let again = desk.run(&["load", &address, asked[0], asked[1]]);
    assert!(again.out.starts_with("0 new, 0 changed, 14 the same"), "{again:?}");
    let wrong = desk.write("wrong.yaml", "token: hush-hush\n");
    let refused = desk.run(&["load", &address, "--steelhead-access", &wrong]);
    assert!(refused.code == 1 && refused.err.contains("the token is refused"), "{refused:?}");
    for said in [&diff, &map, &loaded, &refused] {
        assert!(!format!("{said:?}").contains(TOKEN) && !format!("{said:?}").contains("hush"), "{said:?}");
    }
}
