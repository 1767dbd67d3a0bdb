//! nginx in front of two servers, with the very file that the recipe gives: a visit goes on while one of them is killed.
//!
//! It does nothing on a machine without nginx or PostgreSQL; but where `CI` is `true`, it fails.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::connector::service::Security;
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
fn nginx() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join("nginx")).find(|program| program.exists());
    assert!(
        found.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "install Debian's package nginx"
    );
    found
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// nginx, while it runs.
struct Nginx(Child);

impl Nginx {
    fn start(program: &Path, folder: &Path, port: u16, servers: [u16; 2]) -> Self {
        let Security::Tls { certificate, key } = certificate(folder) else { unreachable!() };
        let mut site = std::fs::read_to_string(root().join("docs/several-servers/nginx.conf")).unwrap();
        for (before, after) in [
            ("127.0.0.1:8081", format!("127.0.0.1:{}", servers[0])),
            ("127.0.0.1:8082", format!("127.0.0.1:{}", servers[1])),
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("server_name books.example.com", "server_name localhost".to_owned()),
            ("/etc/ferrule/certificate.pem", certificate.display().to_string()),
            ("/etc/ferrule/key.pem", key.display().to_string()),
        ] {
            assert!(site.contains(before), "{before}");
            site = site.replace(before, &after);
        }
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
        let child = Command::new(program)
            .args(["-e", "stderr", "-p"])
            .arg(folder)
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let nginx = Self(child);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_visit_goes_on_behind_a_proxy_while_a_server_is_killed() {
    let (Some(program), Some(database)) = (nginx(), database()) else { return };
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
    let _nginx = Nginx::start(&program, folder.path(), port, ports);
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
    wait_until_ready(port, &pem);
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

/// Waits until the proxy passes calls on to a server that is there. It leaves one out that failed, for two to three seconds,
/// as it counts in whole ones: if the other one goes within them, there is nobody for the proxy to ask.
fn wait_until_ready(port: u16, pem: &[u8]) {
    let agent = agent(pem);
    let began = Instant::now();
    while agent.get(format!("https://localhost:{port}/readyz")).call().is_err() {
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
