//! A PostgreSQL database: what two servers do to one company file, what is told of a server that cannot be used, and
//! that one which comes back is found.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use ferrule::people::{
    AuditAction, Change, NewAuditEntry, NewPerson, PeopleStore as _, PersonId, Role, Token,
};
use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, Place, PostgresStore, SqliteStore};
use ferrule::sync::stored::{
    CompanyId, Connection, ExchangeKind, JobState, NewVersion, Settlement, Store as _, StoreError,
};

use crate::loop_support::{BEGIN, Break, Shop};
use crate::postgres::{Server, database};
use crate::store_support::{
    at, change, company_file, connection, document, exchange, item, key, mirror, record, step,
};

/// How often two servers meet.
const TIMES: usize = 40;

/// Two servers with one database; nothing, if there is no PostgreSQL.
fn two() -> Option<[PostgresStore; 2]> {
    let address = database()?;
    Some([(); 2].map(|()| PostgresStore::open(&address).unwrap()))
}

/// What both give who do this at the same moment.
fn both<T: Send>(stores: &[PostgresStore; 2], work: [&(dyn Fn(&PostgresStore) -> T + Sync); 2]) -> [T; 2] {
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        let begun = [0, 1].map(|number| {
            let together = &together;
            scope.spawn(move || {
                together.wait();
                work[number](&stores[number])
            })
        });
        begun.map(|thread| thread.join().unwrap())
    })
}

/// All columns of all tables, whether they may be empty, and whether they hold numbers.
fn columns(
    rows: impl Iterator<Item = (String, String, bool, bool)>,
) -> BTreeSet<(String, String, bool, bool)> {
    rows.filter(|(table, ..)| table != "refinery_schema_history").collect()
}

#[test]
fn both_databases_have_the_same_columns() {
    let Some(address) = database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    drop((SqliteStore::open(&path).unwrap(), PostgresStore::open(&address).unwrap()));
    let file = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT it.name, its.name, its.\"notnull\" OR its.pk, its.type = 'INTEGER'
               FROM sqlite_master AS it, pragma_table_info(it.name) AS its WHERE it.type = 'table'";
    let mut query = file.prepare(sql).unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let in_file = columns(rows.map(Result::unwrap));
    let sql = "SELECT table_name::text, column_name::text, is_nullable = 'NO', data_type = 'bigint'
               FROM information_schema.columns WHERE table_schema = current_schema()";
    let mut hand = postgres::Client::connect(&address, postgres::NoTls).unwrap();
    let rows = hand.query(sql, &[]).unwrap();
    let in_postgres = columns(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))));
    assert!(in_file.len() > 100, "{in_file:#?}");
    assert_eq!(in_postgres, in_file);
}

/// Each is settled by hand or on its way, never both.
#[test]
fn what_one_server_settles_another_does_not_send() {
    let Some(stores) = two() else { return };
    let shop = company_file(&stores[0], "shop");
    let session = stores[0].begin_session(shop, "ticket", at(0)).unwrap().id;
    for number in 0..TIMES {
        let customer = key("customer", &number.to_string());
        stores[0].load(shop, &[document("customer", &number.to_string(), "a")], at(0)).unwrap();
        stores[0].play(shop, std::slice::from_ref(&customer), at(0)).unwrap();
        let job = stores[0].jobs(shop, Some(JobState::Queued)).unwrap().pop().unwrap();
        let send = |store: &PostgresStore| {
            let mut commit = step(session, 1);
            commit.opened =
                Some(exchange(ExchangeKind::Write, vec![item("1", Some(customer.clone()), &[job.id])]));
            commit.jobs =
                vec![ferrule::sync::stored::JobChange { is_attempt: true, ..change(job.id, JobState::Sent) }];
            store.commit(shop, &commit).is_ok()
        };
        let settle = |store: &PostgresStore| {
            let said = Settlement {
                document: customer.clone(),
                is_settled: true,
                by: "Kim".to_owned(),
                at: at(1),
                why: "by hand".to_owned(),
            };
            !store.settle(shop, &[said]).unwrap().settled.is_empty()
        };
        let [is_sent, is_settled] = both(&stores, [&send, &settle]);
        assert_ne!(is_sent, is_settled, "customer {number}");
    }
    assert_eq!(stores[1].examine().unwrap(), Vec::<String>::new());
}

