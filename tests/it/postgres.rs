//! A PostgreSQL server of the tests' own, in a temporary folder. It ends with the process that started it, also if that
//! is killed.
//!
//! Tests that need it do nothing on a machine without PostgreSQL; but where `CI` is `true`, they fail.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ferrule::store::{AnyStore, PostgresStore};
use postgres::{Client, NoTls};

/// The account without rights: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

/// Ends the server when whoever started it is gone, and removes its folder.
const KEEPER: &str =
    r#""$@" >"$FOLDER/log" 2>&1 & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$FOLDER""#;

/// What makes it fast, and is of no use but for tests.
const CARELESS: [&str; 3] = ["fsync=off", "full_page_writes=off", "max_connections=300"];

/// A server.
pub struct Server {
    folder: PathBuf,
    keeper: Child,
    programs: PathBuf,
    settings: Settings,
}

/// What a server listens on besides its socket, and what it is told besides.
#[derive(Clone, Default)]
pub struct Settings {
    /// The address and the port; none, if it has only its socket.
    pub listens: Option<(IpAddr, u16)>,
    /// Such as `ssl=on`.
    pub more: Vec<String>,
}

/// The one that tests share.
static SHARED: LazyLock<Option<Server>> = LazyLock::new(Server::start);

/// The address of an empty database that nobody else uses; nothing, if there is no PostgreSQL.
pub fn database() -> Option<String> {
    SHARED.as_ref().map(Server::database)
}

impl Server {
    /// Starts one; nothing, if there is no PostgreSQL.
    pub fn start() -> Option<Self> {
        Self::start_with(|_| Settings::default())
    }

