//! The service in a process of its own, and the Web Connector's half of its sessions.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrule::connector::client::Reply;
use ferrule::connector::service::{Service, ServiceConfig};
use ferrule::connector::{Call, Password, SessionDesk};
use ferrule::simulator::{CompanyFile, ManualClock, Settings};
use ferrule::store::SqliteStore;
use ferrule::sync::session::{Limits, Rulebook, Sessions};
use ferrule::sync::stored::{CompanyId, DocumentKey, Moment, NewCompanyFile, NewDocument, Store as _};

use super::wire::Wire;
use super::{documents, records, rules};

/// The password of every company file: one as Ferrule makes them, of which a fast hash is kept.
pub const PASSWORD: &str = "abcdef-ghijkm-npqrst-uvwxyz";

/// The Web Connector's half of a session.
pub struct Session {
    ticket: String,
    first: bool,
    /// What was to be done last.
    pub last: String,
}

impl Session {
    /// Signs in.
    pub fn begin(wire: &mut Wire, company: u32) -> Self {
        let password: Password = PASSWORD.to_owned().into();
        let call = Call::Authenticate { user_name: format!("shop{company}"), password };
        let ticket = match wire.ask(&call) {
            Reply::Texts(Some(texts)) => texts.into_iter().flatten().next().unwrap(),
            other => panic!("{other:?}"),
        };
        // What a password costs is not what a round trip costs.
        wire.times.pop();
        Self { ticket, first: true, last: String::new() }
    }

    /// One request and its answer; false when nothing is left.
    pub fn turn(&mut self, wire: &mut Wire, quickbooks: &mut dyn FnMut(&str) -> String) -> bool {
        let hcp_response = if std::mem::take(&mut self.first) { hello() } else { String::new() };
        let call = Call::SendRequest {
            ticket: self.ticket.clone(),
            hcp_response,
            company_file_name: r"C:\QuickBooks\sample.qbw".to_owned(),
            country: "US".to_owned(),
            major: 13,
            minor: 0,
        };
        self.last = wire.text(&call);
        if self.last.is_empty() {
            return false;
        }
        let response = quickbooks(&self.last);
        let empty = String::new();
        let call = Call::ReceiveResponse {
            ticket: self.ticket.clone(),
            response,
            hresult: empty.clone(),
            message: empty,
        };
        matches!(wire.ask(&call), Reply::Number(progress) if progress < 100)
    }

    /// Signs out.
    pub fn end(self, wire: &mut Wire) {
        wire.ask(&Call::CloseConnection { ticket: self.ticket });
    }
}

/// What QuickBooks says of itself.
fn hello() -> String {
    "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><CompanyQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" \
     statusMessage=\"Status OK\"><CompanyRet><CompanyName>Sample Finishing Company</CompanyName></CompanyRet>\
     </CompanyQueryRs></QBXMLMsgsRs></QBXML>"
        .to_owned()
}

/// The server, in a process of its own.
pub struct Server {
    process: Child,
    /// `host:port`.
    pub address: String,
}

impl Server {
    /// Serves what a database has.
    pub fn start(database: &Path, batch: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--serve").arg(database).arg(batch.to_string());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }

    /// In MB; 0 where the system does not tell.
    pub fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
        line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0) / 1024
    }
}

impl Server {
    /// The processor time that it has used, as Linux tells it: to a hundredth of a second.
    pub fn processor(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split(' ').skip(12).take(2);
        Duration::from_millis(fields.map_while(|it| it.parse::<u64>().ok()).sum::<u64>() * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

/// Serves until its input ends.
pub fn serve(database: &Path, batch: usize) {
    let store = SqliteStore::open(database).unwrap();
    let limits = Limits { batch, ..Limits::default() };
    let sessions = Sessions::new(Arc::new(store), Arc::new(Rulebook::new(rules::program())), limits);
    let desk = Arc::new(SessionDesk::new(sessions, chrono::Utc::now));
    let listen = ([127, 0, 0, 1], 0).into();
    let service = Service::start(&ServiceConfig { listen, ..ServiceConfig::default() }, desk).unwrap();
    println!("{}", service.address());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    service.stop().unwrap();
}

/// A company file like all others.
pub fn company_file(number: u32, password_hash: &str) -> NewCompanyFile {
    NewCompanyFile {
        domain: format!("shop{number}"),
        name: format!("shop{number}"),
        user_name: format!("shop{number}"),
        password_hash: password_hash.to_owned(),
        owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".to_owned(),
        file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".to_owned(),
        path: None,
    }
}

/// Lines of each invoice.
const LINES: u32 = 5;

/// Puts so many invoices into the queue of a company file.
pub fn queue(store: &SqliteStore, company: CompanyId, invoices: u32, now: Moment) {
    let account = serde_json::Value::from("Plating Income");
    store.set_settings(company, &[("income_account".to_owned(), account)].into()).unwrap();
    let all: Vec<NewDocument> = (1..=invoices).map(invoice).collect();
    let keys: Vec<DocumentKey> = all.iter().map(|it| it.key.clone()).collect();
    store.load(company, &all, now).unwrap();
    store.play(company, &keys, now).unwrap();
}

fn invoice(number: u32) -> NewDocument {
    let json = documents::invoice(number, LINES);
    let key = DocumentKey { object: "invoice".to_owned(), id: (1_000_000 + number).to_string() };
    NewDocument { key, json, version: "1".to_owned() }
}

/// The simulated company file, with so many items at most.
pub fn books(items: u32) -> CompanyFile {
    let mut file = CompanyFile::new(Settings::default(), ManualClock::at(1_790_000_000));
    for text in records::lists(items) {
        file.load_responses(&text).unwrap();
    }
    file.begin_session().unwrap();
    file
}

/// How long the disk takes to keep a small write.
pub fn disk() -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let mut file = File::create(folder.path().join("log")).unwrap();
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[1; 4096]).unwrap();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(100).copied().unwrap_or_default()
}
