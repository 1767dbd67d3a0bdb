//! Messages on their way: to a real SMTP server, and to a webhook that checks them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use chrono::DateTime;
use ferrule::alerts::send::{CarryError, MailServer, Mailer, Webhooks, new_secret, signature};
use ferrule::alerts::{AlertItem, AlertKind, AlertMessage, MessageBody, MessageState, RecipientId};
use ferrule::connector::service::Security;
use ferrule::sync::stored::{CompanyId, Moment};

use crate::service_doors::certificate;

fn now() -> Moment {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn message() -> AlertMessage {
    let text = "Invoice 1051. Rejected by the rules: Quantity must be greater than 0 – “0”.".to_owned();
    AlertMessage {
        id: "5f0c".to_owned(),
        company: CompanyId(1),
        recipient: RecipientId(1),
        at: now(),
        body: MessageBody {
            kind: Some(AlertKind::Waiting),
            domain: "acme".to_owned(),
            company: "Acme Plating\r\nBcc: everybody@example.com".to_owned(),
            title: "Something waits for somebody".to_owned(),
            items: vec![AlertItem { subject: "rejected invoice 1".to_owned(), text, since: now() }],
            more: 2,
            link: None,
        },
        state: MessageState::default(),
    }
}

/// Debian's aiosmtpd.
struct Smtp {
    server: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl Smtp {
    fn start(arguments: &[&Path]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/alerts_smtp.py");
        let mut server = Command::new("/usr/bin/python3")
            .arg(script)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("Debian's python3 is needed: run tests/run.sh");
        let mut said = BufReader::new(server.stdout.take().unwrap());
        let mut port = String::new();
        said.read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("python3-aiosmtpd is needed: run tests/run.sh");
        Self { server, said, port }
    }

    /// What arrived next.
    fn arrived(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

fn server(url: &str, password: Option<&str>) -> MailServer {
    MailServer {
        url: url.parse().unwrap(),
        password: password.map(Into::into),
        authority: None,
        from: "Ferrule <ferrule@shop.example>".to_owned(),
    }
}

#[test]
fn an_e_mail_hides_nothing_and_has_one_kind_of_quotation_marks() {
    let mut body = message().body;
    body.company = "Acme \u{202E}gnitalP".to_owned();
    body.items[0].text = "no class `Zinc\u{200B} rack`".to_owned();
    assert_eq!(body.subject(), "Acme [U+202E]gnitalP: Something waits for somebody");
    let text = body.text();
    assert!(text.starts_with("- no class “Zinc[U+200B] rack”\n- and 2 more\n"), "{text}");
    assert!(text.contains("Ferrule sends this for Acme [U+202E]gnitalP, domain acme."), "{text}");
}

#[test]
fn an_e_mail_arrives_at_a_real_server() {
    let mut smtp = Smtp::start(&[]);
    let mailer = Mailer::new(&server(&format!("smtp://127.0.0.1:{}", smtp.port), None)).unwrap();
    mailer.send(&message(), "kim@shop.example").unwrap();
    let seen = smtp.arrived();
    assert_eq!((&seen["from"], &seen["to"][0]), (&"ferrule@shop.example".into(), &"kim@shop.example".into()));
    let text = seen["text"].as_str().unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    for line in [
        "From: Ferrule <ferrule@shop.example>",
        "To: kim@shop.example",
        "Message-ID: <5f0c@shop.example>",
        "Date: Mon, 21 Sep 2026 14:13:20 +0000",
    ] {
        assert!(head.lines().any(|it| it == line), "{line}: {head}");
    }
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "a name adds no line to the head: {head}");
    let gone = mailer.send(&message(), "nobody@shop.example").unwrap_err();
    assert!(gone.is_final && gone.why.contains("no such mailbox"), "{gone:?}");
    let busy = mailer.send(&message(), "later@shop.example").unwrap_err();
    assert!(!busy.is_final && busy.why.contains("try again later"), "{busy:?}");
    assert!(mailer.send(&message(), "no address").unwrap_err().is_final);
    let port = smtp.port;
    drop(smtp);
    let away = Mailer::new(&server(&format!("smtp://127.0.0.1:{port}"), None)).unwrap();
    assert!(!away.send(&message(), "kim@shop.example").unwrap_err().is_final);
}

#[test]
fn a_password_goes_over_tls_only_and_is_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let Security::Tls { certificate: authority, key } = certificate(folder.path()) else { unreachable!() };
    let mut smtp = Smtp::start(&[&authority, &key]);
    let url = format!("smtp://ferrule@localhost:{}?tls=required", smtp.port);
    let with = |password: &str| MailServer {
        authority: Some(std::fs::read(&authority).unwrap()),
        ..server(&url, Some(password))
    };
    Mailer::new(&with("a secret")).unwrap().send(&message(), "kim@shop.example").unwrap();
    let seen = smtp.arrived();
    assert_eq!((&seen["user"], &seen["tls"]), (&"ferrule".into(), &true.into()));
    let wrong =
        Mailer::new(&with("another secret")).unwrap().send(&message(), "kim@shop.example").unwrap_err();
    assert!(!wrong.why.contains("secret"), "{wrong:?}");
    let unknown = Mailer::new(&server(&url, Some("a secret"))).unwrap();
    let wrong = unknown.send(&message(), "kim@shop.example").unwrap_err();
    assert!(!wrong.is_final && wrong.why.contains("certificate"), "{wrong:?}");

    let refused = |url: &str, password| Mailer::new(&server(url, password)).err().unwrap().to_string();
    assert!(refused("smtp://ferrule@mail.example", Some("x")).contains("a password needs TLS"));
    assert!(
        refused("smtp://ferrule@mail.example?tls=opportunistic", Some("x")).contains("a password needs TLS")
    );
    assert!(refused("smtps://ferrule:seen@mail.example", None).contains("does not belong into the address"));
    assert!(refused("smtps://ferrule@mail.example", None).contains("belong together"));
    assert!(refused("http://mail.example", None).contains("the SMTP server"));
    assert!(!format!("{:?}", with("a secret")).contains("a secret"));
}

/// A webhook that answers once; gives what was asked of it.
pub fn receiver(answer: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            let count = stream.read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..count]);
            let text = String::from_utf8_lossy(&seen).into_owned();
            let length = |head: &str| {
                let length = head
                    .lines()
                    .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
                length.map_or(0, |length| length.parse().unwrap())
            };
            if count == 0
                || text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= length(head))
            {
                stream.write_all(answer.as_bytes()).unwrap();
                return text;
            }
        }
    });
    (port, asked)
}

