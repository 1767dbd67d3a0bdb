//! What the simulated Web Connector says to a server, and what it makes of its answers.

use ferrule::connector::{Call, CompanyFile as Wanted, LastError, Progress, Schedule, Verdict, VersionCheck};
use ferrule::simulator::{
    Answered, Application, Condition, Ending, HResult, Lasting, Moment, Then, Transport as _, Unwatched,
    WebConnector,
};

use crate::simulator_requests::{Asked, document};
use crate::web_connector_server::{FILE, OWNER, Server, URL, closed_file, update};

const CLASS: &str = "<ClassAddRq><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>";
const OTHER: &str = "<ClassAddRq><ClassAdd><Name>Black Oxide</Name></ClassAdd></ClassAddRq>";

#[test]
fn a_visit_goes_as_intuit_says() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS, OTHER]);
    let update = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!((update.ending, &*update.status), (Ending::Complete, "goodbye"));
    assert!(update.is_well());
    assert_eq!((update.message_sets, update.refused, update.calls), (2, 0, 8));
    assert_eq!(update.progress, [50, 100]);
    assert_eq!(
        server.names(),
        [
            "serverVersion",
            "clientVersion",
            "authenticate",
            "sendRequestXML",
            "receiveResponseXML",
            "sendRequestXML",
            "receiveResponseXML",
            "closeConnection",
        ]
    );
    assert!(matches!(&server.calls[1], Call::ClientVersion { version } if version == "2.3.0.207"));
    assert!(
        matches!(&server.calls[2], Call::Authenticate { user_name, password } if user_name == "shop" && password.expose() == "secret")
    );
    assert!(server.calls[3..].iter().all(|call| call.ticket() == Some("ticket")));
    assert_eq!((file.count("Class"), file.begin_session()), (3, Ok(())));
}

#[test]
fn the_first_request_is_asked_for_with_what_quickbooks_says_of_itself() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS, OTHER]);
    update(&mut server, &mut file, &clock, &mut Unwatched);
    let sent: Vec<_> = server
        .calls
        .iter()
        .filter_map(|call| match call {
            Call::SendRequest { hcp_response, company_file_name, country, major, minor, .. } => {
                Some((hcp_response, (&**company_file_name, &**country, *major, *minor)))
            }
            _ => None,
        })
        .collect();
    assert!(sent.iter().all(|(_, rest)| *rest == (r"C:\QuickBooks\sample.qbw", "US", 13, 0)));
    assert_eq!(sent[1].0, "");
    let hcp = Asked::new(sent[0].0.clone());
    let names: Vec<_> = hcp.responses.iter().map(|it| it.records[0].name().to_owned()).collect();
    assert_eq!(names, ["HostRet", "CompanyRet", "PreferencesRet"]);
    assert!(sent[0].0.contains("<SupportedQBXMLVersion>13.0</SupportedQBXMLVersion>"));
    let company = &hcp.responses[1].records[0];
    assert_eq!(company.get("CompanyName"), Some("Sample Finishing Company"));
    assert_eq!(company.get("DataExtRet/OwnerID"), Some(OWNER));
    assert_eq!(company.get("DataExtRet/DataExtName"), Some("FileID"));
    assert_eq!(company.get("DataExtRet/DataExtValue"), Some(FILE));
    // It is written once only.
    let mut server = Server::with(&[CLASS]);
    update(&mut server, &mut file, &clock, &mut Unwatched);
    let Some(Call::SendRequest { hcp_response, .. }) = server.calls.get(3) else {
        panic!("{:?}", server.names())
    };
    assert_eq!(hcp_response.matches("FileID").count(), 1);
}

#[test]
fn without_work_it_says_goodbye() {
    for (verdict, ending, code) in [
        (Verdict::NoWork, Ending::NoWork, None),
        (Verdict::BadUser, Ending::BadUser, Some("QBWC1040")),
        (Verdict::Busy, Ending::Busy, None),
    ] {
        let (mut file, clock) = closed_file();
        let mut server = Server::with(&[CLASS]);
        server.verdict = verdict;
        let update = update(&mut server, &mut file, &clock, &mut Unwatched);
        assert_eq!((update.ending, update.code), (ending, code));
        assert_eq!(server.names()[2..], ["authenticate", "closeConnection"]);
        assert_eq!(file.count("Class"), 1);
    }
}