    /// Starts one with settings, which are asked for once its folder is there.
    pub fn start_with(settings: impl FnOnce(&Path) -> Settings) -> Option<Self> {
        let programs = installed()?;
        let folder = folder();
        let made = as_nobody(programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=ferrule", "--encoding=UTF8", "--locale=C.UTF-8"])
            .arg("-D")
            .arg(folder.join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let rules = "local all locked scram-sha-256\nlocal all all trust\nlocal replication all trust\n\
                     hostssl all all all trust\nhostnossl all all all trust\n";
        std::fs::write(folder.join("data/pg_hba.conf"), rules).unwrap();
        let settings = settings(&folder);
        Some(Self::of(programs, folder, settings))
    }

    /// Starts a copy of this one that takes over all that is written here, as it is written.
    pub fn standby(&self, settings: Settings) -> Self {
        let folder = folder();
        let copied = as_nobody(self.programs.join("pg_basebackup"))
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d"])
            .arg(format!("{}&application_name=standby", self.address("ferrule", "connect_timeout=10")))
            .arg("-D")
            .arg(folder.join("data"))
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        Self::of(self.programs.clone(), folder, settings)
    }

    fn of(programs: PathBuf, folder: PathBuf, settings: Settings) -> Self {
        let keeper = keep(&programs, &folder, &settings);
        let server = Self { folder, keeper, programs, settings };
        server.await_ready();
        server
    }

    fn port(&self) -> u16 {
        self.settings.listens.map_or(5432, |(_, port)| port)
    }

    /// Ends it as a power cut does, and starts it again after `meanwhile`.
    pub fn cut_off(&mut self, meanwhile: impl FnOnce()) {
        self.die();
        meanwhile();
        // The folder stays: the keeper, which would remove it, goes first.
        self.keeper.kill().unwrap();
        self.keeper.wait().unwrap();
        for lock in ["data/postmaster.pid".to_owned(), format!(".s.PGSQL.{}.lock", self.port())] {
            let _ = std::fs::remove_file(self.folder.join(lock));
        }
        self.keeper = keep(&self.programs, &self.folder, &self.settings);
        self.await_ready();
    }

    /// Ends it as a power cut does.
    pub fn die(&self) {
        let lines = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let main = lines.lines().next().unwrap();
        // All of its processes at once: none has the time to say goodbye. A child may end by itself
        // between the listing and the killing; the main process may not.
        let all = "children=$(ps -o pid= --ppid $0); kill -9 $0 || exit 1; kill -9 $children; exit 0";
        let killed = Command::new("sh").args(["-c", all, main]).status().unwrap();
        assert!(killed.success());
    }

    /// The address of that schema of that database for that user.
    fn address(&self, user: &str, options: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{user}@{socket}:{}/postgres?{options}", self.port())
    }

    /// For people who look into the database themselves.
    pub fn hand(&self) -> Client {
        Client::connect(&self.address("ferrule", ""), NoTls).unwrap()
    }

    /// The address of an empty schema that nobody else uses.
    pub fn database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let schema = format!("s{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.hand().batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        self.address("ferrule", &format!("options=-csearch_path%3D{schema}"))
    }

    /// The address of a new database of its own, as a recipe makes one.
    pub fn new_database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("whole{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        self.hand().batch_execute(&sql).unwrap();
        self.address("ferrule", "").replace("/postgres?", &format!("/{name}?"))
    }

    /// One of PostgreSQL's programs, such as `pg_dump`.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(name))
    }

    /// The address for somebody who needs a password, which is `open/sesame`.
    pub fn locked(&self, password: &str) -> String {
        let sql = "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'open/sesame'; EXCEPTION WHEN duplicate_object THEN END $$";
        self.hand().batch_execute(sql).unwrap();
        self.address(&format!("locked{password}"), "")
    }

    fn await_ready(&self) {
        let began = Instant::now();
        while let Err(error) = Client::connect(&self.address("ferrule", ""), NoTls) {
            let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_mins(1), "{error}\n{}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A server that is not shared ends with its test.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// An empty database on the server that `FERRULE_DATABASE` names, for tests that run on either: the address of a database
/// in which schemas may be made, or `postgres` for a server of the tests' own.
pub fn wanted() -> Option<AnyStore> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let asked = std::env::var("FERRULE_DATABASE").ok()?;
    let address = if asked == "postgres" {
        database().expect("PostgreSQL is not installed")
    } else {
        let schema = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Client::connect(&asked, NoTls).unwrap().batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        format!("{asked}{}options=-csearch_path%3D{schema}", if asked.contains('?') { '&' } else { '?' })
    };
    Some(PostgresStore::open(&address).unwrap().into())
}

/// A folder for a server, which it may write into.
fn folder() -> PathBuf {
    let folder = tempfile::tempdir().unwrap().keep();
    give(&folder);
    folder
}

/// Gives a file to who runs the server, and nobody else.
pub fn give(file: &Path) {
    if is_root() {
        std::os::unix::fs::chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn installed() -> Option<PathBuf> {
    let programs = programs();
    assert!(
        programs.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "install Debian's package postgresql"
    );
    programs
}

fn keep(programs: &Path, folder: &Path, settings: &Settings) -> Child {
    let mut keeper = as_nobody("sh");
    keeper.args(["-c", KEEPER, "sh"]).arg(programs.join("postgres")).arg("-D").arg(folder.join("data"));
    keeper.arg("-k").arg(folder);
    match settings.listens {
        Some((address, port)) => {
            keeper.args(["-c", &format!("listen_addresses={address}"), "-c", &format!("port={port}")])
        }
        None => keeper.args(["-c", "listen_addresses="]),
    };
    let more = settings.more.iter().map(String::as_str);
    keeper.args(CARELESS.into_iter().chain(more).flat_map(|setting| ["-c", setting]));
    keeper.env("FOLDER", folder).stdin(Stdio::piped()).spawn().unwrap()
}

/// Where Debian has the server of the newest version; else where the path finds it.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let version =
        |entry: std::fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let newest = versions.filter_map(|entry| version(entry.ok()?)).max();
    let of_debian = newest.map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    of_debian.into_iter().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").exists())
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

fn as_nobody(program: impl AsRef<std::ffi::OsStr>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.current_dir("/");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}
