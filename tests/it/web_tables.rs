//! A table among the settings, in the page: cell by cell, or pasted from a spreadsheet.

use ferrule::people::Role;
use ferrule::sync::stored::Store as _;
use serde_json::json;

use crate::loop_support::with_layer;
use crate::web_support::{Browser, open_ruled};

const PATH: &str = "/c/1/integrations/settings";

fn mark(browser: &mut Browser) -> String {
    browser
        .get(PATH)
        .body
        .split("name=\"was.class_by_account\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn rows_are_typed_pasted_and_shown() {
    let pages = open_ruled(with_layer("class_by_table"));
    let company = pages.company("acme", "Acme");
    let kept = || pages.store.company_file(company).unwrap().settings.get("class_by_account").cloned();
    let mut browser = pages.signed_in(Role::Administrator);
    let empty = browser.get(PATH).body;
    assert!(
        empty.contains("name=\"class_by_account.0.account\" value=\"\" aria-label=\"Income account, row 1\""),
        "{empty}"
    );

    let first = mark(&mut browser);
    let cells = [
        ("was.class_by_account", first.as_str()),
        ("class_by_account.0.account", "Plating Income"),
        ("class_by_account.0.class", " Plating "),
        ("class_by_account.1.account", ""),
        ("class_by_account.1.class", ""),
    ];
    assert_eq!(browser.post(PATH, &cells).status, 303);
    assert_eq!(kept(), Some(json!([{ "account": "Plating Income", "class": "Plating" }])));
    let page = browser.get(PATH).body;
    assert!(page.contains("name=\"class_by_account.0.class\" value=\"Plating\""), "{page}");

    // What a spreadsheet gives, columns in another order, comes in place of all cells.
    let second = mark(&mut browser);
    let pasted = "Class\tIncome account\r\nPlating\tPlating Income\r\nMachining\tSales:Machining\r\n";
    let fields =
        [("was.class_by_account", second.as_str()), ("class_by_account", pasted), cells[1], cells[2]];
    assert_eq!(browser.post(PATH, &fields).status, 303);
    let rows = json!([
        { "account": "Plating Income", "class": "Plating" },
        { "account": "Sales:Machining", "class": "Machining" },
    ]);
    assert_eq!(kept(), Some(rows.clone()));
    let noted = browser.get("/c/1/activity").body;
    assert!(noted.contains("class_by_account: + Sales:Machining | Machining"), "{noted}");

    // What does not work is told with its row, what was typed stays, and nothing is kept.
    let third = mark(&mut browser);
    let wrong = [
        ("was.class_by_account", third.as_str()),
        ("class_by_account.0.account", "Freight"),
        ("class_by_account.0.class", ""),
    ];
    let refused = browser.post(PATH, &wrong);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("row 1, Class: it must have a value"), "{}", refused.body);
    assert!(refused.body.contains("value=\"Freight\""), "{}", refused.body);
    let unreadable =
        [("was.class_by_account", third.as_str()), ("class_by_account", "account;colour\nFreight;Red")];
    let refused = browser.post(PATH, &unreadable);
    assert!(
        refused.status == 422 && refused.body.contains("there is no column “colour”"),
        "{}",
        refused.body
    );
    assert_eq!(kept(), Some(rows));

    // All cells emptied: the table is empty again.
    let last = mark(&mut browser);
    let none = [
        ("was.class_by_account", last.as_str()),
        ("class_by_account.0.account", ""),
        ("class_by_account.0.class", ""),
    ];
    assert_eq!(browser.post(PATH, &none).status, 303);
    assert_eq!(kept(), None);
}