#[test]
fn a_server_can_refuse_the_version() {
    for (version, ending, code) in [
        (VersionCheck::Warning("old".to_owned()), Ending::Complete, None),
        (VersionCheck::Refused("too old".to_owned()), Ending::VersionRefused, Some("QBWC1037")),
        (VersionCheck::Needed(3, 0), Ending::VersionRefused, Some("QBWC1037")),
    ] {
        let (mut file, clock) = closed_file();
        let mut server = Server::with(&[CLASS]);
        server.version = version;
        let update = update(&mut server, &mut file, &clock, &mut Unwatched);
        assert_eq!((update.ending, update.code), (ending, code));
    }
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS]);
    let nonsense = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                    <clientVersionResponse xmlns=\"http://developer.intuit.com/\"><clientVersionResult>why not\
                    </clientVersionResult></clientVersionResponse></s:Body></s:Envelope>";
    server.instead = Some(("clientVersion", answered(200, nonsense)));
    let update = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!(update.code, Some("QBWC1046"));
    assert_eq!(server.names(), ["serverVersion", "clientVersion"]);
}

fn answered(status: u16, body: &str) -> Answered {
    Answered { status, content_type: "text/xml; charset=utf-8".to_owned(), body: body.as_bytes().to_vec() }
}

#[test]
fn what_it_cannot_read_ends_the_visit_with_a_code_of_its_own() {
    for (name, code, closes) in [
        ("authenticate", Some("QBWC1012"), false),
        ("sendRequestXML", Some("QBWC1041"), true),
        ("receiveResponseXML", Some("QBWC1042"), true),
        ("getLastError", Some("QBWC1043"), true),
        ("closeConnection", Some("QBWC1044"), true),
        ("connectionError", Some("QBWC1045"), true),
        // Old servers do not know these two.
        ("serverVersion", None, true),
        ("clientVersion", None, true),
    ] {
        let (mut file, clock) = closed_file();
        let mut server = Server::with(&[CLASS]);
        server.instead = Some((name, answered(404, "")));
        if name == "connectionError" {
            file.inject(Condition::NoSession(HResult::MODAL_DIALOG), Lasting::UntilCleared);
        }
        if name == "getLastError" {
            server.progress = Some(Progress::FAILED);
        }
        let update = update(&mut server, &mut file, &clock, &mut Unwatched);
        assert_eq!(update.code, code, "{name}: {}", update.status);
        assert_eq!(server.names().last() == Some(&"closeConnection"), closes, "{name}");
    }
}

#[test]
fn a_refused_message_set_is_told_with_its_hresult() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[
        "<ClassAddRq><ClassAdd><IsActive>true</IsActive><Name>x</Name></ClassAdd></ClassAddRq>",
        CLASS,
    ]);
    let done = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!((done.ending, done.message_sets, done.refused), (Ending::Complete, 2, 1));
    let Some(Call::ReceiveResponse { response, hresult, message, .. }) = server.calls.get(4) else {
        panic!("{:?}", server.names())
    };
    assert_eq!((&**response, &**hresult), ("", "0x80040400"));
    assert!(message.contains("QuickBooks"), "{message}");
    assert_eq!(file.count("Class"), 2);
}

#[test]
fn a_negative_answer_has_it_ask_what_is_wrong() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS, OTHER]);
    server.progress = Some(Progress::FAILED);
    server.last_error = LastError::Message("the books are wrong".to_owned());
    let update = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!((update.ending, &*update.status), (Ending::Told, "the books are wrong"));
    assert_eq!(server.names()[4..], ["receiveResponseXML", "getLastError", "closeConnection"]);
}

#[test]
fn an_empty_request_has_it_ask_and_no_op_has_it_pause() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[]);
    assert_eq!(update(&mut server, &mut file, &clock, &mut Unwatched).status, "nothing is wrong");
    assert_eq!(server.names()[3..], ["sendRequestXML", "getLastError", "closeConnection"]);

    let mut server = Server::with(&[CLASS]);
    server.documents.push_front("NoOp".to_owned());
    server.last_error = LastError::Pause;
    let mut paused = Vec::new();
    let update = update(&mut server, &mut file, &clock, &mut |moment: Moment<'_>, _: &mut _| {
        if let Moment::Pausing(seconds) = moment {
            paused.push(seconds);
        }
        Then::GoOn
    });
    assert_eq!((update.ending, paused), (Ending::Complete, vec![5]));
    assert_eq!(update.ended - update.began, 5);
    assert_eq!(server.names()[3..6], ["sendRequestXML", "getLastError", "sendRequestXML"]);
}

#[test]
fn it_tries_once_more_by_itself_and_then_tells_the_server() {
    let modal = |times| (Condition::NoSession(HResult::MODAL_DIALOG), Lasting::Times(times));
    let (mut file, clock) = closed_file();
    let (condition, lasting) = modal(1);
    file.inject(condition, lasting);
    let mut server = Server::with(&[CLASS]);
    assert_eq!(update(&mut server, &mut file, &clock, &mut Unwatched).ending, Ending::Complete);

    let (condition, lasting) = modal(2);
    file.inject(condition, lasting);
    let mut server = Server::with(&[OTHER]);
    let update = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!((update.ending, update.code), (Ending::NotConnected, Some("QBWC1013")));
    assert!(matches!(&server.calls[3], Call::ConnectionError { hresult, .. } if hresult == "0x80040414"));
    assert_eq!(server.names()[4..], ["closeConnection"]);
}

