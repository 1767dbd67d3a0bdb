//! nginx and `HAProxy` in front of two servers, with the very files that the recipe gives: a visit goes on while one of them is
//! killed.
//!
//! It does nothing on a machine without the proxy or PostgreSQL; but where `CI` is `true`, it fails.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::secrets::hash_made_password;
use ferrule::simulator::{Http, ManualClock, SystemClock};
use ferrule::store::{AnyStore, PostgresStore};
use ferrule::sync::stored::Store as _;
use parking_lot::Mutex;

use crate::loop_support::{DOCUMENTS, Shop, root};
use crate::postgres::database;
use crate::servers::{found, untroubled};
use crate::servers_support::{Addresses, Ended, PASSWORD, Process, Visitor};
use crate::service_doors::certificate;

/// Where Debian has it: it is no command of everybody's.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join(name)).find(|program| program.exists());
    assert!(
        found.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "install Debian's package {name}"
    );
    found
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A proxy, while it runs.
struct Proxy(Child);

/// How a proxy is started: with its program and a folder of its own that has a certificate, for that port, before these servers.
type Start = fn(&Path, &Path, u16, [u16; 2]) -> Command;

/// The configuration that the recipe gives, with other places.
fn configured(name: &str, places: &[(&str, String)]) -> String {
    let mut text = std::fs::read_to_string(root().join("docs/several-servers").join(name)).unwrap();
    for (before, after) in places {
        assert!(text.contains(before), "{before}");
        text = text.replace(before, after);
    }
    text
}

fn nginx(program: &Path, folder: &Path, port: u16, servers: [u16; 2]) -> Command {
    let site = configured(
        "nginx.conf",
        &[
            ("127.0.0.1:8081", format!("127.0.0.1:{}", servers[0])),
            ("127.0.0.1:8082", format!("127.0.0.1:{}", servers[1])),
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("server_name books.example.com", "server_name localhost".to_owned()),
            ("/etc/ferrule/certificate.pem", folder.join("certificate.pem").display().to_string()),
            ("/etc/ferrule/key.pem", folder.join("key.pem").display().to_string()),
        ],
    );
    std::fs::write(folder.join("site.conf"), site).unwrap();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let places: String =
        kinds.map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display())).concat();
    let all = format!(
        "daemon off; master_process off; pid {0}/pid; events {{}}
         http {{ access_log off; {places} include {0}/site.conf; }}",
        folder.display()
    );
    std::fs::write(folder.join("nginx.conf"), all).unwrap();
    let mut command = Command::new(program);
    command.args(["-e", "stderr", "-p"]).arg(folder).arg("-c").arg(folder.join("nginx.conf"));
    command
}

fn haproxy(program: &Path, folder: &Path, port: u16, servers: [u16; 2]) -> Command {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    std::fs::write(folder.join("haproxy.pem"), read("certificate.pem") + &read("key.pem")).unwrap();
    let text = configured(
        "haproxy.cfg",
        &[
            ("127.0.0.1:8081", format!("127.0.0.1:{}", servers[0])),
            ("127.0.0.1:8082", format!("127.0.0.1:{}", servers[1])),
            ("bind :443 ssl", format!("bind 127.0.0.1:{port} ssl")),
            ("/etc/ferrule/haproxy.pem", folder.join("haproxy.pem").display().to_string()),
            // As many connections are more than a test may have files.
            ("maxconn 20000", "maxconn 200".to_owned()),
        ],
    );
    std::fs::write(folder.join("haproxy.cfg"), text).unwrap();
    let mut command = Command::new(program);
    command.args(["-db", "-q", "-f"]).arg(folder.join("haproxy.cfg"));
    command
}

