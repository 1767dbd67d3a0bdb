//! Proxies in front of the service, and what is believed of what they say.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use thiserror::Error;

/// A proxy's address, or the network that proxies are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyAddress {
    network: IpAddr,
    bits: u32,
}

/// A text that names no address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("this is no address, as `10.0.0.5`, and no network, as `10.0.0.0/24`")]
pub struct NotAnAddress;

impl FromStr for ProxyAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let network: IpAddr = address.parse().map_err(|_| NotAnAddress)?;
        let all = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), |bits| bits.parse().map_err(|_| NotAnAddress))?;
        if bits > all {
            return Err(NotAnAddress);
        }
        Ok(Self { network, bits })
    }
}

impl ProxyAddress {
    fn has(self, address: IpAddr) -> bool {
        let differing = match (self.network, address) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(ours), IpAddr::V6(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= self.bits
    }
}

/// Who is believed when it says for whom it speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxies {
    /// Nobody: there is no proxy.
    #[default]
    None,
    /// Whoever is on this machine, and these.
    AtHomeAnd(Vec<ProxyAddress>),
}

impl Proxies {
    /// Whether what comes from there is passed on by a proxy of ours.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Proxies::None => false,
            Proxies::AtHomeAnd(others) => {
                address.is_loopback() || others.iter().any(|proxy| proxy.has(address))
            }
        }
    }

    /// From where a request comes. A proxy adds whom it speaks for at the end of `X-Forwarded-For`; what stands before
    /// the last one that is no proxy of ours, anybody may have made up.
    pub fn sender(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut sender = peer.ip().to_canonical();
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let parts = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for part in parts {
            if !self.has(sender) {
                break;
            }
            let Ok(before) = part.trim().parse::<IpAddr>() else { break };
            sender = before.to_canonical();
        }
        sender
    }

    /// What a proxy of ours says in a header; nothing, if it was not one.
    pub fn said<'h>(&self, peer: SocketAddr, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let said = headers.get(name).filter(|_| self.has(peer.ip()));
        said.and_then(|value| value.to_str().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(all: &[&str]) -> Proxies {
        Proxies::AtHomeAnd(all.iter().map(|it| it.parse().unwrap()).collect())
    }

    fn sender(proxies: &Proxies, peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        proxies.sender(SocketAddr::new(peer.parse().unwrap(), 1), &headers).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let ours = proxies(&["10.0.0.0/24", "192.0.2.7", "fd00::/8"]);
        let cases: [(&str, &[&'static str], &str); 9] = [
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.77", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.77", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("fd12::1", &["2001:db8::1"], "2001:db8::1"),
            // One that is none of ours speaks for itself.
            ("10.0.1.77", &["203.0.113.9"], "10.0.1.77"),
            // What the visitor made up stands before what our proxies saw.
            ("127.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.5"], "203.0.113.9"),
            ("127.0.0.1", &["1.1.1.1", "203.0.113.9", "192.0.2.7"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9, nonsense"], "127.0.0.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
        ];
        for (peer, forwarded, found) in cases {
            assert_eq!(sender(&ours, peer, forwarded), found, "{peer} {forwarded:?}");
        }
        assert_eq!(sender(&Proxies::None, "127.0.0.1", &["203.0.113.9"]), "127.0.0.1");
        assert_eq!(sender(&proxies(&["0.0.0.0/0"]), "198.51.100.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0", "::/129", "10.0.0.0/24/1"]
        {
            assert_eq!(text.parse::<ProxyAddress>(), Err(NotAnAddress), "{text}");
        }
    }
}
