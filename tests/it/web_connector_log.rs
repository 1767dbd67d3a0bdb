//! `ferrule explain --log`: the log of the Web Connector, in the forms that its versions give it.

use std::path::PathBuf;

use assert_cmd::Command;
use ferrule::catalogue::Who;
use ferrule::connector::log::{Ending, Log, read_logs};
use proptest::prelude::*;

/// One visit as 2.1 to 34 write it: the time of its lines, and what comes between the version and the end.
fn visit(minute: u32, middle: &str) -> String {
    let begin = "RegistryManager.setUpdateLock() : ********************* Update session locked *********************
SOAPWebService.instantiateWebService() : Initiated connection to the following application.
SOAPWebService.instantiateWebService() : AppName: Ferrule Lakeside
SOAPWebService.instantiateWebService() : AppUniqueName (if available): Ferrule Lakeside
SOAPWebService.instantiateWebService() : AppURL: https://books.example.com/qbwc
SOAPWebService.do_serverVersion() : *** Calling serverVersion().
SOAPWebService.do_serverVersion() : Received from serverVersion() following parameter:<serverVersionRet=\"0.1\">
SOAPWebService.do_clientVersion() : *** Calling clientVersion() with following parameter:<productVersion=\"34.0.10010.86\">
SOAPWebService.do_clientVersion() : Received from clientVersion() following parameter:<clientVersionRet=\"\">
SOAPWebService.do_authenticate() : *** Calling authenticate() with following parameters:<userName=\"lakeside\"><password=<MaskedForSecurity>";
    let end = "RegistryManager.setUpdateLock() : ********************* Update session unlocked *********************";
    [begin, middle, end].iter().flat_map(|part| part.lines()).map(|line| stamped(minute, line)).collect()
}

/// A line with its time, unless it goes on from the line before it.
fn stamped(minute: u32, line: &str) -> String {
    if line.contains("() : ") {
        format!("20260105.08:{minute:02}:07 UTC\t: QBWebConnector.{line}\r\n")
    } else {
        format!("{line}\r\n")
    }
}

fn let_in(verdict: &str) -> String {
    format!(
        "SOAPWebService.do_authenticate() : Received from authenticate() following parameters:<authRet[0]=\"c1a5\"><authRet[1]=\"{verdict}\">\n"
    )
}

const EXCHANGE: &str = "SOAPWebService.do_sendRequestXML() : *** Calling sendRequestXML() with following parameters:<wcTicket=\"c1a5\">
SOAPWebService.ProcessRequestXML() : Sending request to QuickBooks.
SOAPWebService.ProcessRequestXML() : Response received from QuickBooks: size (bytes) = 214
SOAPWebService.do_receiveResponseXML() : *** Calling receiveResponseXML() with following parameters:<wcTicket=\"c1a5\">
SOAPWebService.do_receiveResponseXML() : XML dump follows: -

<?xml version=\"1.0\" ?>
<QBXML>
<CustomerAddRs requestID=\"7\" statusCode=\"STATUS\" statusSeverity=\"Error\" statusMessage=\"The name is in use. QBWC1041 0x80040400\" />
</QBXML>
SOAPWebService.do_receiveResponseXML() : Received from receiveResponseXML() following parameter:<receiveResponseXMLRet=\"100\">
SOAPWebService.do_closeConnection() : *** Calling closeConnection() with following parameter:<wcTicket=\"c1a5\">
SOAPWebService.do_closeConnection() : Received from closeConnection() following parameter:<closeConnectionRet=\"OK\">
";

fn worked(minute: u32, status: &str) -> String {
    visit(minute, &(let_in("") + &EXCHANGE.replace("STATUS", status)))
}