fn call(answer: &'static str, host: &str) -> (Result<(), CarryError>, String) {
    let (port, asked) = receiver(answer);
    let webhooks = Webhooks { may_be_private: true };
    let url = format!("http://{host}:{port}/hook?a=b");
    let called = webhooks.call(&message(), &url, &"whsec_c2VjcmV0".into(), now());
    (called, asked.join().unwrap())
}

#[test]
fn a_webhook_gets_a_signed_event() {
    let (called, asked) = call("HTTP/1.1 204 No Content\r\n\r\n", "127.0.0.1");
    assert_eq!(called, Ok(()));
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{head}");
    let header = |name: &str| {
        let line = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(it, _)| it.eq_ignore_ascii_case(name)));
        line.map_or("", |(_, value)| value)
    };
    assert_eq!(header("content-type"), "application/cloudevents+json; charset=utf-8");
    assert_eq!((header("webhook-id"), header("webhook-timestamp")), ("5f0c", "1790000000"));
    let signed = signature(&"whsec_c2VjcmV0".into(), "5f0c", 1_790_000_000, body).unwrap();
    assert_eq!(header("webhook-signature"), signed);
    let event: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&event["type"], &event["data"]["more"]), (&"ferrule.alert.waiting".into(), &2.into()));
    let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
    assert!(one != other && one.expose().starts_with("whsec_") && one.expose().len() == 38);
}

#[test]
fn a_webhook_that_fails_is_called_later_and_nobody_is_followed_elsewhere() {
    for (answer, is_final, told) in [
        ("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", false, "answers 500"),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            false,
            "answers 302",
        ),
        ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", true, "wants nothing more"),
    ] {
        let error = call(answer, "localhost").0.unwrap_err();
        assert!(error.is_final == is_final && error.why.contains(told), "{error:?}");
    }
}

#[test]
fn a_webhook_of_this_machine_is_not_called_whatever_its_name() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for url in [
        format!("http://localhost:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
    ] {
        let called = Webhooks::default().call(&message(), &url, &"whsec_c2VjcmV0".into(), now());
        assert_eq!(called, Err(CarryError::never("its address is not of the open internet")), "{url}");
    }
    assert!(listener.accept().is_err(), "nobody knocked");
}
