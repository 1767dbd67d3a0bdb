//! Tickets: the names of sessions, which only their owner knows.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

/// Bytes of randomness.
const LENGTH: usize = 32;

/// A new ticket: 64 hexadecimal digits from the operating system's generator, and secret.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn new_ticket() -> Result<String, getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// A ticket, hashed: enough to find its session, and not enough to take part in it. This is what is
/// stored.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketHash(String);

impl TicketHash {
    /// The hash of a ticket (SHA-256; it needs no salt, a ticket being random).
    ///
    /// ```
    /// use ferrule::secrets::TicketHash;
    ///
    /// let hash = TicketHash::of("ticket");
    /// assert_eq!(hash.as_str().len(), 64);
    /// assert_ne!(hash, TicketHash::of("Ticket"));
    /// ```
    pub fn of(ticket: &str) -> TicketHash {
        TicketHash(hex(&Sha256::digest(ticket.as_bytes())))
    }

    /// 64 hexadecimal digits, in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TicketHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketHash({}..)", self.0.get(..8).unwrap_or_default())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
