//! zeep, a SOAP client that none of us wrote, reads our WSDL, calls by it, and reads our answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferrule::connector::{
    Answer, Authentication, CompanyFile, ConnectionErrorAnswer, Fault, FaultCode, LastError, NextRequest,
    Operation, Progress, Schedule, Verdict, VersionCheck, read_call, wsdl,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::connector_answers::calls;

const ADDRESS: &str = "https://books.example.com/qbwc?a=1&b=2";

/// What zeep saw of one call.
#[derive(Deserialize)]
struct Seen {
    address: String,
    action: String,
    r#type: String,
    result: Value,
}

/// A Python that has zeep.
pub fn python() -> PathBuf {
    let named = std::env::var_os("FERRULE_ZEEP").map(PathBuf::from);
    let python =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/zeep/bin/python3"));
    assert!(
        python.exists(),
        "`{}` is missing: run tests/run.sh, or name a Python that has zeep in FERRULE_ZEEP",
        python.display()
    );
    python
}

fn answers() -> Vec<(Answer, Value)> {
    let text = |text: &str| text.to_owned();
    let request = "<?xml version=\"1.0\"?>\n<QBXML><a>R&amp;D \u{e9}</a></QBXML>";
    let schedule = Some(Schedule { postpone_seconds: 60, run_every_seconds: 0 });
    let authentication = Authentication {
        ticket: text("t"),
        verdict: Verdict::Work(CompanyFile::Path(r"C:\R&D\b.qbw".parse().unwrap())),
        schedule,
    };
    vec![
        (Answer::ServerVersion(text("0.1.0")), json!("0.1.0")),
        (Answer::ClientVersion(VersionCheck::Warning(text("old"))), json!("W:old")),
        (Answer::Authenticate(authentication), json!(["t", r"C:\R&D\b.qbw", "60", "0"])),
        (Answer::SendRequest(NextRequest::Request(text(request))), json!(request)),
        (Answer::ReceiveResponse(Progress::working(1, 3)), json!(33)),
        (Answer::ConnectionError(ConnectionErrorAnswer::Done), json!("done")),
        (Answer::GetLastError(LastError::Pause), json!("NoOp")),
        (Answer::InteractiveUrl(text("https://a.example/?x&y")), json!("https://a.example/?x&y")),
        (Answer::InteractiveRejected(text("ok")), json!("ok")),
        (Answer::InteractiveDone, json!("Done")),
    ]
}

fn run(folder: &Path) -> BTreeMap<String, Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/connector_zeep.py");
    let output = Command::new(python()).arg(script).arg(folder).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn zeep_calls_by_our_wsdl_and_reads_our_answers() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: String, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("service.wsdl".into(), wsdl(ADDRESS).as_bytes());
    let fault = Fault { code: FaultCode::Server, message: "the store is <closed>".into() };
    write("closeConnection.answer.xml".into(), &fault.to_xml());
    let mut expected = vec![(Operation::CloseConnection, json!("soap:Server: the store is <closed>"))];
    for (answer, result) in answers() {
        let operation = answer.operation();
        write(format!("{}.answer.xml", operation.name()), &answer.to_xml());
        expected.push((operation, result));
    }
    let seen = run(folder.path());
    assert_eq!((seen.len(), expected.len()), (11, 11));
    for (operation, result) in expected {
        let name = operation.name();
        assert_eq!(seen[name].result, result, "{name}");
        assert_eq!(seen[name].address, ADDRESS);
        assert_eq!(seen[name].action, format!("\"http://developer.intuit.com/{name}\""));
        assert_eq!(seen[name].r#type, "text/xml; charset=utf-8");
        let request = std::fs::read(folder.path().join(format!("{name}.request.xml"))).unwrap();
        let call = calls().into_iter().find(|call| call.operation() == operation).unwrap();
        assert_eq!(read_call(&request, 1 << 20), Ok(call));
    }
}