impl Proxy {
    fn start(mut command: Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let proxy = Self(child);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "the proxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_visit_goes_on_behind_nginx_while_a_server_is_killed() {
    a_visit_goes_on("nginx", nginx);
}

#[test]
fn a_visit_goes_on_behind_haproxy_while_a_server_is_killed() {
    a_visit_goes_on("haproxy", haproxy);
}

/// Two servers behind a proxy, one of which is killed in the middle of a visit, and then the other one.
fn a_visit_goes_on(proxy: &str, start_proxy: Start) {
    let (Some(program), Some(database)) = (installed(proxy), database()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(AnyStore::from(PostgresStore::open(&database).unwrap()));
    let shop = Shop::over(store.clone(), "Lakeside Plating", ManualClock::at(Utc::now().timestamp()));
    store.set_password_hash(shop.company, &hash_made_password(&PASSWORD.into()).unwrap()).unwrap();
    shop.play(&shop.load(&DOCUMENTS));
    let ports = [free_port(), free_port()];
    let start = |number: usize| {
        let listen = format!("127.0.0.1:{}", ports[number]);
        let arguments = ["--behind-proxy", "--no-pages", "--batch", "5", "--page", "20"];
        Process::start_at(&database, &listen, &arguments).unwrap()
    };
    let processes = Arc::new([0, 1].map(|number| Mutex::new(Some(start(number)))));
    let port = free_port();
    certificate(folder.path());
    let _proxy = Proxy::start(start_proxy(&program, folder.path(), port, ports), port);
    wait_until_ready(port, &folder.path().join("certificate.pem"));
    let pem = std::fs::read(folder.path().join("certificate.pem")).unwrap();
    let mut file = shop.file.copy(SystemClock);
    file.begin_session().unwrap();
    let killing = processes.clone();
    let books = Arc::new(Mutex::new(file));
    let mut visitor = Visitor {
        user: "Lakeside Plating".to_owned(),
        books: books.clone(),
        addresses: Addresses::of(&[format!("https://localhost:{port}")]),
        turn: 0,
        http: Http::trusting(&pem).unwrap(),
        // One is killed while a call is under way: the ninth, that is in the middle of the visit.
        before: Box::new(move |turn| {
            let killing = killing.clone();
            if turn == 9 {
                drop(std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(10));
                    drop(killing[0].lock().take());
                }));
            }
        }),
    };
    assert_eq!(visitor.visit(), Ended::Done);
    assert!(processes[0].lock().is_none() && visitor.turn > 12, "{} calls", visitor.turn);
    // The other one goes, and the first one is there again.
    *processes[0].lock() = Some(start(0));
    drop(processes[1].lock().take());
    wait_until_ready(port, &folder.path().join("certificate.pem"));
    let mut ended = Vec::new();
    while ended.last() != Some(&Ended::NoWork) {
        ended.push(visitor.visit());
        assert!(ended.len() < 10 && !ended.contains(&Ended::BrokenOff), "{ended:?}");
    }
    assert_eq!(found(&books.lock()), untroubled(0));
    assert!(store.unanswered(shop.company).unwrap().is_empty());
    a_visitor_cannot_say_where_it_comes_from(port, &pem, &visitor.user);
    let refused = store.refused_sign_ins(shop.company).unwrap();
    assert_eq!(refused.iter().map(|it| it.address.as_str()).collect::<Vec<_>>(), ["127.0.0.1"]);
}

/// Somebody who trusts the proxy's certificate.
fn agent(pem: &[u8]) -> ureq::Agent {
    let certificate = ureq::tls::Certificate::from_pem(pem).unwrap();
    let roots = ureq::tls::RootCerts::from(vec![certificate]);
    let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
    ureq::Agent::config_builder().tls_config(tls).build().new_agent()
}

/// Waits until the proxy passes calls on to a server that is there. nginx leaves one out that failed, for two to three seconds,
/// as it counts in whole ones; `HAProxy` looks once a second: if the other one goes within them, there is nobody for the proxy to ask.
fn wait_until_ready(port: u16, certificate: &Path) {
    let agent = agent(&std::fs::read(certificate).unwrap());
    let began = Instant::now();
    // HAProxy looks at servers for the pages and for the Web Connector, each for itself.
    let reaches = |path: &str| agent.get(format!("https://localhost:{port}{path}")).call().is_ok();
    while !(reaches("/readyz") && reaches("/qbwc")) {
        assert!(began.elapsed() < Duration::from_secs(20), "the proxy reaches no server");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The proxy throws away what a visitor says of itself.
fn a_visitor_cannot_say_where_it_comes_from(port: u16, pem: &[u8], user: &str) {
    use ferrule::connector::{Call, client::request};
    let agent = agent(pem);
    let call = request(&Call::Authenticate { user_name: user.to_owned(), password: "wrong".into() });
    let said = agent
        .post(format!("https://localhost:{port}/qbwc"))
        .header("Content-Type", "text/xml; charset=utf-8")
        .header("SOAPAction", &call.soap_action)
        .header("X-Forwarded-For", "203.0.113.9")
        .send(&call.body[..])
        .unwrap();
    assert!(said.into_body().read_to_string().unwrap().contains("nvu"));
}
