//! `ferrule settings`: what is set, and setting it.

use ferrule::sync::stored::Store as _;
use serde_json::{Value, json};

use crate::commands_support::Desk;

fn named<'v>(all: &'v Value, name: &str) -> &'v Value {
    all.as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()
}

#[test]
fn all_settings_are_shown_and_those_that_differ_are_marked() {
    let desk = Desk::connected();
    let all = desk.json(&["settings"]);
    assert!(all.as_array().unwrap().len() > 30);
    assert!(all.as_array().unwrap().iter().all(|it| it["is_default"] == true && it["label"] != ""), "{all}");
    let every = named(&all, "import_every");
    assert_eq!((&every["value"], &every["min"], &every["max"]), (&json!(10), &json!(1), &json!(1440)));
    assert_eq!((&every["type"], &every["unit"]), (&json!("integer"), &json!("minutes")));
    assert_eq!(desk.well(&["settings", "--changed"]), "Lakeside Plating: every setting has its default\n");

    desk.well(&["settings", "import_every=25", "send_sales_tax=false"]);
    let list = desk.well(&["settings"]);
    let line = list.lines().find(|line| line.contains("import_every")).unwrap();
    assert!(line.starts_with("* import_every") && line.ends_with("25  (default 10)"), "{line}");
    assert_eq!(list.lines().filter(|line| line.starts_with('*')).count(), 2, "{list}");
    assert_eq!(desk.json(&["settings", "--changed"]).as_array().unwrap().len(), 2);
}

#[test]
fn one_setting_is_shown_with_what_it_does() {
    let desk = Desk::connected();
    let told = desk.well(&["settings", "import_every"]);
    assert!(told.starts_with("import_every = 10 minutes  (the default)\n"), "{told}");
    assert!(told.contains("Import Every: a whole number, 1 to 1440 minutes\n"), "{told}");
    assert!(told.contains("Minutes between two syncs"), "{told}");
    let forced = desk.well(&["settings", "overwrite_customer_data"]);
    assert!(forced.contains("cannot be changed"), "{forced}");
}

#[test]
fn what_is_set_is_kept_and_is_what_the_rules_read() {
    let desk = Desk::connected();
    let told = desk.well(&["settings", "custom_prefix=LP-"]);
    assert!(told.starts_with("custom_prefix = \"LP-\"  (default \"SH:\")\n"), "{told}");
    assert_eq!(desk.file().settings["custom_prefix"], "LP-");
    assert_eq!(desk.json(&["settings", "custom_prefix="])[0]["value"], "", "a text may be empty");
    // The default is kept as no setting at all.
    desk.well(&["settings", "custom_prefix=SH:", "import_every=30"]);
    assert_eq!(desk.file().settings.keys().collect::<Vec<_>>(), ["import_every"]);
    assert_eq!(desk.json(&["status"])[0]["expected_every_minutes"], 30);
    desk.well(&["settings", "--unset", "import_every"]);
    assert!(desk.file().settings.is_empty());
    // Twice is once.
    desk.well(&["settings", "--unset", "import_every"]);
}

#[test]
fn what_no_setting_can_have_is_refused_and_nothing_is_changed() {
    let desk = Desk::connected();
    for (given, words) in [
        ("import_every=0", "setting `import_every`: 0 is less than 1\nerror: nothing was changed"),
        ("import_every=ten", "`ten` is not a whole number"),
        ("import_every=", "it must have a value"),
        ("custom_prefix=STEELHEAD-", "10 characters, at most 8"),
        ("send_sales_tax=yes", "`yes` is neither true nor false"),
        ("overwrite_customer_data=false", "it is forced and cannot be changed"),
        ("new_part_number_item_type=Servise", "did you mean `Service`?"),
        ("time_zone=Ohio", "setting `time_zone`: the time zone `Ohio` is not known"),
        ("sync_hours=8-17", "setting `sync_hours`: the sync hours `8-17` are not written like"),
        ("sync_days=Mon Noday", "setting `sync_days`: the sync days `Mon Noday` are not written like"),
        ("import_evry=5", "unknown setting `import_evry`; did you mean `import_every`?"),
        ("import_evry", "unknown setting `import_evry`; did you mean `import_every`?"),
        ("export_bills=true", "the setting `export_bills` is given twice"),
    ] {
        desk.refused(&["settings", "export_bills=false", given], words);
    }
    desk.refused(&["settings", "--unset", "nothing"], "unknown setting `nothing`");
    desk.refused(&["settings", "--unset", "import_every", "--changed"], "cannot be used with");
    assert!(desk.file().settings.is_empty());
    let several = desk.run(&["settings", "import_every=0", "custom_prefix=STEELHEAD-"]);
    assert_eq!(several.err.matches("error: ").count(), 3, "{several:?}");
}

