//! `ferrule connector`, over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use ferrule::connector::client::Request;
use ferrule::connector::{Call, Verdict};
use ferrule::simulator::{CompanyFile, ManualClock, Transport as _};

use crate::oracle;
use crate::web_connector_server::{Server, URL};

const CLASS: &str = "<ClassAddRq requestID=\"1\"><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>\
                     <ClassAddRq requestID=\"2\"><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>";

/// A server on a port of its own, and the heads of the requests it got.
struct Served {
    url: String,
    script: Arc<Mutex<Server>>,
    heads: Arc<Mutex<Vec<String>>>,
}

fn serve(script: Server) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = Served {
        url: format!("http://{}/qbwc", listener.local_addr().unwrap()),
        script: Arc::new(Mutex::new(script)),
        heads: Arc::default(),
    };
    let (script, heads) = (Arc::clone(&served.script), Arc::clone(&served.heads));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            talk(&stream.unwrap(), &script, &heads);
        }
    });
    served
}

/// Answers requests on one connection until it is closed.
fn talk(stream: &TcpStream, script: &Mutex<Server>, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
            line.map(|line| line.split_once(':').unwrap().1.trim().to_owned())
        };
        if header("expect").is_some() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        let mut body = vec![0; header("content-length").unwrap().parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let soap_action = header("soapaction").unwrap();
        heads.lock().unwrap().push(head);
        let answered = script.lock().unwrap().post(URL, &Request { soap_action, body }).unwrap();
        let head = format!(
            "HTTP/1.1 {} OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            answered.status,
            answered.content_type,
            answered.body.len()
        );
        stream.write_all(&[head.as_bytes(), &answered.body].concat()).unwrap();
    }
}

fn connector(served: &Served, company: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    command
        .env("FERRULE_PASSWORD", "hunter2")
        .args(["connector", "--url", &served.url, "--user", "shop", "--once", "--company"])
        .arg(company);
    command
}

#[test]
fn a_visit_is_told_and_the_company_file_kept() {
    let folder = tempfile::tempdir().unwrap();
    let company = folder.path().join("company.json");
    let served = serve(Server::with(&[CLASS]));
    let output = connector(&served, &company).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    insta::assert_snapshot!(out, @r#"
    serverVersion        1
    clientVersion
    authenticate         the company file that is open
    sendRequestXML       301 bytes
      QuickBooks         2 ClassAdd
                         3100: The name "Anodizing" of the list element is already in use.
    receiveResponseXML   100 %
    closeConnection      goodbye
    complete: goodbye
    "#);
    assert_eq!(output.status.code(), Some(0));
    assert!(!out.contains("hunter2") && !out.contains("ticket"));
    let file = CompanyFile::load(&company, ManualClock::at(0)).unwrap();
    assert!(file.id_of("Class", "Anodizing").is_some());

    let heads = served.heads.lock().unwrap();
    let first = heads[0].to_ascii_lowercase();
    for expected in [
        "post /qbwc http/1.1\r\n",
        "content-type: text/xml; charset=utf-8\r\n",
        "soapaction: \"http://developer.intuit.com/serverversion\"\r\n",
        "expect: 100-continue\r\n",
        "user-agent: mozilla/4.0 (compatible; msie 6.0; ms web services client protocol 4.0.30319.",
    ] {
        assert!(first.contains(expected), "{expected}: {first}");
    }
    let calls = &served.script.lock().unwrap().calls;
    assert!(
        matches!(&calls[2], Call::Authenticate { user_name, password } if user_name == "shop" && password.expose() == "hunter2")
    );
}

#[test]
fn the_company_file_is_there_again_at_the_next_visit() {
    let folder = tempfile::tempdir().unwrap();
    let company = folder.path().join("company.json");
    let mut query = Server::with(&["<ClassQueryRq/>"]);
    query.documents[0] = query.documents[0].replace("set 0", "another set");
    let (first, second) = (serve(Server::with(&[CLASS])), serve(query));
    connector(&first, &company).assert().success();
    connector(&second, &company).assert().success();
    let answers = second.script.lock().unwrap().answers();
    assert!(answers[0].0.contains("<FullName>Anodizing</FullName>"));
}

#[test]
fn json_is_one_line_per_visit() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(Server::with(&[CLASS]));
    let output = connector(&served, &folder.path().join("c")).arg("--json").output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(out.lines().count(), 1);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["ending"], "complete");
    assert_eq!(value["message_sets"], 1);
    assert_eq!(value["progress"], serde_json::json!([100]));
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn a_company_file_can_begin_with_recorded_responses() {
    let folder = tempfile::tempdir().unwrap();
    let company = folder.path().join("company.json");
    let served = serve(Server::with(&["<VendorQueryRq/>"]));
    let samples = oracle::path("samples/vendors.xml");
    connector(&served, &company).arg("--load").arg(&samples).assert().success();
    let answers = served.script.lock().unwrap().answers();
    assert_eq!(answers[0].0.matches("<VendorRet>").count(), 54);
    let again = connector(&served, &company).arg("--load").arg(&samples).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr).unwrap().contains("is there already"));
}

#[test]
fn what_goes_wrong_is_an_exit_code_and_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let company = folder.path().join("company.json");
    let mut strict = Server::with(&[CLASS]);
    strict.verdict = Verdict::BadUser;
    let served = serve(strict);
    let output = connector(&served, &company).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("bad-user: QBWC1040: "), "{out}");

    let nobody = Served {
        url: {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/", listener.local_addr().unwrap())
        },
        ..served
    };
    let output = connector(&nobody, &company).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("failed: QBWC1012: cannot call"), "{out}");

    let output = connector(&nobody, &company).env_remove("FERRULE_PASSWORD").output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && err.contains("QBWC1030"), "{err}");
}

#[test]
fn a_qwc_file_is_checked_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let qwc = folder.path().join("shop.qwc");
    let served = serve(Server::with(&[CLASS]));
    let write = |url: &str| {
        let text = format!(
            "<?xml version=\"1.0\"?><QBWCXML><AppName>Shop</AppName><AppID/><AppURL>{url}</AppURL><AppDescription>x</AppDescription>\
             <AppSupport>{url}</AppSupport><UserName>shop-7</UserName><OwnerID>{{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}}</OwnerID>\
             <FileID>{{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}}</FileID><QBType>QBFS</QBType></QBWCXML>"
        );
        std::fs::write(&qwc, text).unwrap();
    };
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        let command =
            command.env("SECRET", "hunter2").args(["connector", "--password-env", "SECRET", "--qwc"]);
        command.arg(&qwc).arg("--company").arg(folder.path().join("c")).output().unwrap()
    };
    write(&served.url);
    let refused = run();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("QBWC1001"), "an address of numbers");
    write(&served.url.replace("127.0.0.1", "localhost"));
    assert_eq!(run().status.code(), Some(0), "without a schedule it comes once");
    let calls = &served.script.lock().unwrap().calls;
    assert!(matches!(&calls[2], Call::Authenticate { user_name, .. } if user_name == "shop-7"));
    assert!(
        matches!(&calls[3], Call::SendRequest { hcp_response, .. } if hcp_response.contains("{57F3B9B6-"))
    );
}
