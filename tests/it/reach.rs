//! `ferrule doctor` comes to the service at its address: real servers with TLS, each wrong in one way.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use ferrule::connector::ServiceUrl;
use ferrule::connector::reach::{Authorities, Finding, Part, Reach};
use ferrule::connector::service::{Security, Service, ServiceConfig};
use ferrule::store::SqliteStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::service_desk::{FakeDesk, config};

/// Nobody in these tests waits for longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// An authority, a step between, and certificates of servers that the step has signed.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().unwrap() };
        authority.signs("root", "Shop Root", "basicConstraints=critical,CA:TRUE", None, "-30", "3650");
        authority.signs(
            "step",
            "Shop Step",
            "basicConstraints=critical,CA:TRUE",
            Some("root"),
            "-30",
            "3650",
        );
        authority
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        let done = Command::new("openssl").args(arguments).current_dir(self.folder.path()).output();
        let done = done.expect("openssl is needed: run tests/run.sh");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Makes `NAME.pem` and `NAME.key`, good from and to so many days from now.
    fn signs(&self, name: &str, called: &str, more: &str, by: Option<&str>, from: &str, to: &str) {
        let (key, ask, pem) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        let subject = format!("/O=Shop/CN={called}");
        self.openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            &subject,
            "-keyout",
            &key,
            "-out",
            &ask,
        ]);
        std::fs::write(self.at("more"), more).unwrap();
        let day = |days: &str| {
            let at = Utc::now() + TimeDelta::days(days.parse().unwrap());
            at.format("%Y%m%d%H%M%SZ").to_string()
        };
        // `x509` takes no day on which it begins; `ca` does.
        std::fs::write(self.at("index"), "").unwrap();
        std::fs::write(
            self.at("ca.cnf"),
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\nO=optional\nCN=supplied\n",
        )
        .unwrap();
        let signer = by.map_or_else(
            || vec!["-selfsign".to_owned(), "-keyfile".to_owned(), key.clone()],
            |by| {
                ["-cert", &format!("{by}.pem"), "-keyfile", &format!("{by}.key")].map(str::to_owned).to_vec()
            },
        );
        let (from, to) = (day(from), day(to));
        let mut all = vec!["ca", "-batch", "-notext", "-config", "ca.cnf", "-in", &ask, "-out", &pem];
        all.extend(["-extfile", "more", "-startdate", &from, "-enddate", &to]);
        all.extend(signer.iter().map(String::as_str));
        self.openssl(&all);
    }

    /// The certificate of a server, for that name, until so many days from now.
    fn server(&self, name: &str, host: &str, from: &str, to: &str) {
        let more = format!("subjectAltName=DNS:{host}\nbasicConstraints=critical,CA:FALSE");
        self.signs(name, host, &more, Some("step"), from, to);
    }

    /// A file with these certificates, one behind the other.
    fn chain(&self, names: &[&str]) -> PathBuf {
        let all: String = names
            .iter()
            .map(|name| std::fs::read_to_string(self.at(&format!("{name}.pem"))).unwrap())
            .collect();
        let path = self.at(&format!("{}-chain.pem", names.join("-")));
        std::fs::write(&path, all).unwrap();
        path
    }

    /// Ferrule's own service with these certificates, told that it is at `localhost`.
    fn serve(&self, names: &[&str]) -> Service {
        let security =
            Security::Tls { certificate: self.chain(names), key: self.at(&format!("{}.key", names[0])) };
        Service::start(&ServiceConfig { security, ..config() }, Arc::new(FakeDesk::default())).unwrap()
    }

    fn reach(&self) -> Reach {
        let authorities = Authorities::with_file(&self.at("root.pem")).unwrap();
        Reach { authorities, patience: PATIENCE, clock: Utc::now }
    }

    fn look(&self, service: &Service) -> Vec<Finding> {
        self.reach().look(&ServiceUrl::of_service(service.url()).unwrap())
    }
}

fn url(scheme: &str, port: u16) -> ServiceUrl {
    ServiceUrl::of_service(&format!("{scheme}://localhost:{port}/qbwc")).unwrap()
}

/// What is wrong, with where.
fn wrong(found: &[Finding]) -> Vec<(Part, &str)> {
    found.iter().filter_map(|it| Some((it.part, it.told.as_ref().err()?.as_str()))).collect()
}