/// A version that was read and made better counts once.
#[test]
fn no_server_writes_over_what_another_one_wrote() {
    let Some(stores) = two() else { return };
    let shop = company_file(&stores[0], "shop");
    stores[0].load(shop, &[document("customer", "1", "0")], at(0)).unwrap();
    let work = |store: &PostgresStore| {
        let mut written = 0;
        for _ in 0..TIMES {
            let before = store.all_documents(shop, None).unwrap().remove(0).document.version;
            let next = (before.parse::<usize>().unwrap() + 1).to_string();
            let version = NewVersion { document: document("customer", "1", &next), before };
            written += store.renew(shop, &[version], at(1)).unwrap().len();
        }
        written
    };
    let written = both(&stores, [&work, &work]);
    let last = stores[0].all_documents(shop, None).unwrap().remove(0).document.version;
    assert_eq!(last, (written[0] + written[1]).to_string());
    assert_eq!(
        stores[1].company_file(shop).unwrap().loads,
        1 + i64::try_from(written[0] + written[1]).unwrap()
    );
}

/// Whoever begins last has the session; a document that both play is queued once.
#[test]
fn calls_at_the_same_time_are_as_if_one_came_after_the_other() {
    let Some(stores) = two() else { return };
    let shop = company_file(&stores[0], "shop");
    for number in 0..TIMES {
        let customer = key("customer", &number.to_string());
        stores[number % 2].load(shop, &[document("customer", &number.to_string(), "a")], at(0)).unwrap();
        let play = |store: &PostgresStore| {
            store.play(shop, std::slice::from_ref(&customer), at(0)).unwrap().queued.len()
        };
        let queued = both(&stores, [&play, &play]);
        assert_eq!(queued[0] + queued[1], 1);

        let begin = |name: &str, store: &PostgresStore| {
            store.begin_session(shop, &format!("{name} {number}"), at(1)).unwrap().id
        };
        let sessions = both(&stores, [&|store| begin("one", store), &|store| begin("two", store)]);
        let commits = sessions.map(|session| stores[1].commit(shop, &step(session, 2)).is_ok());
        assert_eq!(commits.iter().filter(|it| **it).count(), 1, "one of {sessions:?}");
    }
    assert_eq!(stores[0].jobs(shop, None).unwrap().len(), TIMES);
}

#[test]
fn a_reader_never_sees_half_a_step() {
    let Some(stores) = two() else { return };
    let shop = company_file(&stores[0], "shop");
    let session = stores[0].begin_session(shop, "ticket", at(0)).unwrap().id;
    let write = |store: &PostgresStore| {
        for number in 1..=30 {
            let mut commit = step(session, number);
            commit.records = (0..50).map(|id| record("Ret", &id.to_string(), &number.to_string())).collect();
            store.commit(shop, &commit).unwrap();
        }
    };
    let read = |store: &PostgresStore| {
        for _ in 0..60 {
            let records = mirror(store, shop);
            assert!(records.is_empty() || records.len() == 50);
            assert!(records.windows(2).all(|pair| pair[0].1 == pair[1].1), "{records:?}");
        }
    };
    both(&stores, [&write, &read]);
}

fn said() -> NewAuditEntry {
    let [domain, person, details] = ["acme", "Kim", ""].map(str::to_owned);
    NewAuditEntry {
        at: at(0),
        domain,
        company: None,
        person,
        action: AuditAction::AddPerson,
        about: None,
        details,
    }
}

fn administrator(store: &PostgresStore, domain: &str, name: &str) -> PersonId {
    let role = Role::Administrator;
    let new = NewPerson { domain: domain.to_owned(), name: format!("{name} of {domain}"), role };
    let link = Token::new().unwrap().hash();
    let person = store.add_person(&new, &link, at(9), &said()).unwrap();
    store.use_link(&link, "hash", at(1)).unwrap().unwrap();
    person
}

