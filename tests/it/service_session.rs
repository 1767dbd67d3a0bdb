//! Whole sessions over sockets: by the simulated Web Connector, and by a client that none of us wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use ferrule::connector::service::{Opening, ServiceConfig, Versions};
use ferrule::simulator::{Application, Ending, Http, Unwatched, Update, WebConnector};
use serde_json::{Value, json};

use crate::service_desk::{Front, PASSWORD, USER, config, front};
use crate::simulator_requests::document_with;
use crate::web_connector_server::closed_file;

fn class(name: &str) -> String {
    document_with(
        "onError=\"continueOnError\"",
        &format!("<ClassAddRq requestID=\"1\"><ClassAdd><Name>{name}</Name></ClassAdd></ClassAddRq>"),
    )
}

fn update(front: &Front, password: &str, every: Option<u32>) -> Update {
    let (mut file, clock) = closed_file();
    let application = Application::at(front.service.url(), USER);
    let mut connector = WebConnector::new(application, password.into(), Http::default(), clock);
    connector.run_every(every);
    connector.update(&mut file, &mut Unwatched)
}

#[test]
fn the_simulated_web_connector_runs_a_session() {
    let documents = ["Anodizing", "Chrome", "Nickel"].map(class);
    let front = front(&documents.each_ref().map(String::as_str), config());
    let seen = update(&front, PASSWORD, None);
    assert_eq!((seen.ending, seen.status.as_str()), (Ending::Complete, "3 done"), "{seen:?}");
    assert_eq!(seen.progress, [33, 66, 100]);
    let script = front.desk.script();
    assert!(script.hellos[0].hcp_response.contains("<CompanyRet>") && script.hellos[0].major == 13);
    assert!(script.hellos[1..].iter().all(|hello| hello.hcp_response.is_empty()));
    assert!(script.answers.iter().all(|answered| answered.response.contains("statusCode=\"0\"")));
    assert!(script.sessions.is_empty() && script.closed == 1 && script.spoiled.is_empty());
}

#[test]
fn the_simulated_web_connector_is_turned_away() {
    let front = front(&[], config());
    assert_eq!(update(&front, "wrong", None).ending, Ending::BadUser);
    for (opening, ending) in [
        (Opening::NoWork, Ending::NoWork),
        (Opening::Busy, Ending::Busy),
        (Opening::Postponed(300), Ending::Postponed),
    ] {
        front.desk.script().opening = Some(opening);
        assert_eq!(update(&front, PASSWORD, Some(60)).ending, ending);
    }
    // By hand nothing is put off; what it then hears must not be blank.
    let by_hand = update(&front, PASSWORD, None);
    assert_eq!(by_hand.ending, Ending::Told);
    assert!(by_hand.status.contains("asked to be called later"), "{by_hand:?}");
    assert!(front.desk.script().sessions.is_empty());
}

#[test]
fn a_web_connector_that_is_too_old_does_not_come_in() {
    let refuse_below = Some("3.0".parse().unwrap());
    let versions = Versions { refuse_below, ..Versions::default() };
    let front = front(&[], ServiceConfig { versions, ..config() });
    let seen = update(&front, PASSWORD, None);
    assert_eq!(seen.ending, Ending::VersionRefused);
    assert!(seen.status.contains("install version 3.0.0.0 or newer"), "{seen:?}");
}

fn python() -> PathBuf {
    let named = std::env::var_os("FERRULE_ZEEP").map(PathBuf::from);
    let python =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/zeep/bin/python3"));
    assert!(python.exists(), "`{}` is missing: run tests/run.sh", python.display());
    python
}

#[test]
fn zeep_runs_a_session_by_the_served_wsdl() {
    let front = front(&["<QBXML>R&amp;D \u{e9}</QBXML>", "<QBXML/>"], config());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/service_zeep.py");
    let output =
        Command::new(python()).arg(script).args([front.service.url(), USER, PASSWORD]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let version = format!("Ferrule {}", env!("CARGO_PKG_VERSION"));
    let lost = "No session is under way: it has ended, or the service asked to be called later. Nothing was done; \
                the next update begins a new one.";
    let expected = [
        json!(version),
        json!(null),
        json!("nvu"),
        json!(""),
        json!("<QBXML>R&amp;D \u{e9}</QBXML>"),
        json!(50),
        json!("<QBXML/>"),
        json!(100),
        json!("nothing is left to be done"),
        json!("2 done"),
        json!(null),
        json!(lost),
        json!("soap:Client"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(front.desk.script().answers[0].response, "<QBXML a=\"\u{e9}\">&amp;\u{20ac}</QBXML>");
}