#[track_caller]
fn only(found: &[Finding], part: Part, words: &str) {
    let wrong = wrong(found);
    assert!(matches!(wrong[..], [(at, told)] if at == part && told.contains(words)), "{words}: {found:#?}");
}

/// A server of the test's own on a port of its own: it does that with each connection.
fn answering(with: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(with));
    port
}

/// One that answers over HTTP whatever is asked.
fn saying(answer: impl Fn(&str) -> String + Send + 'static) -> u16 {
    answering(move |mut stream| {
        let mut head = [0; 4096];
        let read = stream.read(&mut head).unwrap_or_default();
        let asked = String::from_utf8_lossy(&head[..read]).into_owned();
        let _ = stream.write_all(answer(asked.lines().next().unwrap_or_default()).as_bytes());
    })
}

/// One that begins so, and then says one byte after the other.
fn dripping(begin: &'static [u8]) -> u16 {
    answering(move |mut stream| {
        drop(std::thread::spawn(move || {
            let mut said = stream.write_all(begin);
            while said.is_ok() {
                std::thread::sleep(Duration::from_millis(50));
                said = stream.write_all(b"a");
            }
        }));
    })
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

#[test]
fn a_service_that_is_well_is_told_so_at_each_step() {
    let authority = Authority::new();
    authority.server("good", "localhost", "-1", "58");
    let service = authority.serve(&["good", "step"]);
    let found = authority.look(&service);
    assert_eq!(wrong(&found), [], "{found:#?}");
    let parts: Vec<Part> = found.iter().map(|it| it.part).collect();
    assert_eq!(
        parts,
        [Part::Name, Part::Connection, Part::Certificate, Part::Health, Part::Clock, Part::Description]
    );
    let certificate = found[2].told.as_ref().unwrap();
    assert_eq!(
        certificate,
        "the certificate is for `localhost`, signed by `Shop Step`, and good for 57 more days"
    );
    // Whom nobody knows vouches for nothing.
    let strangers = Reach { authorities: Authorities::default(), ..authority.reach() };
    let found = strangers.look(&ServiceUrl::of_service(service.url()).unwrap());
    only(&found, Part::Certificate, "the last of them signed by `Shop Root`, which is not known here");
}

#[test]
fn plain_http_on_this_machine_is_looked_at_too() {
    let service = Service::start(&config(), Arc::new(FakeDesk::default())).unwrap();
    let found = Authority::new().look(&service);
    assert_eq!(wrong(&found), [], "{found:#?}");
    assert!(found.iter().all(|it| it.part != Part::Certificate), "{found:#?}");
}

#[test]
fn each_fault_of_a_certificate_is_told() {
    let authority = Authority::new();
    authority.server("good", "localhost", "-1", "58");
    authority.server("other", "books.example.com", "-1", "58");
    authority.server("over", "localhost", "-40", "-2");
    authority.server("early", "localhost", "9", "58");
    authority.server("soon", "localhost", "-1", "5");
    let look = |names: &[&str]| authority.look(&authority.serve(names));
    only(
        &look(&["good"]),
        Part::Certificate,
        "shows 1 certificate, the last of them signed by `Shop Step`, which is not known here. If `Shop Step` is a step between, the chain is not complete",
    );
    only(&look(&["other", "step"]), Part::Certificate, "the certificate is not for `localhost`");
    only(&look(&["over", "step"]), Part::Certificate, "the certificate is over since 20");
    only(&look(&["early", "step"]), Part::Certificate, "is the clock of this machine right?");
    only(&look(&["soon", "step"]), Part::Certificate, "the certificate is over on 20");
    // All that is wrong is told at once, and what comes after is looked at all the same.
    authority.server("worst", "books.example.com", "-40", "-2");
    let found = look(&["worst"]);
    let told: Vec<&str> = wrong(&found).into_iter().map(|(_, told)| told).collect();
    assert_eq!(told.len(), 3, "{found:#?}");
    assert!(told[0].contains("is over since") && told[1].contains("is not for"), "{told:?}");
    assert!(told[2].contains("the chain is not complete"), "{told:?}");
    assert!(found.iter().any(|it| it.part == Part::Description && it.told.is_ok()), "{found:#?}");
}

#[test]
fn a_certificate_that_vouches_for_itself_is_told() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let security = crate::service_doors::certificate(folder.path());
    let service =
        Service::start(&ServiceConfig { security, ..config() }, Arc::new(FakeDesk::default())).unwrap();
    let found = authority.look(&service);
    let told = format!("{:?}", wrong(&found));
    assert!(told.contains("it ends with `localhost`, which vouches for itself"), "{found:#?}");
}