/// Each of two administrators would leave the other.
#[test]
fn an_administrator_is_left() {
    let Some(stores) = two() else { return };
    for number in 0..TIMES / 2 {
        let domain = format!("acme {number}");
        let [kim, lee] = ["Kim", "lee"].map(|name| administrator(&stores[0], &domain, name));
        let remove = |person, store: &PostgresStore| store.remove_person(person, &said()).unwrap();
        let made = both(&stores, [&|store| remove(kim, store), &|store| remove(lee, store)]);
        assert_eq!(made.iter().filter(|it| **it == Change::LastAdministrator).count(), 1, "{made:?}");
        let members = stores[1].members(&domain, at(2)).unwrap();
        let (left, _) = stores[1].person(&members[0].person.name.to_uppercase()).unwrap().unwrap();
        assert_eq!((members.len(), &left), (1, &members[0].person));
    }
}

#[test]
fn a_record_is_the_counterpart_of_one_document() {
    let Some([store, _]) = two() else { return };
    let shop = company_file(&store, "shop");
    let own = |id: &str| Connection { may_share: false, ..connection(key("customer", id), "R", 0) };
    store.connect(shop, &own("1")).unwrap();
    let error = store.connect(shop, &own("2")).unwrap_err().to_string();
    assert!(error.starts_with("the database failed: PostgreSQL says: duplicate key"), "{error}");
    store.connect(shop, &Connection { is_archived: true, ..own("1") }).unwrap();
    store.connect(shop, &own("2")).unwrap();
}

/// QuickBooks has sent characters that no XML has; PostgreSQL has no NUL.
#[test]
fn every_character_is_kept() {
    let Some([store, other]) = two() else { return };
    let shop = company_file(&store, "shop");
    let mut strange = document("customer", "a\0b", "\u{FDD0}0");
    strange.json = "\0 \u{1} \u{FFFF} \u{1F600}".to_owned();
    store.load(shop, std::slice::from_ref(&strange), at(0)).unwrap();
    assert_eq!(other.all_documents(shop, None).unwrap().remove(0).document, strange);
    assert_eq!(other.documents(shop, &[strange.key]).unwrap().len(), 1);
}

fn refusal(address: &str) -> String {
    let place: Place = address.parse().unwrap();
    let shown = format!("{place} {place:?}");
    let error = ferrule::store::open(&place).err().unwrap();
    let said = format!("{shown} {error} {error:?}");
    assert!(!said.contains("sesame") && !said.contains("secret"), "{said}");
    error.to_string()
}

#[test]
fn what_cannot_be_used_is_told_in_one_sentence_without_the_password() {
    let Some(server) = Server::start() else { return };
    for address in [
        "postgres:",
        "postgres://",
        "postgres:///x",
        "postgres://u:se?cret@h/d",
        "postgresql://u:secret@h:port/d",
    ] {
        assert!(refusal(address).contains("this is not the address of a PostgreSQL database"), "{address}");
    }
    let nobody = refusal("postgres://kim:secret@127.0.0.1:1/ferrule");
    assert!(
        nobody.starts_with("the database failed: PostgreSQL cannot be reached: Connection refused"),
        "{nobody}"
    );
    let tls = refusal("postgres://kim:secret@127.0.0.1:1/ferrule?sslmode=perhaps");
    assert!(tls.contains("`sslmode` is `verify-full`"), "{tls}");
    let tls =
        refusal("postgres://kim:secret@db.example/ferrule?sslmode=verify-full&sslrootcert=/no/such.pem");
    assert!(tls.contains("`/no/such.pem` cannot be read"), "{tls}");
    let wrong = refusal(&server.locked(":secret"));
    assert_eq!(
        wrong,
        "the database failed: PostgreSQL says: password authentication failed for user \"locked\""
    );
    // It may come in, but not make any tables.
    let right = refusal(&server.locked(":open%2Fsesame"));
    assert!(right.contains("permission denied for schema public"), "{right}");
    let missing = server.database().replace("/postgres?", "/nothing?");
    assert!(refusal(&missing).contains("database \"nothing\" does not exist"));
}

