//! Stores that an older Ferrule made: what is connected stays so, and counts as agreed where both sides are equal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrule::simulator::ManualClock;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{Connection, DocumentKey, Store};
use ferrule::sync::{Action, connect};
use refinery_core::{Migration, Runner, Target};

use crate::loop_support::{BEGIN, Break, Shop, root};

/// The tables of that version, as it made them.
fn tables_of(version: i32) -> Vec<String> {
    let folder = root().join("src/store/sqlite/migrations");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let migration = |file: &PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy();
        Migration::unapplied(&name, &std::fs::read_to_string(file).unwrap()).unwrap()
    };
    let migrations: Vec<Migration> = files.iter().map(migration).collect();
    let mut made = rusqlite::Connection::open_in_memory().unwrap();
    Runner::new(&migrations).set_target(Target::Version(version)).run(&mut made).unwrap();
    columns(&made)
}

/// Every column of every table, and every index.
fn columns(database: &rusqlite::Connection) -> Vec<String> {
    let sql = "SELECT it.name || ' ' || column.name || ' ' || column.type || ' ' || column.\"notnull\"
               FROM sqlite_master AS it, pragma_table_info(it.name) AS column WHERE it.type = 'table'
               UNION ALL SELECT name || ' on ' || tbl_name FROM sqlite_master WHERE type = 'index'
               ORDER BY 1";
    let mut query = database.prepare(sql).unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Takes away what later versions have added: tables, columns and indexes.
fn back_to(version: i32, database: &rusqlite::Connection) {
    let then: BTreeSet<String> = tables_of(version).into_iter().collect();
    let tables: BTreeSet<&str> = then.iter().filter_map(|line| line.split(' ').next()).collect();
    let (mut later, mut gone) = (Vec::new(), BTreeSet::new());
    for line in columns(database).iter().filter(|line| !then.contains(*line)) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            // An index of a table that goes is gone with it.
            [index, "on", table] if tables.contains(table) => later.insert(0, format!("DROP INDEX {index}")),
            [_, "on", _] | [] => {}
            [table, column, ..] if tables.contains(table) => {
                later.push(format!("ALTER TABLE {table} DROP COLUMN {column}"));
            }
            [table, ..] => _ = gone.insert((*table).to_owned()),
        }
    }
    later.extend(gone.iter().map(|table| format!("DROP TABLE {table}")));
    later.push(format!("DELETE FROM refinery_schema_history WHERE version > {version}"));
    database.execute_batch(&later.join(";")).unwrap();
    assert_eq!(columns(database), tables_of(version), "these are not the tables of version {version}");
}

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

/// A shop whose customers and vendors are in QuickBooks, in a file.
fn shop_in(path: &Path) -> Shop {
    let store = Arc::new(SqliteStore::open(path).unwrap().into());
    let mut shop = Shop::over(store, "Lakeside Plating", ManualClock::at(BEGIN));
    let keys = shop.load(&["customers.json", "vendors.json"]);
    shop.play(&keys);
    shop.visit(Break::Never);
    shop
}

/// The same shop after its store was brought back to version 9, changed by hand, and opened by today's.
fn from_version_9(shop: Shop, path: &Path, by_hand: &str) -> Shop {
    let (company, clock) = (shop.company, shop.clock.clone());
    let file = shop.file.copy(clock.clone());
    drop(shop);
    let old = rusqlite::Connection::open(path).unwrap();
    back_to(9, &old);
    old.execute_batch(by_hand).unwrap();
    drop(old);
    // A shop of its own besides, whose place the old one takes.
    let store = Arc::new(SqliteStore::open(path).unwrap().into());
    let mut shop = Shop::over(store, "Another", clock);
    (shop.company, shop.file) = (company, file);
    shop
}

fn phone(shop: &Shop, kind: &str, name: &str) -> String {
    let id = shop.file.id_of(kind, name).unwrap();
    let record = shop.file.record(id).unwrap();
    record.descend("Phone").and_then(|it| it.text()).unwrap_or_default().to_owned()
}

#[test]
fn what_was_connected_counts_as_agreed_where_both_sides_are_equal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let mut shop = shop_in(&path);
    let before = shop.store.connections(shop.company).unwrap();
    assert!(before.len() > 4, "{before:?}");
    // Nobody kept what had been agreed on when somebody typed in this.
    let changed = shop.file.id_of("Customer", "Dunmore Tool & Die").unwrap().to_owned();
    assert!(shop.file.edit(&changed, "Phone", "937-555-0009"));
    shop.wait(chrono::TimeDelta::hours(1));
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let mut shop = from_version_9(shop, &path, "");
    assert_eq!(shop.store.connections(shop.company).unwrap(), before);
    assert_eq!(shop.store.agreements(shop.company).unwrap(), []);
    shop.wait(chrono::TimeDelta::hours(1));
    shop.store.ask_for_read(shop.company).unwrap();
    let sent = shop.visit(Break::Never).concat();
    assert!(!sent.contains("ModRq") && !sent.contains("AddRq"), "{sent}");
    let agreed = shop.store.agreements(shop.company).unwrap();
    assert_eq!(agreed.len(), before.len(), "of each of them it is known from now on");
    // What was equal is sent when Steelhead changes it, and stays when QuickBooks does.
    let vendor = shop.change("vendors.json", 402, |it| it["phone"] = "937-555-0001".into());
    let customer = shop.change("customers.json", 301, |it| it["altPhone"] = "937-555-0002".into());
    shop.play(&[vendor, customer]);
    shop.wait(chrono::TimeDelta::hours(1));
    shop.visit(Break::Never);
    assert_eq!(phone(&shop, "Vendor", "Ohio Valley Gas"), "937-555-0001");
    assert_eq!(
        phone(&shop, "Customer", "Dunmore Tool & Die"),
        "937-555-0009",
        "what differed is left as it is"
    );
    let other = shop.file.id_of("Vendor", "Ohio Valley Gas").unwrap().to_owned();
    assert!(shop.file.edit(&other, "Phone", "937-555-0003"));
    shop.wait(chrono::TimeDelta::hours(1));
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let plan = shop.sessions.plan(shop.company).unwrap();
    let step = plan.steps.iter().find(|step| step.request_id() == "vendor-402").unwrap();
    assert_eq!((step.action(), step.has_news()), (Action::Unchanged, true));
}

#[test]
fn records_that_several_documents_had_stay_theirs_and_others_get_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let shop = shop_in(&path);
    let share = "UPDATE connection SET record_id = (SELECT record_id FROM connection WHERE object = 'customer' AND document = '301')
                 WHERE object = 'customer' AND document = '302'";
    let shop = from_version_9(shop, &path, share);
    let all = shop.store.connections(shop.company).unwrap();
    let of = |id: u64| all.iter().find(|it| it.document == key("customer", id)).unwrap();
    assert_eq!(of(301).record_id, of(302).record_id);
    assert!(of(301).may_share && of(302).may_share);
    let own = of(303);
    assert!(!own.may_share, "only what is shared may be");
    assert!(all.iter().all(|it| it.generation == 0), "what was made until then has the first mark");
    let file = shop.store.company_file(shop.company).unwrap();
    let rules = &shop.rules.program;
    let refused =
        connect(shop.store.as_ref(), rules, &file, &key("customer", 304), &own.record(), shop.now());
    assert!(refused.unwrap_err().to_string().contains("is the counterpart of customer 303 already"));
    let second = Connection { document: key("customer", 304), ..own.clone() };
    assert!(shop.store.connect(shop.company, &second).is_err(), "the database takes no second owner");
    assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new());
}
