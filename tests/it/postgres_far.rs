//! A PostgreSQL on another machine: its certificate, a second one that takes over, and a network that breaks between
//! it and one of two servers.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::connector::service::Security;
use ferrule::secrets::hash_made_password;
use ferrule::simulator::{Http, ManualClock, SystemClock};
use ferrule::store::{AnyStore, PostgresStore};
use ferrule::sync::stored::Store as _;
use parking_lot::Mutex;
use postgres::{Client, NoTls};

use crate::loop_support::{DOCUMENTS, Shop};
use crate::postgres::{Server, Settings, give};
use crate::servers::{found, untroubled};
use crate::servers_proxy::free_port;
use crate::servers_support::{Addresses, Books, Ended, PASSWORD, Process, Visitor};
use crate::service_doors::certificate;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Small batches and pages, so that there is a middle to break.
const SMALL: [&str; 5] = ["--no-pages", "--batch", "5", "--page", "20"];

/// What a server listens on, beside its socket.
fn listens(address: IpAddr, port: u16, more: &[&str]) -> Settings {
    Settings { listens: Some((address, port)), more: more.iter().map(|&it| it.to_owned()).collect() }
}

/// A certificate for `localhost` in a folder, and its key, both for who runs the server.
fn certified(folder: &Path) -> [PathBuf; 2] {
    let Security::Tls { certificate, key } = certificate(folder) else { unreachable!() };
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    [certificate, key].map(|file| {
        give(&file);
        file
    })
}

#[test]
fn a_connection_is_encrypted_and_the_certificate_is_looked_at() {
    let (port, mut trusted) = (free_port(), PathBuf::new());
    let server = Server::start_with(|folder| {
        let [certificate, key] = certified(folder);
        trusted = folder.join("trusted.pem");
        std::fs::copy(&certificate, &trusted).unwrap();
        let files = [("ssl_cert_file", certificate), ("ssl_key_file", key)];
        let files = files.map(|(name, file)| format!("{name}={}", file.display()));
        listens(HERE, port, &["ssl=on", &files[0], &files[1]])
    });
    let Some(server) = server else { return };
    let open = |host: &str, more: &str| {
        let address = format!("postgres://ferrule@{host}:{port}/postgres?sslmode=verify-full{more}");
        PostgresStore::open(&address).map_err(|error| error.to_string())
    };
    let trusting = format!("&sslrootcert={}", trusted.display());
    let store = open("localhost", &trusting).unwrap();
    let sql = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
               WHERE application_name = 'ferrule' AND ssl AND version LIKE 'TLSv1.%'";
    let encrypted: i64 = server.hand().query_one(sql, &[]).unwrap().get(0);
    assert!(encrypted >= 1);
    assert!(store.company_files().unwrap().is_empty());
    // It is not one that browsers trust; it is not for that name; it is not of that authority.
    let told = |opened: Result<PostgresStore, String>| opened.err().expect("it must not be trusted");
    let stranger = tempfile::tempdir().unwrap();
    let [another, _] = certified(stranger.path());
    for refused in [
        told(open("localhost", "")),
        told(open("127.0.0.1", &trusting)),
        told(open("localhost", &format!("&sslrootcert={}", another.display()))),
    ] {
        assert!(refused.contains("certificate") && !refused.contains('\n'), "{refused}");
    }
}

/// A shop whose documents wait, and what a Web Connector visits.
struct Busy {
    store: Arc<AnyStore>,
    shop: Shop,
    books: Books,
}

impl Busy {
    /// In that database.
    fn over(database: &str) -> Self {
        let store = Arc::new(AnyStore::from(PostgresStore::open(database).unwrap()));
        let shop = Shop::over(store.clone(), "Lakeside Plating", ManualClock::at(Utc::now().timestamp()));
        store.set_password_hash(shop.company, &hash_made_password(&PASSWORD.into()).unwrap()).unwrap();
        shop.play(&shop.load(&DOCUMENTS));
        let mut file = shop.file.copy(SystemClock);
        file.begin_session().unwrap();
        let books = Arc::new(Mutex::new(file));
        Self { store, shop, books }
    }

    /// A Web Connector that goes from server to server; before each call that is done.
    fn visitor(&self, servers: &[String], before: impl FnMut(usize) + Send + 'static) -> Visitor {
        Visitor {
            user: "Lakeside Plating".to_owned(),
            books: self.books.clone(),
            addresses: Addresses::of(servers),
            turn: 0,
            http: Http::default(),
            before: Box::new(before),
        }
    }

    /// Nothing is missing, nothing is there twice, and nobody waits for an answer.
    fn is_whole(&self) {
        assert_eq!(found(&self.books.lock()), untroubled(0));
        assert!(self.store.unanswered(self.shop.company).unwrap().is_empty());
        assert_eq!(self.store.examine().unwrap(), Vec::<String>::new());
    }
}

/// Visits until there is nothing to do; gives how many visits broke off.
fn to_the_end(visitor: &mut Visitor, limit: Duration) -> usize {
    let (began, mut broken) = (Instant::now(), 0);
    loop {
        assert!(began.elapsed() < limit, "{broken} visits broke off");
        match visitor.visit() {
            Ended::NoWork => return broken,
            Ended::Done => {}
            Ended::Later => std::thread::sleep(Duration::from_secs(1)),
            Ended::BrokenOff => {
                broken += 1;
                std::thread::sleep(Duration::from_millis(500));
            }
        }
    }
}