#[test]
fn a_time_zone_that_was_kept_wrong_is_told_and_is_nobody_elses_business() {
    let desk = Desk::connected();
    let kept = [("time_zone".to_owned(), json!("Ohio"))];
    desk.store().set_settings(desk.file().id, &kept.into()).unwrap();
    let said = desk.run(&["settings", "time_zone"]);
    assert!(said.code == 1 && said.out.contains("the time zone `Ohio` is not known"), "{said:?}");
    let said = desk.run(&["status", "--json"]);
    let status: Value = serde_json::from_str(&said.out).unwrap();
    assert!(status[0]["window"]["problem"].as_str().unwrap().contains("`Ohio`"), "{status}");
    desk.well(&["settings", "import_every=60"]);
    desk.well(&["settings", "time_zone=America/New_York"]);
    assert_eq!(desk.json(&["status"])[0]["window"], Value::Null);
}

#[test]
fn what_the_rules_take_no_more_is_told_and_can_be_forgotten() {
    let desk = Desk::connected();
    let kept = [("import_every".to_owned(), json!(100_000)), ("gone".to_owned(), json!("x"))];
    desk.store().set_settings(desk.file().id, &kept.into()).unwrap();
    let said = desk.run(&["settings", "--changed"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("100000 is more than 1440"), "{said:?}");
    assert!(said.out.contains("`--unset gone` forgets it"), "{said:?}");
    assert_eq!(desk.run(&["settings", "gone"]).code, 1);
    desk.well(&["settings", "--unset", "gone"]);
    desk.well(&["settings", "import_every=60"]);
    assert_eq!(desk.file().settings.len(), 1);
}

#[test]
fn the_rows_of_a_table_come_from_a_file_or_as_json() {
    let desk = Desk::connected();
    let layers = ["--rules", "rules", "--rules", "rules/optional/class_by_table"];
    let settings = |more: &str| desk.run(&[&["settings", more][..], &layers].concat());
    let file =
        desk.write("classes.csv", "account,class\n\"Sales:Machining\",Machining\nPlating Income,Plating\n");
    let told = settings(&format!("class_by_account=@{file}"));
    let rows = "class_by_account = 2 rows  (default none)\n    Sales:Machining | Machining\n    Plating Income | Plating\n";
    assert!(
        told.out.starts_with(rows) && told.out.contains("Class by Income Account: rows of account, class\n"),
        "{told:?}"
    );
    let kept = json!([
        { "account": "Sales:Machining", "class": "Machining" },
        { "account": "Plating Income", "class": "Plating" },
    ]);
    assert_eq!(desk.file().settings["class_by_account"], kept);

    let told = settings("class_by_account=[{\"account\": \"Freight\", \"class\": \"Freight\"}]");
    assert!(told.code == 0 && told.out.contains("    Freight | Freight\n"), "{told:?}");
    for (value, reason) in [
        ("@missing.csv", "cannot read `missing.csv`"),
        ("Freight", "row 1, Class: it must have a value"),
        ("a,b,c", "row 1 has 3 cells, and there are 2 columns"),
        (
            "[{\"account\": \"Freight\", \"klass\": \"x\"}]",
            "there is no column `klass`; did you mean `class`?",
        ),
        ("[{\"account\": [1]}]", "row 1: Income account has one value"),
        ("[1, 2]", "it is no list of rows, such as `{ account: ..., class: ... }`"),
    ] {
        let told = settings(&format!("class_by_account={value}"));
        assert!(told.code == 1 && told.err.contains(reason), "{value}: {told:?}");
    }
    assert_eq!(
        desk.file().settings["class_by_account"],
        json!([{ "account": "Freight", "class": "Freight" }])
    );
    let told = settings("class_by_account=");
    assert!(told.out.starts_with("class_by_account = none  (the default)\n"), "{told:?}");
}
