//! What `ferrule serve` logs: a line for each failure, with fields for programs, and never a secret.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use ferrule::connector::Call;
use ferrule::connector::client::{HttpReply, Reply, request};
use ferrule::connector::service::{Event, Journal, seldom};
use ferrule::secrets::hash_made_password;
use ferrule::simulator::{Http, ManualClock, Transport as _};
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::stored::{Moment, Store as _};
use parking_lot::Mutex;
use serde_json::Value;

use crate::loop_support::{BEGIN, DOCUMENTS, Shop};
use crate::servers_support::{PASSWORD, Process};
use crate::store_support::at;

const WRONG: &str = "wr0ngs-3cret1-passw0-rdtext";
const TOKEN: &str = "frl_s3crett0kent3xt-of-a-program";
const FORM: &str = "p3rsons-own-secret-words";

/// A shop in a file, whose Web Connector has a password.
fn shop(database: &Path) -> Shop {
    let store = Arc::new(AnyStore::from(SqliteStore::open(database).unwrap()));
    let shop = Shop::over(store.clone(), "Lakeside Plating", ManualClock::at(BEGIN));
    store.set_password_hash(shop.company, &hash_made_password(&PASSWORD.into()).unwrap()).unwrap();
    shop.play(&shop.load(&DOCUMENTS));
    shop
}

fn call(server: &Process, call: &Call) -> Reply {
    let answered = Http::default().post(&format!("{}/qbwc", server.url()), &request(call)).unwrap();
    let (status, content_type, body) = (answered.status, &*answered.content_type, &*answered.body);
    Reply::to_call(call, HttpReply { status, content_type, body }).unwrap()
}

/// Everything that goes wrong, with every kind of secret in it. Gives the ticket.
fn trouble(server: &Process) -> String {
    let user_name = || "Lakeside Plating".to_owned();
    call(server, &Call::Authenticate { user_name: user_name(), password: WRONG.into() });
    let said = call(server, &Call::Authenticate { user_name: user_name(), password: PASSWORD.into() });
    let Reply::Texts(Some(texts)) = said else { panic!("it is not let in") };
    let ticket = texts[0].clone().unwrap();
    let (hcp_response, company_file_name, country) =
        (String::new(), "C:\\Lakeside.qbw".to_owned(), "US".to_owned());
    let next = Call::SendRequest {
        ticket: ticket.clone(),
        hcp_response,
        company_file_name,
        country,
        major: 13,
        minor: 0,
    };
    call(server, &next);
    let response = format!("this is no XML, and has {ticket} and {PASSWORD} in it");
    let (hresult, message) = (String::new(), String::new());
    call(server, &Call::ReceiveResponse { ticket: ticket.clone(), response, hresult, message });
    call(server, &Call::GetLastError { ticket: ticket.clone() });
    call(server, &Call::CloseConnection { ticket: ticket.clone() });
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = server.url();
    let broken = format!(
        "<Envelope><Body><authenticate><strUserName>a</strUserName><strPassword>{PASSWORD}</strPassword><ticket>{ticket}</authenticate>"
    );
    agent.post(format!("{url}/qbwc")).header("content-type", "text/xml").send(broken).unwrap();
    let open = format!("Bearer {TOKEN}");
    agent.get(format!("{url}/api/v1/company-files")).header("authorization", open).call().unwrap();
    agent.post(format!("{url}/sign-in")).send_form([("user", "mary"), ("password", FORM)]).unwrap();
    agent.get(format!("{url}/invite/{TOKEN}")).call().unwrap();
    ticket
}

#[test]
fn failures_are_logged_as_json_with_fields_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (folder.path().join("ferrule.db"), folder.path().join("log"));
    drop(shop(&database));
    let server = Process::start_logging(database.to_str().unwrap(), &log, &[]);
    let ticket = trouble(&server);
    server.stop();
    let log = std::fs::read_to_string(&log).unwrap();
    for secret in [WRONG, PASSWORD, TOKEN, FORM, &ticket] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| {
        lines.iter().find(|line| line["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {log}"))
    };
    let wrong = of("wrong_password");
    assert_eq!(wrong["level"], "WARN");
    assert_eq!(wrong["message"], "wrong user name or password for `Lakeside Plating` from 127.0.0.1");
    assert_eq!((&wrong["user"], &wrong["from"]), (&"Lakeside Plating".into(), &"127.0.0.1".into()));
    assert!(wrong["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(of("refused")["from"], "127.0.0.1");
    let failed: Vec<&Value> = lines.iter().filter(|line| line["visit"] == 1).collect();
    assert_eq!(failed.len(), 1, "one line for a failure\n{log}");
    assert_eq!(failed[0]["company"], "Lakeside Plating");
    assert_eq!(failed[0]["span"]["operation"], "receiveResponseXML");
    assert_eq!(failed[0]["span"]["from"], "127.0.0.1");
    let (words, cause) = (failed[0]["message"].as_str().unwrap(), failed[0]["cause"].as_str().unwrap());
    assert_eq!(words, format!("visit 1 of Lakeside Plating failed: {cause}"));
}

#[test]
fn as_text_it_is_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (folder.path().join("ferrule.db"), folder.path().join("log"));
    drop(shop(&database));
    let server = Process::start_logging(database.to_str().unwrap(), &log, &["--log-format", "text"]);
    let ticket = trouble(&server);
    server.stop();
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(!log.contains(&ticket) && !log.contains(PASSWORD), "{log}");
    let wrong = "warning: wrong user name or password for `Lakeside Plating` from 127.0.0.1\n";
    assert!(log.starts_with(wrong), "{log}");
    assert!(log.contains("\nwarning: visit 1 of Lakeside Plating failed: "), "{log}");
}

#[test]
fn a_cause_that_comes_again_and_again_is_told_once_in_an_hour() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let now: Arc<Mutex<Moment>> = Arc::new(Mutex::new(at(0)));
    let (into, clock) = (told.clone(), now.clone());
    let next: Journal = Arc::new(move |event| into.lock().push(event.to_string()));
    let journal = seldom(next, move || *clock.lock());
    let refuse = |last: u8, why: &str| {
        journal(&Event::NotConnected {
            from: Some([192, 0, 2, last].into()),
            why: why.to_owned(),
            others: 0,
        });
    };
    for last in 0..100 {
        refuse(last, "it is old");
    }
    refuse(7, "it is odd");
    *now.lock() += TimeDelta::minutes(59);
    refuse(8, "it is old");
    *now.lock() += TimeDelta::minutes(1);
    refuse(9, "it is old");
    refuse(9, "it is old");
    let wrong = Event::WrongPassword { user_name: "mary".to_owned(), from: [192, 0, 2, 1].into() };
    journal(&wrong);
    journal(&wrong);
    let expected = [
        "connection from 192.0.2.0 refused: it is old",
        "connection from 192.0.2.7 refused: it is odd",
        "connection from 192.0.2.9 refused: it is old (100 more for this reason since it was told last)",
        "wrong user name or password for `mary` from 192.0.2.1",
        "wrong user name or password for `mary` from 192.0.2.1",
    ];
    assert_eq!(*told.lock(), expected);
    // However many causes somebody thinks of, they take no more room and few lines.
    for cause in 0..1_000 {
        refuse(1, &format!("cause {cause}"));
    }
    assert!(told.lock().len() < 80, "{}", told.lock().len());
}