#[test]
fn what_is_no_service_is_told_in_time() {
    let reach = Authority::new().reach();
    let closed = crate::servers_proxy::free_port();
    only(&reach.look(&url("https", closed)), Part::Connection, "nothing listens at 127.0.0.1:");
    // Somebody who takes connections and says nothing, and one who says one byte after the other.
    let held = std::sync::Mutex::new(Vec::new());
    let silent = answering(move |stream| held.lock().unwrap().push(stream));
    let slow = dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ");
    let slow_tls = dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\x00");
    for (port, scheme, part) in [
        (silent, "https", Part::Certificate),
        (silent, "http", Part::Health),
        (slow, "http", Part::Health),
        (slow_tls, "https", Part::Certificate),
    ] {
        let began = Instant::now();
        let found = reach.look(&url(scheme, port));
        only(&found, part, "within 1 seconds");
        assert!(began.elapsed() < PATIENCE * 8, "{scheme}: {:?}", began.elapsed());
    }
    let plain = Service::start(&config(), Arc::new(FakeDesk::default())).unwrap();
    let port = plain.address().port();
    only(&reach.look(&url("https", port)), Part::Certificate, "it may be a port for plain HTTP");
    let closing = answering(drop);
    only(&reach.look(&url("https", closing)), Part::Certificate, "ends the connection before TLS begins");
    let nowhere = ServiceUrl::of_service("https://no-such-host.invalid/qbwc").unwrap();
    let found = reach.look(&nowhere);
    assert!(matches!(wrong(&found)[..], [(Part::Name, _)]), "{found:#?}");
}