#[test]
fn a_second_database_takes_over_in_the_middle_of_a_visit() {
    let ports = [free_port(), free_port()];
    let Some(first) = Server::start_with(|_| listens(HERE, ports[0], &[])) else { return };
    let second = first.standby(listens(HERE, ports[1], &[]));
    // From here on a commit counts once the second one has it too.
    let mut hand = first.hand();
    hand.batch_execute("CREATE SCHEMA shared").unwrap();
    hand.batch_execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'").unwrap();
    hand.batch_execute("SELECT pg_reload_conf()").unwrap();
    let began = Instant::now();
    let state = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    while hand.query_one(state, &[]).unwrap().get::<_, i64>(0) == 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "the second database does not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
    let database = format!(
        "postgres://ferrule@127.0.0.1:{},127.0.0.1:{}/postgres?target_session_attrs=read-write&options=-csearch_path%3Dshared",
        ports[0], ports[1]
    );
    let busy = Busy::over(&database);
    let servers = [(); 2].map(|()| Process::start(&database, &SMALL));
    let urls = [servers[0].url(), servers[1].url()];
    let second = Arc::new(second);
    let (first, promoted) = (Arc::new(Mutex::new(first)), second.clone());
    let dying = first.clone();
    let mut visitor = busy.visitor(&urls, move |turn| {
        if turn == 12 {
            // Somebody who looks after databases would do the same: the first one is gone for good, the second one takes over.
            dying.lock().die();
            promoted.hand().batch_execute("SELECT pg_promote()").unwrap();
        }
    });
    to_the_end(&mut visitor, Duration::from_mins(2));
    assert!(visitor.turn > 20, "{} calls", visitor.turn);
    let is_first_gone =
        Client::connect(&format!("postgres://ferrule@127.0.0.1:{}/postgres", ports[0]), NoTls);
    assert!(is_first_gone.is_err());
    busy.is_whole();
}

/// A room of the network, as a machine of its own would be; it ends with the test.
struct Apart(Child);

impl Apart {
    /// Nothing, if this machine does not allow it.
    fn new() -> Option<Self> {
        let mut keeper = Command::new("unshare");
        keeper.args(["--net", "sh", "-c", "echo; read -r _"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut apart = Self(keeper.stderr(Stdio::null()).spawn().ok()?);
        apart.0.stdout.as_mut()?.read_exact(&mut [0]).ok()?;
        apart.runs(&["ip", "link", "set", "lo", "up"]).then_some(apart)
    }

    /// What runs a command over there.
    fn enter(&self) -> Vec<String> {
        ["nsenter", "--net", "--target", &self.0.id().to_string()].map(str::to_owned).to_vec()
    }

    fn runs(&self, command: &[&str]) -> bool {
        let enter = self.enter();
        run(&enter.iter().map(String::as_str).chain(command.iter().copied()).collect::<Vec<_>>())
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A cable from here to there; it is gone when the room is.
struct Cable {
    name: String,
    number: u8,
}

impl Cable {
    fn to(apart: &Apart, number: u8) -> Self {
        let cable = Self { name: format!("ferrule{number}"), number };
        let (name, far, id) = (&*cable.name, &*format!("far{number}"), &*apart.0.id().to_string());
        let (here, there) = (format!("{}/24", cable.here()), format!("{}/24", cable.there()));
        let is_laid = run(&["ip", "link", "add", name, "type", "veth", "peer", "name", far, "netns", id])
            && run(&["ip", "addr", "add", &here, "dev", name])
            && run(&["ip", "link", "set", name, "up"])
            && apart.runs(&["ip", "addr", "add", &there, "dev", far])
            && apart.runs(&["ip", "link", "set", far, "up"]);
        assert!(is_laid, "no cable could be laid");
        cable
    }

    fn here(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 231, self.number, 1)
    }

    fn there(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 231, self.number, 2)
    }

    /// Nobody is told that it is pulled out.
    fn pull_out(&self) {
        assert!(run(&["ip", "link", "set", &self.name, "down"]));
    }

    fn put_in(&self) {
        assert!(run(&["ip", "link", "set", &self.name, "up"]));
    }
}

fn run(command: &[&str]) -> bool {
    let mut program = Command::new(command[0]);
    let ran = program.args(&command[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}

/// As long the cable is out: longer than a server waits for an answer of its database.
const OUT: Duration = Duration::from_secs(14);

#[test]
fn a_server_that_is_cut_off_from_the_database_loses_nothing_and_doubles_nothing() {
    let Some(apart) = Apart::new() else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "this needs root, and rooms of the network");
        return;
    };
    let (people, data) = (Cable::to(&apart, 71), Arc::new(Cable::to(&apart, 72)));
    let port = free_port();
    let server = Server::start_with(|_| listens(IpAddr::V4(data.here()), port, &[]));
    let Some(server) = server else { return };
    let near = server.database();
    let busy = Busy::over(&near);
    let (_, options) = near.split_once('?').unwrap();
    let far = format!("postgres://ferrule@{}:{port}/postgres?sslmode=disable&{options}", data.here());
    let here = Process::start(&near, &SMALL);
    let listen = format!("{}:8080", people.there());
    let arguments = [&["--behind-proxy"], &SMALL[..]].concat();
    let _there = Process::start_through(&apart.enter(), &far, &listen, &arguments).unwrap();
    let (broken, cut) = (Arc::new(AtomicUsize::new(0)), data.clone());
    let counted = broken.clone();
    let mut visitor = busy.visitor(&[here.url(), format!("http://{listen}")], move |turn| {
        // In the middle of a call: sometimes it is the server's that is cut off, sometimes that of the other one.
        if [6, 15].contains(&turn) {
            let (cut, counted) = (cut.clone(), counted.clone());
            drop(std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(5));
                cut.pull_out();
                counted.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(OUT);
                cut.put_in();
            }));
        }
    });
    let broken_off = to_the_end(&mut visitor, Duration::from_mins(4));
    assert!(broken.load(Ordering::Relaxed) == 2 && broken_off > 0, "{broken_off} visits broke off");
    busy.is_whole();
}
