//! Who may connect, and how.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrule::connector::client::request;
use ferrule::connector::service::{Event, Security, Service, ServiceConfig, ServiceError, Times};
use ferrule::connector::{Call, Password};
use ferrule::simulator::{Http, Transport as _};

use crate::service_desk::{FakeDesk, config, front};
use crate::service_wire::{TYPE, Wire, post};

/// Makes a certificate that a name has signed itself; where it and its key go is still to be said.
pub fn self_signed(name: &str, days: u32) -> Command {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]).args([
        "-days",
        &days.to_string(),
        "-subj",
        &format!("/CN={name}"),
    ]);
    openssl
}

pub fn certificate(folder: &Path) -> Security {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = self_signed("localhost", 2)
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl is needed: run tests/run.sh");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Security::Tls { certificate, key }
}

fn refused(config: &ServiceConfig) -> String {
    let desk = Arc::new(FakeDesk::default());
    Service::start(config, desk).err().expect("it must not start").to_string()
}

#[test]
fn plain_http_is_for_this_machine_or_a_proxy() {
    let everywhere = ServiceConfig { listen: (Ipv4Addr::UNSPECIFIED, 0).into(), ..config() };
    assert!(refused(&everywhere).contains("plain HTTP at `0.0.0.0:0` would show passwords"));
    let behind_proxy = ServiceConfig { security: Security::BehindProxy, ..everywhere };
    assert_ne!(front(&[], behind_proxy).service.address().port(), 0);
}

#[test]
fn https_works_and_plain_http_does_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let security = certificate(folder.path());
    let Security::Tls { certificate, .. } = &security else { unreachable!() };
    let pem = std::fs::read(certificate).unwrap();
    let front = front(&[], ServiceConfig { security, ..config() });
    assert!(front.service.url().starts_with("https://localhost:"));
    let version = request(&Call::ServerVersion);
    let answered = Http::trusting(&pem).unwrap().post(front.service.url(), &version).unwrap();
    assert_eq!(answered.status, 200);
    assert!(Http::default().post(front.service.url(), &version).is_err());
    assert!(Wire::to(front.service.address()).send(post(TYPE, &version.body)).reply().is_none());
    let noted = |event: &Event| matches!(event, Event::NotConnected { .. });
    let began = Instant::now();
    while !front.events.lock().unwrap().iter().any(noted) {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_certificate_that_is_renewed_counts_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let security = certificate(folder.path());
    let Security::Tls { certificate: at, .. } = security.clone() else { unreachable!() };
    let old = std::fs::read(&at).unwrap();
    let times = Times { certificate: Duration::from_millis(20), ..Times::default() };
    let front = front(&[], ServiceConfig { security, times, ..config() });
    let version = request(&Call::ServerVersion);
    let trusts = |pem: &[u8]| Http::trusting(pem).unwrap().post(front.service.url(), &version).is_ok();
    assert!(trusts(&old));
    certificate(folder.path());
    let new = std::fs::read(&at).unwrap();
    assert_ne!(old, new);
    let began = Instant::now();
    while !trusts(&new) {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    assert!(!trusts(&old));
    // One that cannot be used changes nothing, and is told of.
    std::fs::write(&at, "no certificate").unwrap();
    let told = |event: &Event| {
        event.to_string().starts_with("the new certificate cannot be used, the one of before stays")
    };
    while !front.events.lock().unwrap().iter().any(told) {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(trusts(&new));
}

#[test]
fn an_old_windows_is_told_to_whoever_runs_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let front = front(&[], ServiceConfig { security: certificate(folder.path()), ..config() });
    let address = front.service.address().to_string();
    for (how, words) in [
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"][..], "it offers only old ciphers (CBC"),
        (&["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"], "it speaks no TLS newer than 1.1"),
    ] {
        let client = Command::new("openssl").args(["s_client", "-connect", &address]).args(how).output();
        assert!(!client.expect("openssl is needed: run tests/run.sh").status.success());
        let told = |event: &Event| matches!(event, Event::NotConnected { why, .. } if why.starts_with(words));
        let began = Instant::now();
        while !front.events.lock().unwrap().iter().any(told) {
            assert!(began.elapsed() < Duration::from_secs(10), "{words}: {:?}", front.events);
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_certificate_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Security::Tls { certificate, key } = certificate(folder.path()) else { unreachable!() };
    let with = |certificate: &Path, key: &Path| {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        refused(&ServiceConfig { security: Security::Tls { certificate, key }, ..config() })
    };
    let nothing = folder.path().join("nothing.pem");
    assert!(with(&nothing, &key).contains("nothing.pem`: "));
    assert!(with(&key, &key).contains("key.pem`: "));
    assert!(with(&certificate, &certificate).contains("certificate.pem`: "));
    let other = tempfile::tempdir().unwrap();
    let Security::Tls { key: foreign, .. } = self::certificate(other.path()) else { unreachable!() };
    assert!(with(&certificate, &foreign).contains("cannot be used"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let front = front(&[], config());
    let taken = ServiceConfig { listen: front.service.address(), ..config() };
    let desk = Arc::new(FakeDesk::default());
    assert!(matches!(Service::start(&taken, desk), Err(ServiceError::Listen { .. })));
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let front = front(&[], ServiceConfig { max_connections_per_address: 4, ..config() });
    let address = front.service.address();
    let bytes = post(TYPE, &request(&Call::ServerVersion).body);
    let mut inside: Vec<Wire> = (0..4).map(|_| Wire::to(address)).collect();
    for wire in &mut inside {
        assert_eq!(wire.send(&bytes).reply().unwrap().status, 200);
    }
    assert!(Wire::to(address).send(&bytes).reply().is_none());
    assert_eq!(inside[0].send(&bytes).reply().unwrap().status, 200);
    drop(inside);
    let began = Instant::now();
    while Wire::to(address).send(&bytes).reply().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn behind_a_proxy_the_address_is_what_the_proxy_saw() {
    let knock = |security: Security| {
        let front = front(&[], ServiceConfig { security, ..config() });
        let (user_name, password) = ("nobody".to_owned(), Password::from("x"));
        let body = request(&Call::Authenticate { user_name, password }).body;
        let headers = format!("{TYPE}X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: made up, 203.0.113.9\r\n");
        Wire::to(front.service.address()).send(post(&headers, &body)).reply().unwrap().expect(200, ">nvu<");
        match &front.events.lock().unwrap()[0] {
            Event::WrongPassword { from, .. } => *from,
            event => panic!("{event}"),
        }
    };
    assert_eq!(knock(Security::BehindProxy), "203.0.113.9".parse::<IpAddr>().unwrap());
    assert_eq!(knock(Security::Loopback), IpAddr::from(Ipv4Addr::LOCALHOST));
}