#[test]
fn another_company_file_is_refused_until_the_server_gives_in() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS]);
    server.verdict = Verdict::Work(Wanted::Path(r"C:\QuickBooks\other.qbw".parse().unwrap()));
    server.paths = vec![Wanted::Current, Wanted::Path(r"C:\QuickBooks\third.qbw".parse().unwrap())];
    let done = update(&mut server, &mut file, &clock, &mut Unwatched);
    assert_eq!(done.ending, Ending::Complete);
    assert_eq!(
        server.names()[2..6],
        ["authenticate", "connectionError", "connectionError", "sendRequestXML"]
    );
    assert!(matches!(&server.calls[3], Call::ConnectionError { hresult, .. } if hresult == "0x8004040A"));

    let mut server = Server::with(&[OTHER]);
    server.paths = vec![Wanted::Path(r"C:\x.qbw".parse().unwrap()); 50];
    server.verdict = Verdict::Work(server.paths[0].clone());
    assert_eq!(update(&mut server, &mut file, &clock, &mut Unwatched).ending, Ending::NotConnected);
}

#[test]
fn a_user_can_work_during_a_visit_and_another_application_too() {
    let (mut file, clock) = closed_file();
    let mut server =
        Server::with(&[CLASS, "<ClassQueryRq><FullName>Anodizing (red)</FullName></ClassQueryRq>"]);
    let mut watch = |moment: Moment<'_>, file: &mut ferrule::simulator::CompanyFile| {
        if matches!(moment, Moment::Processed(document, Ok(_)) if document.contains("ClassAdd")) {
            let id = file.id_of("Class", "Anodizing").unwrap().to_owned();
            assert!(file.edit(&id, "Name", "Anodizing (red)"));
            file.meanwhile(|file| {
                assert_eq!(file.process(&document_of_other()), Err(HResult::NO_SESSION));
                file.begin_session().unwrap();
                file.process(&document_of_other()).unwrap();
                file.end_session();
            });
        }
        Then::GoOn
    };
    let update = update(&mut server, &mut file, &clock, &mut watch);
    assert_eq!((update.ending, file.count("Class")), (Ending::Complete, 3));
    assert!(server.answers()[1].0.contains("<FullName>Anodizing (red)</FullName>"));
}

fn document_of_other() -> String {
    document(OTHER)
}

#[test]
fn it_comes_when_its_schedule_says() {
    let (mut file, clock) = closed_file();
    let start = ferrule::simulator::Clock::now(&clock);
    let mut server = Server::with(&[]);
    server.verdict = Verdict::NoWork;
    let application = Application { run_every_seconds: Some(600), ..Application::at(URL, "shop") };
    let mut visits = 0;
    let transport = |url: &str, request: &ferrule::connector::client::Request| {
        if request.soap_action.contains("authenticate") {
            visits += 1;
            server.schedule = match visits {
                2 => Some(Schedule { postpone_seconds: 30, run_every_seconds: 0 }),
                3 => Some(Schedule { postpone_seconds: 0, run_every_seconds: 3600 }),
                _ => None,
            };
            server.verdict = if visits == 2 { Verdict::Work(Wanted::Current) } else { Verdict::NoWork };
        }
        server.post(url, request)
    };
    let mut connector = WebConnector::new(application, "secret".into(), transport, clock.clone());
    let mut updates = Vec::new();
    for _ in 0..4 {
        let update = connector.update(&mut file, &mut Unwatched);
        updates.push((update.began - start, update.ending));
        assert!(connector.wait());
    }
    assert_eq!(
        updates,
        [(0, Ending::NoWork), (600, Ending::Postponed), (630, Ending::NoWork), (4230, Ending::NoWork)]
    );
    assert_eq!(connector.next_run(), Some(start + 4830));
    connector.run_every(None);
    connector.update(&mut file, &mut Unwatched);
    assert_eq!((connector.next_run(), connector.wait()), (None, false), "only the user starts it");
}

#[test]
fn a_visit_without_end_is_ended() {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS]);
    server.progress = Some(Progress::working(0, 1));
    server.documents = vec![document("<ClassQueryRq/>"); 100].into();
    let transport = |url: &str, request: &ferrule::connector::client::Request| server.post(url, request);
    let mut connector = WebConnector::new(Application::at(URL, "shop"), "secret".into(), transport, clock);
    connector.limit_calls(20);
    let update = connector.update(&mut file, &mut Unwatched);
    assert_eq!((update.ending, update.calls), (Ending::Failed, 20));
}
