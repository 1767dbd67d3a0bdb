//! `ferrule serve` as processes that may be killed, and a Web Connector that visits several of them.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrule::connector::Call;
use ferrule::connector::client::{HttpReply, Reply, request};
use ferrule::simulator::{CompanyFile, Http, Transport as _};
use parking_lot::Mutex;

/// The password of each Web Connector.
pub const PASSWORD: &str = "k3mzap-9trw4x-hj2b7c-qe8yuv";

/// A server, while it runs.
pub struct Process {
    child: Child,
    out: Mutex<BufReader<ChildStdout>>,
    /// Where it listens, as `127.0.0.1:PORT`.
    pub address: String,
}

impl Process {
    /// Starts a server over that database, on a port of its own.
    pub fn start(database: &str, arguments: &[&str]) -> Self {
        Self::try_start(database, arguments).expect("the server ends at once")
    }

    /// The same; nothing, if it ends at once, as it does without its database.
    pub fn try_start(database: &str, arguments: &[&str]) -> Option<Self> {
        Self::start_at(database, "127.0.0.1:0", arguments)
    }

    /// The same, listening there.
    pub fn start_at(database: &str, listen: &str, arguments: &[&str]) -> Option<Self> {
        Self::start_through(&[], database, listen, arguments)
    }

    /// Starts a server whose log goes into that file.
    pub fn start_logging(database: &str, log: &Path, arguments: &[&str]) -> Self {
        let log = std::fs::File::create(log).unwrap();
        Self::run(&[], database, "127.0.0.1:0", arguments, log.into()).expect("the server ends at once")
    }

    /// The same, through a command that runs it elsewhere.
    pub fn start_through(
        command: &[String],
        database: &str,
        listen: &str,
        arguments: &[&str],
    ) -> Option<Self> {
        Self::run(command, database, listen, arguments, Stdio::null())
    }

    fn run(command: &[String], database: &str, listen: &str, arguments: &[&str], log: Stdio) -> Option<Self> {
        let program = [env!("CARGO_BIN_EXE_ferrule").to_owned()];
        let mut command = command.iter().chain(&program);
        let mut child = Command::new(command.next()?)
            .args(command)
            .args(["serve", "--listen", listen, "--database", database])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let told = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = told.map(|told| told.replace("localhost:", "127.0.0.1:"));
        // Whatever comes of it, nobody is left behind.
        let started = Self { child, out: Mutex::new(out), address: address.clone().unwrap_or_default() };
        address.map(|_| started)
    }

    /// Its address as a browser writes it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next line that it says.
    pub fn told_next(&self) -> String {
        let mut line = String::new();
        self.out.lock().read_line(&mut line).unwrap();
        line
    }

    /// As a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Asks it to end; gives how long it took.
    pub fn stop(mut self) -> Duration {
        let began = Instant::now();
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
        began.elapsed()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the servers are at the moment, as `http://127.0.0.1:PORT`; nothing, where one is down.
#[derive(Clone)]
pub struct Addresses(Arc<Vec<Mutex<Option<String>>>>);

impl Addresses {
    pub fn of(all: &[String]) -> Self {
        Self(Arc::new(all.iter().map(|it| Mutex::new(Some(it.clone()))).collect()))
    }

    pub fn set(&self, server: usize, address: Option<String>) {
        *self.0[server].lock() = address;
    }

    /// That of the server whose turn it is, or of the next one that is up, as a proxy would choose.
    fn of_turn(&self, turn: usize) -> Option<String> {
        let all = self.0.len();
        (0..all).find_map(|skipped| self.0[(turn + skipped) % all].lock().clone())
    }
}

/// A company file that is open in QuickBooks. Whoever visits has a session of its own.
pub type Books = Arc<Mutex<CompanyFile>>;

/// A Web Connector: each call goes to another server than the one before.
pub struct Visitor {
    pub user: String,
    pub books: Books,
    pub addresses: Addresses,
    pub turn: usize,
    pub http: Http,
    /// Called before each call, with the number of the server that is going to be called.
    pub before: Box<dyn FnMut(usize) + Send>,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There was nothing to do.
    NoWork,
    /// The Web Connector was told to come later.
    Later,
    /// It was done, or told that it is over.
    Done,
    /// A server did not answer; the session is left as it is.
    BrokenOff,
}

impl Visitor {
    /// Visits once.
    pub fn visit(&mut self) -> Ended {
        let user_name = self.user.clone();
        let said = self.call(&Call::Authenticate { user_name, password: PASSWORD.into() });
        let Ok(Reply::Texts(Some(texts))) = said else { return Ended::BrokenOff };
        let text = |place: usize| texts.get(place).cloned().flatten().unwrap_or_default();
        match text(1).as_str() {
            "none" => return Ended::NoWork,
            "busy" => return Ended::Later,
            "nvu" => panic!("the password was refused"),
            _ => {}
        }
        let ticket = text(0);
        self.work(&ticket).unwrap_or(Ended::BrokenOff)
    }

    fn work(&mut self, ticket: &str) -> Result<Ended, String> {
        let ticket = || ticket.to_owned();
        loop {
            let (company_file_name, country) = {
                let books = self.books.lock();
                (books.settings().path.clone(), books.settings().country.clone())
            };
            let hcp_response = String::new();
            let next = Call::SendRequest {
                ticket: ticket(),
                hcp_response,
                company_file_name,
                country,
                major: 13,
                minor: 0,
            };
            let Reply::Text(Some(set)) = self.call(&next)? else { return Err("no text".to_owned()) };
            if set.is_empty() {
                self.call(&Call::GetLastError { ticket: ticket() })?;
                break;
            }
            let answer = self.books.lock().process(&set);
            let (response, hresult) = match answer {
                Ok(response) => (response, String::new()),
                Err(hresult) => (String::new(), hresult.to_string()),
            };
            let message = hresult.clone();
            let told = Call::ReceiveResponse { ticket: ticket(), response, hresult, message };
            match self.call(&told)? {
                Reply::Number(100..) => break,
                Reply::Number(0..) => {}
                _ => {
                    self.call(&Call::GetLastError { ticket: ticket() })?;
                    break;
                }
            }
        }
        self.call(&Call::CloseConnection { ticket: ticket() })?;
        Ok(Ended::Done)
    }

    fn call(&mut self, call: &Call) -> Result<Reply, String> {
        self.turn += 1;
        (self.before)(self.turn);
        let address = self.addresses.of_turn(self.turn).ok_or("no server is up")?;
        let answered = self.http.post(&format!("{address}/qbwc"), &request(call));
        let answered = answered.map_err(|error| error.to_string())?;
        let (status, content_type, body) = (answered.status, &*answered.content_type, &*answered.body);
        Reply::to_call(call, HttpReply { status, content_type, body }).map_err(|error| error.to_string())
    }
}

/// Waits until something is so; it is not that for two minutes at the most.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_mins(2), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
