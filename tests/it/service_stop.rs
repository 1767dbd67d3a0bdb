//! The end of the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ferrule::connector::client::request;
use ferrule::connector::service::{NotReady, ServiceConfig, Times};
use parking_lot::Mutex;

use crate::service_desk::{config, front};
use crate::service_wire::{TYPE, Wire, post, response};

#[test]
fn a_call_under_way_is_answered_before_the_end() {
    let front = front(&["<QBXML/>"], config());
    front.desk.script().takes = Duration::from_millis(400);
    let body = request(&response(&front.begin(), "a")).body;
    let address = front.service.address();
    let mut idle = Wire::to(address);
    let mut wire = Wire::to(address);
    wire.send(post(TYPE, &body));
    while front.desk.script().answers.is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    front.service.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    wire.reply().unwrap().expect(200, ">100<");
    assert!(idle.reply().is_none());
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_call_that_does_not_end_does_not_hold_up_the_end() {
    let times = Times { grace: Duration::from_millis(200), ..Times::default() };
    let front = front(&["<QBXML/>"], ServiceConfig { times, ..config() });
    front.desk.script().takes = Duration::from_secs(20);
    let mut wire = Wire::to(front.service.address());
    wire.send(post(TYPE, &request(&response(&front.begin(), "a")).body));
    while front.desk.script().answers.is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    front.service.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

fn ready(wire: &mut Wire) -> (u16, String) {
    let reply = wire.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").reply().unwrap();
    (reply.status, reply.body)
}

#[test]
fn it_is_ready_as_long_as_the_database_answers() {
    let found = Arc::new(Mutex::new(Ok(())));
    let look = found.clone();
    let front = front(&[], ServiceConfig { look: Arc::new(move || *look.lock()), ..config() });
    let mut wire = Wire::to(front.service.address());
    assert_eq!(ready(&mut wire), (200, "ready\n".to_owned()));
    for (why, words) in [
        (NotReady::NoAnswer, "not ready: the database does not answer\n"),
        (NotReady::OtherTables, "not ready: the tables of the database are of another version\n"),
    ] {
        *found.lock() = Err(why);
        assert_eq!(ready(&mut wire), (503, words.to_owned()));
        // It runs all the same: nobody is to start it anew.
        assert_eq!(wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").reply().unwrap().status, 200);
    }
    *found.lock() = Ok(());
    assert_eq!(ready(&mut wire).0, 200);
}

/// Whoever asks hears it soon, though the look at the database takes long; and it is one look, however many ask.
#[test]
fn a_database_that_hangs_is_not_waited_for() {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = looks.clone();
    let look = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_secs(6));
        Ok(())
    };
    let front = front(&[], ServiceConfig { look: Arc::new(look), ..config() });
    let began = Instant::now();
    let mut wires: Vec<Wire> = (0..5).map(|_| Wire::to(front.service.address())).collect();
    for wire in &mut wires {
        wire.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for wire in &mut wires {
        let reply = wire.reply().unwrap();
        assert_eq!((reply.status, &*reply.body), (503, "not ready: the database does not answer\n"));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(looks.load(Ordering::Relaxed), 1);
}

/// Whoever sends visitors hears that they are to go elsewhere, while those who come still are answered.
#[test]
fn before_the_end_it_is_not_ready_but_answers() {
    let times = Times { notice: Duration::from_secs(1), ..Times::default() };
    let front = front(&["<QBXML/>"], ServiceConfig { times, ..config() });
    let address = front.service.address();
    let mut wire = Wire::to(address);
    assert_eq!(ready(&mut wire).0, 200);
    let ticket = front.begin();
    let began = Instant::now();
    let stopping = std::thread::spawn(move || front.service.stop().unwrap());
    while ready(&mut wire).0 == 200 {
        assert!(began.elapsed() < Duration::from_millis(500));
    }
    assert_eq!(ready(&mut wire), (503, "not ready: the server is about to end\n".to_owned()));
    let body = request(&response(&ticket, "a")).body;
    Wire::to(address).send(post(TYPE, &body)).reply().unwrap().expect(200, ">100<");
    stopping.join().unwrap();
    assert!(began.elapsed() > times.notice && began.elapsed() < Duration::from_secs(8));
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[cfg(target_os = "linux")]
mod signals {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::Duration;

    use ferrule::connector::service::Service;

    use crate::service_desk::{FakeDesk, config};

    /// Whether this process catches SIGINT and SIGTERM.
    fn heeds_signals() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
        u64::from_str_radix(caught, 16).unwrap() & 0x4002 == 0x4002
    }

    /// Says to the process that it is to run until it gets a signal.
    const RUN: &str = "FERRULE_TEST_SIGNAL";

    /// Is no test by itself and does nothing then: the next one runs it in a process of its own.
    #[test]
    fn runs_until_a_signal() {
        if std::env::var_os(RUN).is_none() {
            return;
        }
        let service = Service::start(&config(), Arc::new(FakeDesk::default())).unwrap();
        let address = service.address();
        std::thread::spawn(move || {
            while !heeds_signals() {
                std::thread::sleep(Duration::from_millis(5));
            }
            writeln!(std::io::stderr(), "listening at {address}").unwrap();
        });
        service.run().unwrap();
        writeln!(std::io::stderr(), "ended well").unwrap();
    }

    #[test]
    fn a_signal_ends_it_well() {
        for signal in ["TERM", "INT"] {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["service_stop::signals::runs_until_a_signal", "--exact", "--nocapture"])
                .env(RUN, "")
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
            assert!(lines.next().unwrap().starts_with("listening at "));
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
            assert_eq!(lines.next().as_deref(), Some("ended well"));
            assert!(child.wait().unwrap().success());
        }
    }
}
