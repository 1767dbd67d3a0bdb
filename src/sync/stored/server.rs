//! Which servers run over a database, and by which rules.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Moment, StoreError};

/// Bytes of a mark: two sets of rules that differ have two marks, as far as anybody will live to see.
const MARK: usize = 16;

/// A server that runs over the database, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// What tells it apart: another one after each start.
    pub id: String,
    /// What people call it: its machine and its address.
    pub name: String,
    /// The version of its program.
    pub version: String,
    /// When it was last heard of, by its own clock.
    pub seen_at: Moment,
    /// Stands for all of its rules.
    pub mark: String,
}

/// By which rules a server goes: fingerprints of their files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerRules {
    /// Those of each domain that has none of its own.
    pub usual: String,
    /// Those of the others, by domain; nothing, where a domain's own were refused.
    pub own: BTreeMap<String, Option<String>>,
}

impl ServerRules {
    /// Those by which a domain goes; nothing, if its own were refused.
    pub fn of_domain(&self, domain: &str) -> Option<&str> {
        self.own.get(domain).map_or(Some(self.usual.as_str()), Option::as_deref)
    }

    /// Stands for all of them.
    pub fn mark(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        add(&self.usual);
        for (domain, own) in &self.own {
            add(domain);
            add(own.as_deref().unwrap_or_default());
        }
        hash.finalize().iter().take(MARK).fold(String::new(), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Keeps which servers run. Each method is one transaction. What is lost of it in a power cut, the next look brings back.
pub trait ServerStore: Send + Sync {
    /// Notes that a server runs, in the place of others that had its name and of itself before. Servers of which nothing was
    /// heard since `gone` are forgotten.
    ///
    /// # Errors
    /// The store failed.
    fn note_server(&self, server: &Server, rules: &ServerRules, gone: Moment) -> Result<(), StoreError>;
    /// Forgets a server: it has ended.
    ///
    /// # Errors
    /// The store failed.
    fn forget_server(&self, id: &str) -> Result<(), StoreError>;
    /// The servers that were heard of since then, by name.
    ///
    /// # Errors
    /// The store failed.
    fn servers(&self, since: Moment) -> Result<Vec<Server>, StoreError>;
    /// The same with their rules.
    ///
    /// # Errors
    /// The store failed.
    fn servers_with_rules(&self, since: Moment) -> Result<Vec<(Server, ServerRules)>, StoreError>;
}
