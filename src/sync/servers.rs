//! Whether all servers over a database go by the same rules. Each says now and then which it goes by, and looks at what the
//! others said. A visit that two servers with other rules share breaks off, so somebody has to know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::sync::session::Rulebooks;
use crate::sync::stored::{Moment, Server, ServerRules, ServerStore, StoreError};
use crate::text::counted::counted;

/// A server that was heard of within this time runs. Clocks of servers may differ by something like this.
const FRESH: TimeDelta = TimeDelta::minutes(2);
/// A server that is alone, and whose rules are as it said, says so often that it runs: twice within [`FRESH`], in case one
/// time is late.
const ALONE: TimeDelta = TimeDelta::seconds(50);
/// One of which nothing was heard for so long is forgotten.
const GONE: TimeDelta = TimeDelta::minutes(10);
/// As many domains are named.
const NAMED: usize = 3;

/// The servers that run over a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Muster {
    /// All of them, by name.
    pub servers: Vec<Server>,
    /// What they do not agree on, if there is something.
    pub differing: Option<Differing>,
}

/// What servers do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The servers by the fingerprint of what they go by, each list in order.
    groups: BTreeMap<String, Vec<String>>,
    /// Domains that go by other rules on one server than on another; none, if all do that have none of their own.
    domains: Vec<String>,
}

impl Muster {
    /// Those that were heard of lately.
    ///
    /// # Errors
    /// The store failed.
    pub fn of<S: ServerStore + ?Sized>(store: &S, now: Moment) -> Result<Self, StoreError> {
        let servers = store.servers(now - FRESH)?;
        let differing =
            if is_one(&servers) { None } else { Differing::among(&store.servers_with_rules(now - FRESH)?) };
        Ok(Self { servers, differing })
    }
}

impl Differing {
    fn among(all: &[(Server, ServerRules)]) -> Option<Self> {
        let usual: BTreeSet<&str> = all.iter().map(|(_, rules)| rules.usual.as_str()).collect();
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if usual.len() > 1 {
            for (server, rules) in all {
                groups.entry(rules.usual.clone()).or_default().push(server.name.clone());
            }
            return Some(Self { groups, domains: Vec::new() });
        }
        let named: BTreeSet<&String> = all.iter().flat_map(|(_, rules)| rules.own.keys()).collect();
        let differs = |domain: &&&String| {
            let found: BTreeSet<_> = all.iter().map(|(_, rules)| rules.of_domain(domain)).collect();
            found.len() > 1
        };
        let domains: Vec<String> = named.iter().filter(differs).map(|domain| (*domain).clone()).collect();
        let first = domains.first()?;
        for (server, rules) in all {
            let mark = rules.of_domain(first).unwrap_or("none").to_owned();
            groups.entry(mark).or_default().push(server.name.clone());
        }
        Some(Self { groups, domains })
    }

    /// In words, with what to do.
    pub fn words(&self) -> String {
        let groups: Vec<String> =
            self.groups.iter().map(|(mark, servers)| format!("{} by {mark}", servers.join(", "))).collect();
        let groups = groups.join("; ");
        let named: Vec<String> =
            self.domains.iter().take(NAMED).map(|domain| format!("`{domain}`")).collect();
        let whom = match self.domains.len() {
            0 => String::new(),
            1 => format!(" for the domain {}", named.concat()),
            many if many <= NAMED => format!(" for the domains {}", named.join(", ")),
            many => format!(" for {}, among them {}", counted(many, "domain"), named.join(", ")),
        };
        format!(
            "the servers over this database go by other rules{whom} ({groups}): a visit that two of them share breaks off. Give \
             all of them the same files, and let each read them again"
        )
    }
}

/// Whether all go by the same rules: their marks say so, and are short.
fn is_one(servers: &[Server]) -> bool {
    servers.windows(2).all(|two| matches!(two, [one, other] if one.mark == other.mark))
}

/// Whether the rules by which a domain goes are others on one server than on another.
///
/// # Errors
/// The store failed.
pub fn differ_for<S: ServerStore + ?Sized>(store: &S, domain: &str, now: Moment) -> Result<bool, StoreError> {
    if is_one(&store.servers(now - FRESH)?) {
        return Ok(false);
    }
    let all = store.servers_with_rules(now - FRESH)?;
    let found: BTreeSet<_> = all.iter().map(|(_, rules)| rules.of_domain(domain)).collect();
    Ok(found.len() > 1)
}

/// What a server notices of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// They do not agree; in words.
    Differ(String),
    /// They agree again.
    Agree,
}

/// A server among those over its database.
pub struct Presence {
    store: Arc<dyn ServerStore>,
    rules: Rulebooks,
    id: String,
    name: String,
    /// When it last said by which rules it goes, and their mark, if it was alone then.
    alone: Option<(Moment, String)>,
    /// What the last look found.
    seen: Option<String>,
    /// What was told last.
    told: Option<String>,
}

impl Presence {
    /// So often a server looks at the others, and says that it runs, unless it is alone.
    pub const EVERY: Duration = Duration::from_secs(10);

    /// A server of that name; the id is another one after each start.
    pub fn new(store: Arc<dyn ServerStore>, rules: Rulebooks, id: String, name: String) -> Self {
        Self { store, rules, id, name, alone: None, seen: None, told: None }
    }

    /// Says that it runs and by which rules, and looks at the others. What two looks in a row have found is told once:
    /// while servers read new rules one after the other, nobody needs to hear of it.
    ///
    /// # Errors
    /// The store failed.
    pub fn look(&mut self, now: Moment) -> Result<Option<Turn>, StoreError> {
        let rules = rules_of(&self.rules);
        let server = Server {
            id: self.id.clone(),
            name: self.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seen_at: now,
            mark: rules.mark(),
        };
        if !self.is_known(&server) {
            self.store.note_server(&server, &rules, now - GONE)?;
            self.alone = Some((now, server.mark));
        }
        let Muster { servers, differing } = Muster::of(&*self.store, now)?;
        if !matches!(servers.as_slice(), [only] if only.id == self.id) {
            self.alone = None;
        }
        let found = differing.map(|differing| differing.words());
        let before = std::mem::replace(&mut self.seen, found.clone());
        if before != found || found == self.told {
            return Ok(None);
        }
        self.told.clone_from(&found);
        Ok(Some(found.map_or(Turn::Agree, Turn::Differ)))
    }

    /// Whether nobody needs to hear of it again: it said the same not long ago, and nobody else was there.
    fn is_known(&self, server: &Server) -> bool {
        let since = |at: Moment| (TimeDelta::zero()..ALONE).contains(&(server.seen_at - at));
        self.alone.as_ref().is_some_and(|(at, mark)| since(*at) && *mark == server.mark)
    }

    /// It ends.
    ///
    /// # Errors
    /// The store failed.
    pub fn leave(&self) -> Result<(), StoreError> {
        self.store.forget_server(&self.id)
    }
}

/// The fingerprints of the rules by which a server goes now.
fn rules_of(books: &Rulebooks) -> ServerRules {
    let sets = books.sets();
    let own = sets.own.iter().map(|(domain, set)| {
        let mark = set.as_ref().ok().map(|set| set.fingerprint.clone());
        (domain.clone(), mark)
    });
    ServerRules { usual: sets.usual.fingerprint.clone(), own: own.collect() }
}