/// A server with TLS that answers what a test wants.
fn secure(authority: &Authority, answer: impl Fn(&str) -> String + Send + 'static) -> u16 {
    authority.server("good", "localhost", "-1", "58");
    let chain = CertificateDer::pem_file_iter(authority.chain(&["good", "step"])).unwrap();
    let chain: Vec<_> = chain.map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(authority.at("good.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    answering(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
        let mut head = [0; 4096];
        let Ok(read) = stream.read(&mut head) else { return };
        let asked = String::from_utf8_lossy(&head[..read]).into_owned();
        let _ = stream.write_all(answer(asked.lines().next().unwrap_or_default()).as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    })
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let authority = Authority::new();
    for (off, words) in [
        (TimeDelta::hours(3), "the clock of the server is 2 hours ahead of the one of this machine"),
        (TimeDelta::minutes(-31), "the clock of the server is 31 minutes behind the one of this machine"),
        (TimeDelta::days(-400), "the clock of the server is 400 days behind the one of this machine"),
    ] {
        let port = secure(&authority, move |_| {
            let date = (Utc::now() + off).format("%a, %d %b %Y %H:%M:%S GMT");
            http("200 OK", &format!("Date: {date}\r\n"), "ok\n")
        });
        let found = authority.reach().look(&url("https", port));
        let clock: Vec<_> = wrong(&found).into_iter().filter(|(part, _)| *part == Part::Clock).collect();
        // Three hours ahead are told as two: some seconds have passed.
        let told = clock.first().map_or("", |(_, told)| *told);
        let is_it = told.starts_with(words) || told.starts_with(&words.replace("2 hours", "3 hours"));
        assert!(is_it && clock.len() == 1, "{words}: {found:#?}");
    }
}

#[test]
fn what_answers_in_the_place_of_the_service_is_told() {
    let authority = Authority::new();
    for (answer, part, words) in [
        (
            http("502 Bad Gateway", "", "no"),
            Part::Health,
            "answers 502: a proxy is there, and reaches no Ferrule behind it",
        ),
        (
            http("404 Not Found", "", "no"),
            Part::Health,
            "answers 404: does the proxy pass this path on to Ferrule?",
        ),
        (http("401 Unauthorized", "", "no"), Part::Health, "lets only some in"),
        (
            http("200 OK", "", "<h1>It works!</h1>"),
            Part::Health,
            "is answered by another program than Ferrule",
        ),
        (
            http("301 Moved Permanently", "Location: https://elsewhere.example/\r\n", ""),
            Part::Health,
            "sends visitors to `https://elsewhere.example/`, and the Web Connector does not go there",
        ),
        (
            http("200 OK", "", "ok\n"),
            Part::Description,
            "is not answered with the description of the service",
        ),
        (
            http("200 OK", "", &"x".repeat(600 << 10)),
            Part::Health,
            "answers with more than Ferrule ever does",
        ),
        ("garbage\r\n\r\n".to_owned(), Part::Health, "is not answered: "),
    ] {
        let said = answer.clone();
        let port = saying(move |_| said.clone());
        let found = authority.reach().look(&url("http", port));
        let told = wrong(&found);
        assert!(told.iter().any(|(at, told)| *at == part && told.contains(words)), "{words}: {found:#?}");
    }
}

#[test]
fn nobody_is_followed_elsewhere() {
    let authority = Authority::new();
    let (tell, told) = std::sync::mpsc::channel();
    let trap = answering(move |_| tell.send(()).unwrap());
    let port =
        saying(move |_| http("302 Found", &format!("Location: http://localhost:{trap}/healthz\r\n"), ""));
    authority.reach().look(&url("http", port));
    assert!(told.try_recv().is_err());
}

#[test]
fn a_service_that_does_not_know_its_address_says_so_in_its_description() {
    let authority = Authority::new();
    let service = Service::start(&config(), Arc::new(FakeDesk::default())).unwrap();
    let inside = service.address();
    let port = saying(move |asked| {
        let path = asked.split(' ').nth(1).unwrap_or_default().to_owned();
        ureq::get(format!("http://{inside}{path}")).call().map_or_else(
            |error| error.to_string(),
            |answer| http("200 OK", "", &answer.into_body().read_to_string().unwrap()),
        )
    });
    only(
        &authority.reach().look(&url("http", port)),
        Part::Description,
        "tell the service its address, `url: http://localhost:",
    );
}

fn doctor(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["doctor", "--database", "ferrule.db"])
        .args(arguments)
        .env_remove("SSL_CERT_FILE")
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn the_doctor_calls_the_service_by_its_options_or_by_its_address() {
    let authority = Authority::new();
    authority.server("good", "localhost", "-1", "58");
    let service = authority.serve(&["good", "step"]);
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    let options =
        format!("database: ferrule.db\nlisten: 127.0.0.1:1\nbehind-proxy: true\nurl: {}\n", service.url());
    std::fs::write(folder.path().join("serve.yaml"), options).unwrap();
    let root = authority.at("root.pem").display().to_string();
    for by in [["--serve", "serve.yaml"], ["--url", service.url()]] {
        let (code, out, err) = doctor(folder.path(), &[by[0], by[1], "--authority", &root]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
        for words in [
            "the name `localhost` stands for ",
            "signed by `Shop Step`",
            "Ferrule answers at `https://localhost:",
        ] {
            assert!(out.contains(words), "{words} is not in\n{out}");
        }
        // Nobody knows the authority.
        let (code, _, err) = doctor(folder.path(), &by);
        assert_eq!(code, Some(1));
        assert!(err.contains(&format!("error: {}: the server shows 2 certificates", service.url())), "{err}");
        let (code, out, err) = doctor(folder.path(), &[by[0], by[1], "--no-call"]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(!out.contains("localhost"), "{out}");
    }
    let (_, json, _) = doctor(folder.path(), &["--url", service.url(), "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let calls = json["calls"].as_array().unwrap();
    assert_eq!(
        (&calls[0]["part"], &calls[0]["well"], &calls[2]["well"]),
        (&"name".into(), &true.into(), &false.into())
    );
    assert_eq!(json["problems"].as_array().unwrap().len(), 1, "{json}");
    // A service that is down: what else is wrong is told too.
    drop(service);
    let (code, _, err) = doctor(folder.path(), &["--serve", "serve.yaml"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("nothing listens at 127.0.0.1:"), "{err}");
    let (code, _, err) =
        doctor(folder.path(), &["--url", "https://localhost/qbwc", "--authority", "nothing.pem"]);
    assert!(code != Some(0) && err.contains("`nothing.pem` names no authority"), "{err}");
}