#[test]
fn what_a_newer_version_made_is_refused_in_words() {
    let Some(address) = database() else { return };
    drop(PostgresStore::open(&address).unwrap());
    let mut hand = postgres::Client::connect(&address, postgres::NoTls).unwrap();
    let sql = "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')";
    hand.batch_execute(sql).unwrap();
    let error = PostgresStore::open(&address).err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
}

#[test]
fn several_servers_may_begin_with_an_empty_database_at_once() {
    let Some(address) = database() else { return };
    std::thread::scope(|scope| {
        for number in 0..6 {
            let address = &address;
            scope.spawn(move || {
                company_file(&PostgresStore::open(address).unwrap(), &format!("shop {number}"))
            });
        }
    });
    assert_eq!(PostgresStore::open(&address).unwrap().company_files().unwrap().len(), 6);
}

/// Adds a customer, and gives what the store said to it.
fn add(store: &PostgresStore, shop: CompanyId, id: usize) -> Result<(), StoreError> {
    store.load(shop, &[document("customer", &id.to_string(), "a")], at(0)).map(drop)
}

#[test]
fn a_connection_that_is_lost_is_made_anew() {
    let Some(mut server) = Server::start() else { return };
    let store = PostgresStore::open(&server.database()).unwrap();
    let shop = company_file(&store, "shop");
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ferrule'";
    for id in 0..3 {
        assert!(!server.hand().query(sql, &[]).unwrap().is_empty());
        add(&store, shop, id).unwrap();
    }
    // A power cut of the database's machine: what was confirmed is there, and nothing is to be done by hand.
    let mut refused = String::new();
    server.cut_off(|| refused = add(&store, shop, 3).unwrap_err().to_string());
    assert!(refused.starts_with("the database failed: PostgreSQL cannot be reached"), "{refused}");
    add(&store, shop, 4).unwrap();
    assert_eq!(store.all_documents(shop, None).unwrap().len(), 4);
}

/// A shop that has lived, in a file, to PostgreSQL and back: the same, and work goes on.
#[test]
fn a_store_is_taken_over_either_way() {
    let Some(address) = database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| AnyStore::from(SqliteStore::open(&folder.path().join(name)).unwrap());
    let lived = Arc::new(file("lived.db"));
    let mut shop = Shop::over(lived.clone(), "Lakeside Plating", ManualClock::at(BEGIN));
    let keys = shop.load(&["customers.json", "vendors.json"]);
    shop.play(&keys);
    shop.visit(Break::Never);
    let on_server = AnyStore::from(PostgresStore::open(&address).unwrap());
    let rows = lived.move_to(&on_server).unwrap();
    assert!(rows > 100, "{rows}");
    let again = lived.move_to(&on_server).unwrap_err().to_string();
    assert_eq!(again, "something is kept there already; it takes an empty database");
    let back = file("back.db");
    assert_eq!(on_server.move_to(&back).unwrap(), rows);
    assert_eq!(on_server.examine().unwrap(), Vec::<String>::new());
    // New rows get keys of their own.
    let session = on_server.begin_session(shop.company, "after", at(0)).unwrap();
    assert!(lived.sessions(shop.company, 9).unwrap().iter().all(|before| before.id < session.id));
    company_file(&on_server, "another");
}

#[test]
fn no_table_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    drop(SqliteStore::open(&path).unwrap());
    let file = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'refinery_schema_history'";
    let names = file
        .prepare(sql)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<Vec<String>, _>>();
    let text = include_str!("../../src/store/sql/transfer.rs");
    for name in names.unwrap() {
        assert!(text.contains(&format!("    (\"{name}\", \"")), "`{name}` is not taken over");
    }
}

#[test]
fn a_copy_is_left_to_postgresql() {
    let Some([store, _]) = two() else { return };
    let folder = tempfile::tempdir().unwrap();
    let error = store.back_up(&folder.path().join("copy")).unwrap_err().to_string();
    assert!(error.contains("`pg_dump --format=custom --file=COPY DATABASE`"), "{error}");
}
