//! A server says that it runs and by which rules, and tells when others over its database go by other ones.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use parking_lot::Mutex;
use tracing::{info, warn};

use crate::secrets::new_ticket;
use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::{Presence, Turn};
use crate::text::visible::visible;

/// A server while it is present; nothing inside once it has left.
pub struct Present(Arc<Mutex<Option<Presence>>>);

impl Present {
    /// From now on, in a thread of its own, which ends with the program.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub fn begin((store, rules): (Arc<dyn Database>, Rulebooks), address: SocketAddr) -> Result<Self> {
        let name = format!("{} at {address}", machine());
        let presence = Arc::new(Mutex::new(Some(Presence::new(store, rules, new_ticket()?, name))));
        let kept = Arc::clone(&presence);
        std::thread::spawn(move || {
            while look(&kept) {
                std::thread::sleep(Presence::EVERY);
            }
        });
        Ok(Self(presence))
    }

    /// It ends: the others need not wait until nothing was heard of it for a while.
    pub fn leave(self) {
        // A database that does not answer keeps no server from ending.
        let _ = self.0.lock().take().map(|presence| presence.leave());
    }
}

/// Looks once; false once it has left.
fn look(presence: &Mutex<Option<Presence>>) -> bool {
    let mut presence = presence.lock();
    let Some(presence) = presence.as_mut() else { return false };
    match presence.look(chrono::Utc::now()) {
        Ok(None) => {}
        Ok(Some(Turn::Differ(words))) => warn!("{}", visible(&words)),
        Ok(Some(Turn::Agree)) => info!("all servers over this database go by the same rules again"),
        Err(error) => warn!(cause = %error, "nobody knows which other servers run: {error}"),
    }
    true
}

/// What people call this machine.
fn machine() -> String {
    // The unit of the package shows nothing of `/proc/sys`.
    let read =
        ["/proc/sys/kernel/hostname", "/etc/hostname"].iter().find_map(|at| std::fs::read_to_string(at).ok());
    let name = read.or_else(|| std::env::var("COMPUTERNAME").ok()).unwrap_or_default();
    let name = visible(name.trim()).into_owned();
    if name.is_empty() { "a machine".to_owned() } else { name }
}
