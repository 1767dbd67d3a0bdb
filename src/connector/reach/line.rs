//! A name to its addresses, and a connection to one of them.

use std::io::{Error, ErrorKind};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::Duration;

use super::{Finding, Part};

/// As many addresses of a name are tried.
const MOST: usize = 8;

/// Connects to a host, and tells what was found; nothing, if nobody takes the connection.
pub(super) fn connect(
    host: &str,
    port: u16,
    patience: Duration,
    found: &mut Vec<Finding>,
) -> Option<TcpStream> {
    let addresses = match resolve(host, port, patience) {
        Ok(addresses) => addresses,
        Err(why) => {
            found.push(Finding::wrong(Part::Name, why));
            return None;
        }
    };
    let shown: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    found.push(Finding::well(Part::Name, format!("the name `{host}` stands for {}", shown.join(", "))));
    // A name may stand for addresses that this machine cannot reach, such as those of IPv6: one that answers is enough.
    let each = patience / u32::try_from(addresses.len().max(1)).unwrap_or(1);
    let mut last = None;
    for address in &addresses {
        match TcpStream::connect_timeout(address, each) {
            Ok(stream) => {
                found.push(Finding::well(Part::Connection, format!("somebody listens at {address}")));
                return Some(stream);
            }
            Err(error) => last = Some((address, error)),
        }
    }
    found.extend(last.map(|(address, error)| Finding::wrong(Part::Connection, refused(*address, &error))));
    None
}

/// The addresses that a name stands for. The system may think about that for longer than anybody waits.
fn resolve(host: &str, port: u16, patience: Duration) -> Result<Vec<SocketAddr>, String> {
    let (tell, told) = mpsc::channel();
    let asked = (host.to_owned(), port);
    std::thread::spawn(move || {
        let found = asked.to_socket_addrs().map(|all| all.take(MOST).collect::<Vec<_>>());
        // Whoever asked may have gone.
        let _ = tell.send(found);
    });
    let to_do = "is it spelt right, and does the DNS of your domain know it?";
    match told.recv_timeout(patience) {
        Ok(Ok(mut addresses)) if !addresses.is_empty() => {
            addresses.dedup();
            Ok(addresses)
        }
        Ok(Ok(_)) => Err(format!("the name `{host}` stands for no address: {to_do}")),
        Ok(Err(error)) => Err(format!("the name `{host}` stands for no address ({error}): {to_do}")),
        Err(_) => Err(format!(
            "nobody said within {} seconds what the name `{host}` stands for: is this machine on the network?",
            patience.as_secs()
        )),
    }
}

fn refused(address: SocketAddr, error: &Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => format!(
            "nothing listens at {address}: start the service, and see that the port is the one of the address"
        ),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => format!(
            "nobody at {address} takes a connection: a firewall may keep it out, or the name may stand for another machine"
        ),
        _ => format!("no connection comes about with {address}: {error}"),
    }
}