fn read(texts: &[&[u8]]) -> Log {
    let folder = tempfile::tempdir().unwrap();
    let write = |(number, text): (usize, &&[u8])| {
        let path = folder.path().join(format!("{number}.txt"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let paths: Vec<PathBuf> = texts.iter().enumerate().map(write).collect();
    read_logs(&paths).unwrap()
}

fn log(text: &str) -> Log {
    read(&[text.as_bytes()])
}

fn endings(log: &Log) -> Vec<(Ending, usize)> {
    log.visits.iter().map(|visits| (visits.ending, visits.times)).collect()
}

/// The code, what happened and whose turn it is, of the only visit.
fn problem(text: &str) -> (String, &'static str, Who) {
    let log = log(text);
    assert_eq!(endings(&log), [(Ending::WentWrong, 1)], "{log:#?}");
    let problem = &log.visits[0].first.problems[0];
    (problem.code.clone().unwrap(), problem.happened, problem.who)
}

#[test]
fn visits_are_told_one_by_one_and_those_that_are_alike_once() {
    let idle: String = (5..9).map(|minute| visit(minute, &let_in("none"))).collect();
    let log = log(&(worked(0, "0") + &idle + &visit(10, &let_in("nvu"))));
    assert_eq!(endings(&log), [(Ending::WentWell, 1), (Ending::NothingToDo, 4), (Ending::WrongPassword, 1)]);
    assert_eq!((log.count, log.bad), (6, 1));
    let first = &log.visits[0].first;
    assert_eq!((first.asked, first.heard), (1, 1));
    assert_eq!(first.application.as_deref(), Some("Ferrule Lakeside"));
    assert_eq!(first.version.as_deref(), Some("34.0.10010.86"));
    assert_eq!(
        (log.visits[1].first.from.as_str(), log.visits[1].until.as_str()),
        ("2026-01-05 08:05:07", "2026-01-05 08:08:07")
    );
    assert_eq!(log.now().unwrap().ending, Ending::WrongPassword);
}

#[test]
fn errors_are_explained_by_their_code_and_by_the_words_of_windows() {
    let failed = |words: &str| {
        visit(
            0,
            &format!(
                "SOAPWebService.do_authenticate() : QBWC1012: Authentication failed due to following error message.\n{words}\nMore info:\nSource = System.Web.Services"
            ),
        )
    };
    let (code, happened, who) = problem(&failed("The request failed with HTTP status 404: Not Found."));
    assert_eq!(
        (code.as_str(), happened, who),
        ("QBWC1012", "There is no service at that address.", Who::Administrator)
    );
    let (_, happened, _) = problem(&failed("Something else."));
    assert_eq!(happened, ferrule::catalogue::web_connector_code("QBWC1012").unwrap().happened);
    let closed = "SOAPWebService.do_connectionError() : *** Calling connectionError() with following parameters:<wcTicket=\"c1a5\"><hresult=\"0x80040408\"><message=\"Could not start QuickBooks.\">";
    let (code, happened, who) = problem(&visit(0, &(let_in("") + closed)));
    assert_eq!((code.as_str(), who), ("0x80040408", Who::QuickbooksUser));
    assert_eq!(happened, ferrule::catalogue::hresult("0x80040408").unwrap().happened);
    let (code, ..) = problem(&visit(0, "SOAPWebService.x() : QBWC1999: New in version 40."));
    assert_eq!(code, "QBWC1999");
}

#[test]
fn what_quickbooks_refused_is_told_and_what_stands_in_its_records_is_not() {
    let (code, happened, _) = problem(&worked(0, "3100"));
    assert_eq!(
        (code.as_str(), happened),
        ("3100", ferrule::catalogue::status(3100).unwrap().happened.as_str())
    );
}

#[test]
fn the_form_of_2009_is_read() {
    let old = "20091217.21:26:06 UTC\t: QBWebConnector.SOAPWebService.do_sendRequestXML() : *** Calling sendRequestXML() with following parameters:
20091217.21:26:06 UTC\t: QBWebConnector.SOAPWebService.ProcessRequestXML() : Sending request to QuickBooks.
20091217.21:26:06 UTC\t: QBWebConnector.SOAPWebService.ProcessRequestXML() : Sending error message back to application:
HRESULT = 0x80040400
Message: QuickBooks found an error when parsing the provided XML text stream.
";
    let (code, ..) = problem(old);
    assert_eq!(code, "0x80040400");
}

#[test]
fn a_visit_that_breaks_off_and_a_log_that_begins_in_the_middle_are_told() {
    let whole = worked(3, "0");
    let broken = &visit(0, &let_in("")).replace("Update session unlocked", "");
    let halved = &whole[whole.find("sendRequestXML").unwrap()..];
    assert_eq!(endings(&log(&(broken.clone() + &whole))), [(Ending::BrokenOff, 1), (Ending::WentWell, 1)]);
    let cut = log(&format!("half a line\r\n{halved}"));
    assert_eq!((endings(&cut), cut.foreign), (vec![(Ending::WentWell, 1)], 2));
}

#[test]
fn the_files_of_a_log_are_read_in_the_order_of_their_times_and_in_any_encoding() {
    let (first, second) = (worked(0, "3100"), visit(4, &let_in("none")) + &worked(9, "0"));
    let utf_16: Vec<u8> = second.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let log = read(&[&utf_16, first.as_bytes()]);
    let wanted = [(Ending::WentWrong, 1), (Ending::NothingToDo, 1), (Ending::WentWell, 1)];
    assert_eq!(endings(&log), wanted);
    assert!(log.now().is_none(), "what went wrong has gone well since");
    let parted = first.find("ProcessRequestXML").unwrap();
    let log = read(&[&first.as_bytes()[..parted], &first.as_bytes()[parted..]]);
    assert_eq!(log.count, 1, "a visit goes on in the next file: {log:#?}");
}

#[test]
fn the_command_says_whose_turn_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str, arguments: &[&str]| {
        let path = folder.path().join("QWCLog.txt");
        std::fs::write(&path, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        let done = command.arg("explain").arg("--log").arg(path).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
    };
    let (code, out, _) = run(&(worked(0, "0") + &visit(5, &let_in("nvu"))), &[]);
    insta::assert_snapshot!(out);
    assert_eq!(code, 1);
    let (code, out, _) = run(&worked(0, "0"), &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &json["visits"][0]["ending"], &json["now"]),
        (0, &"went well".into(), &serde_json::Value::Null)
    );
    let (code, _, err) = run("Dear diary,\nnothing happened.\n", &[]);
    assert_eq!(code, 1);
    assert!(err.contains("is no log of the Web Connector"), "{err}");
}

proptest! {
    /// Whatever the file holds, and wherever it is cut off, the answer is one.
    #[test]
    fn no_file_stops_the_reading(noise in any::<Vec<u8>>(), from in 0_usize..4_000, to in 0_usize..4_000, wide in any::<bool>()) {
        let whole = worked(0, "3100") + &visit(5, &let_in("none"));
        let bytes: Vec<u8> = if wide { whole.encode_utf16().flat_map(u16::to_be_bytes).collect() } else { whole.into_bytes() };
        let part = &bytes[from.min(to)..from.max(to).min(bytes.len()).max(from.min(to))];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, [part, &noise, part].concat()).unwrap();
        _ = read_logs(&[path]);
    }
}
