//! Addresses that a webhook may reach: those of the open internet. Else whoever may enter a webhook could make this server
//! call what stands beside it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are of no public network: the address, and how many of its bits count.
const CLOSED_4: [(Ipv4Addr, u32); 13] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The same of the part of IPv6 that is public at all, `2000::/3`. Those that stand for IPv4 are among them.
const CLOSED_6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is of the open internet.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !CLOSED_4.iter().any(|(range, bits)| {
            let apart = u32::from(address) ^ u32::from(*range);
            apart >> (32 - bits) == 0
        }),
        IpAddr::V6(address) => {
            let within =
                |range: Ipv6Addr, bits: u32| (u128::from(address) ^ u128::from(range)) >> (128 - bits) == 0;
            let public = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);
            within(public, 3) && !CLOSED_6.iter().any(|(range, bits)| within(*range, *bits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn only_the_open_internet_is_public() {
        let all = |addresses: &str| {
            addresses.split(' ').map(|it| (it.to_owned(), is_public(it.parse().unwrap()))).collect::<Vec<_>>()
        };
        let closed = "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 \
                      192.168.1.1 198.19.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fc00::1 \
                      fd12::1 fe80::1 ff02::1 64:ff9b::7f00:1 2001:db8::1 2002:7f00:1::";
        for (address, is_public) in all(closed) {
            assert!(!is_public, "{address}");
        }
        let open = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.255 2606:4700::1 2a00:1450::1 ::ffff:1.1.1.1";
        for (address, is_public) in all(open) {
            assert!(is_public, "{address}");
        }
    }
}
