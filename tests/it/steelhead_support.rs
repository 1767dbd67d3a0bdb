//! Steelheads of the tests' own: `PostGraphile` over PostgreSQL, and a server that does what goes wrong.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ferrule::steelhead::graphql::{Access, AccessFile, Api};
use postgres::{Client, NoTls};

use crate::loop_support::root;
use crate::postgres::database;

/// What a bearer must show.
pub const TOKEN: &str = "token-of-the-tests";

/// `PostGraphile` over the tables of `tests/steelhead`.
pub struct Steelhead {
    server: Child,
    database: String,
    port: u16,
}

impl Steelhead {
    /// Starts one with what `seed.sql` holds; nothing, if PostgreSQL or `PostGraphile` is missing.
    pub fn start() -> Option<Self> {
        Self::with_questions(None)
    }

    /// One that takes only the questions in a folder.
    pub fn with_questions(folder: Option<&Path>) -> Option<Self> {
        let here = root().join("tests/steelhead");
        let database = database()?;
        if !here.join("node_modules").is_dir() {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "run `npm ci` in tests/steelhead");
            return None;
        }
        let steelhead = Self { server: node(&here, &database, folder), database, port: 0 };
        let mut hand = steelhead.hand();
        for file in ["schema.sql", "seed.sql"] {
            hand.batch_execute(&std::fs::read_to_string(here.join(file)).unwrap()).unwrap();
        }
        Some(steelhead.ready())
    }

    /// Tables must be there before `PostGraphile` looks.
    fn ready(mut self) -> Self {
        writeln!(self.server.stdin.as_mut().unwrap()).unwrap();
        let mut line = String::new();
        BufReader::new(self.server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.port = line.trim().parse().unwrap();
        // It looks at the tables when it is first asked. On a busy machine that takes longer than the tests' access waits.
        let asked = ureq::post(self.address())
            .config()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .send(r#"{"query": "{ __typename }"}"#);
        assert!(asked.is_ok(), "{asked:?}");
        self
    }

    /// For people who work in Steelhead.
    pub fn hand(&self) -> Client {
        Client::connect(&self.database, NoTls).unwrap()
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/graphql", self.port)
    }

    pub fn api(&self) -> Api {
        api(&self.address())
    }
}

impl Drop for Steelhead {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        _ = self.server.wait();
    }
}

/// The address of the tests' databases is that of a folder, with the schema among the options.
fn node(here: &Path, database: &str, questions: Option<&Path>) -> Child {
    let (folder, schema) = database.split_once('@').unwrap().1.split_once("/postgres?").unwrap();
    // The port stands behind it; that of the socket is the usual one.
    let folder = folder.rsplit_once(':').map_or(folder, |(folder, _)| folder).replace("%2F", "/");
    let schema = schema.rsplit_once("%3D").unwrap().1;
    let mut command = Command::new("node");
    command
        .arg(here.join("server.js"))
        .env("DATABASE", format!("postgres://ferrule@/postgres?host={folder}"));
    command.env("SCHEMA", schema).env("TOKEN", TOKEN).stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(folder) = questions {
        command.env("PERSISTED", folder);
    }
    command.spawn().unwrap()
}

/// Steelhead's API at an address, asked without pauses.
pub fn api(address: &str) -> Api {
    Api::new(Access::new(address, access()).unwrap())
}

/// What opens it.
pub fn access() -> AccessFile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.yaml");
    std::fs::write(&file, access_text()).unwrap();
    AccessFile::read(&file).unwrap()
}

/// The text of a file that says it.
pub fn access_text() -> String {
    format!("token: {TOKEN}\npace: 0\npatience: 2\n")
}

/// What a server does with a request.
#[derive(Clone)]
pub enum Reply {
    /// These bytes, and the connection ends.
    Raw(Vec<u8>),
    /// Nothing, for longer than anybody waits.
    Silence,
    /// A body without an end.
    Endless,
    /// An answer after a while.
    Late(String, Duration),
}

/// An answer with a status, and JSON in it.
pub fn answer(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Raw(
        format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}")
            .into(),
    )
}

/// A usual answer.
pub fn well(body: &str) -> Reply {
    answer("200 OK", "content-type: application/json\r\n", body)
}

/// A server that answers as it is told, each reply once and the last again and again.
pub struct Faulty {
    pub port: u16,
    /// Requests as they came.
    pub seen: Arc<Mutex<Vec<String>>>,
    /// The most that were answered at once.
    pub at_once: Arc<AtomicUsize>,
}

impl Faulty {
    pub fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let faulty = Self { port, seen: Arc::default(), at_once: Arc::default() };
        let (seen, most, now) = (faulty.seen.clone(), faulty.at_once.clone(), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, most, now) = (seen.clone(), most.clone(), now.clone());
                let replies = replies.clone();
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let request = read(&mut stream);
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let reply = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request);
                        replies[(seen.len() - 1).min(replies.len() - 1)].clone()
                    };
                    // Who asked may be gone.
                    reply.write(&mut stream, || _ = now.fetch_sub(1, Ordering::SeqCst));
                });
            }
        });
        faulty
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/graphql", self.port)
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Reply {
    fn write(self, stream: &mut TcpStream, over: impl FnOnce()) {
        match self {
            Self::Raw(bytes) => {
                over();
                _ = stream.write_all(&bytes);
            }
            Self::Late(body, wait) => {
                std::thread::sleep(wait);
                over();
                let Self::Raw(bytes) = well(&body) else { unreachable!() };
                _ = stream.write_all(&bytes);
            }
            Self::Silence => std::thread::sleep(Duration::from_secs(20)),
            Self::Endless => {
                _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"data\": [");
                let piece = vec![b' '; 1 << 16];
                while stream.write_all(&piece).is_ok() {}
            }
        }
    }
}

fn read(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let begun = head.len();
        if reader.read_line(&mut head).unwrap_or(0) <= 2 {
            break;
        }
        let line = head[begun..].to_ascii_lowercase();
        length = line.strip_prefix("content-length:").map_or(length, |it| it.trim().parse().unwrap());
    }
    let mut body = vec![0; length];
    _ = reader.read_exact(&mut body);
    format!("{head}{}", String::from_utf8_lossy(&body))
}

/// A folder with a question under its hash, and the hash.
pub fn question(text: &str) -> (tempfile::TempDir, String) {
    use sha2::{Digest as _, Sha256};
    use std::fmt::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let mut hash = String::new();
    Sha256::digest(text).iter().for_each(|byte| write!(hash, "{byte:02x}").unwrap());
    let path: PathBuf = folder.path().join(format!("{hash}.graphql"));
    std::fs::write(path, text).unwrap();
    (folder, hash)
}
