//! Round trips of the Web Connector's service over loopback HTTP, with a desk that does nothing: what
//! the service itself costs. One client after the other waits for its answer before it asks again.
//!
//! `cargo bench --bench service`

use ferrule::secrets::TicketHash;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrule::connector::client::request;
use ferrule::connector::service::{
    Answered, Desk, Hello, Opening, Service, ServiceConfig, Trouble, Unreached,
};
use ferrule::connector::{Call, ConnectionErrorAnswer, LastError, NextRequest, Progress};

/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(4);

struct Idle;

impl Desk for Idle {
    fn password_hash(&self, _: &str) -> Result<Option<String>, Trouble> {
        Ok(None)
    }

    fn is_open(&self, _: &TicketHash) -> Result<bool, Trouble> {
        Ok(true)
    }

    fn open(&self, _: &str, _: &TicketHash) -> Result<Opening, Trouble> {
        Ok(Opening::NoWork)
    }

    fn refused(&self, _: &str, _: std::net::IpAddr, _: bool) {}

    fn next_request(&self, _: &TicketHash, _: &Hello) -> Result<NextRequest, Trouble> {
        Ok(NextRequest::Request("<QBXML/>".to_owned()))
    }

    fn response(&self, _: &TicketHash, _: Answered) -> Result<Progress, Trouble> {
        Ok(Progress::working(1, 2))
    }

    fn connection_error(&self, _: &TicketHash, _: &Unreached) -> Result<ConnectionErrorAnswer, Trouble> {
        Ok(ConnectionErrorAnswer::Done)
    }

    fn last_error(&self, _: &TicketHash) -> Result<LastError, Trouble> {
        Ok(LastError::Pause)
    }

    fn close(&self, _: &TicketHash) -> Result<String, Trouble> {
        Ok(String::new())
    }

    fn spoiled(&self, _: &TicketHash, _: &str) -> Result<(), Trouble> {
        Ok(())
    }
}

type Times = Result<Vec<Duration>, Box<dyn Error + Send + Sync>>;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let config = ServiceConfig { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..ServiceConfig::default() };
    let service = Service::start(&config, Arc::new(Idle))?;
    let address = service.address();
    let mut out = std::io::stdout();
    for (name, length, clients) in [
        ("small answers, 1 client", 200, 1),
        ("small answers, 8 clients", 200, 8),
        ("small answers, 32 clients", 200, 32),
        ("answers of 100 kB, 1 client", 100_000, 1),
        ("answers of 10 MB, 1 client", 10_000_000, 1),
    ] {
        let began = Instant::now();
        let threads: Vec<_> =
            (0..clients).map(|_| std::thread::spawn(move || ask(address, length))).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a client broke")??);
        }
        let took = began.elapsed();
        times.sort();
        let count = u32::try_from(times.len())?;
        let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
        let per_second = f64::from(count) / took.as_secs_f64();
        writeln!(
            out,
            "{name:<30} {per_second:>9.0} round trips/s, p50 {:?}, p99 {:?}, {}",
            at(50),
            at(99),
            memory()
        )?;
    }
    let before = resident();
    let hostile = (0..64).map(|_| threaten(address)).collect::<Result<Vec<_>, _>>()?;
    std::thread::sleep(Duration::from_millis(500));
    let (count, after) = (hostile.len(), resident());
    writeln!(out, "{count} connections that promise 60 MB and stop after 60 kB: {before} kB -> {after} kB")?;
    drop(hostile);
    service.stop()?;
    Ok(())
}

/// Promises much, sends some of it, and waits.
fn threaten(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    let head = "POST /qbwc HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 60000000\r\n\r\n";
    stream.write_all(&[head.as_bytes(), &vec![b' '; 60_000]].concat())?;
    Ok(stream)
}

/// Sends the same answer of QuickBooks on one connection, again and again.
fn ask(address: SocketAddr, length: usize) -> Times {
    let call = Call::ReceiveResponse {
        ticket: "0".repeat(64),
        response: "<a b=\"c\">text</a>".repeat(length / 17),
        hresult: String::new(),
        message: String::new(),
    };
    let body = request(&call).body;
    let head = format!(
        "POST /qbwc HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"http://developer.intuit.com/receiveResponseXML\"\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let bytes = [head.into_bytes(), body].concat();
    let mut wire = BufReader::new(TcpStream::connect(address)?);
    wire.get_mut().set_nodelay(true)?;
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < TIME {
        let asked = Instant::now();
        wire.get_mut().write_all(&bytes)?;
        hear(&mut wire)?;
        times.push(asked.elapsed());
    }
    Ok(times)
}

fn hear(wire: &mut BufReader<TcpStream>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut line, mut length) = (String::new(), 0);
    while wire.read_line(&mut line)? > 2 {
        if line.starts_with("HTTP/1.1 ") && !line.contains(" 200 ") {
            return Err(line.into());
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse()?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    wire.read_exact(&mut body)?;
    Ok(())
}

/// The most memory that this process, service and clients, had so far, where the system tells.
fn memory() -> String {
    format!("at most {} kB", status("VmHWM:"))
}

/// The memory that this process has now, in kB.
fn resident() -> u64 {
    status("VmRSS:")
}

fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
