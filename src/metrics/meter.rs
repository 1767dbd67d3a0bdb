//! All numbers as text, as Prometheus reads it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use parking_lot::Mutex;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::connector::service::{Event, Journal, Observer};
use crate::metrics::counting::Counting;
use crate::metrics::counts::Counts;
use crate::metrics::families::{Families, Gathered};
use crate::store::Database;
use crate::sync::Muster;
use crate::sync::stored::{Followed, Moment, StoreError};

/// How much is told, and how often the database is asked.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// As many company files have a label of their own, those that were made first; the others are told together.
    pub labelled: usize,
    /// What was gathered counts for so long.
    pub fresh: TimeDelta,
}

/// All numbers.
pub struct Meter {
    store: Arc<dyn Database>,
    clock: fn() -> Moment,
    fresh: TimeDelta,
    registry: Registry,
    counts: Arc<Counts>,
    differ: Arc<Counting>,
    gathered: Arc<Mutex<Gathered>>,
    /// When the database was last asked, and how far sessions are followed. Whoever holds it asks: the others wait.
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    asked_at: Option<Moment>,
    followed: Option<Followed>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { labelled: 1_000, fresh: TimeDelta::seconds(5) }
    }
}

impl Meter {
    /// Begins to count. `differ` is counted by somebody else.
    pub fn new(
        store: Arc<dyn Database>,
        differ: Arc<Counting>,
        bounds: Bounds,
        clock: fn() -> Moment,
    ) -> Self {
        let mut registry = Registry::default();
        let counts = Arc::new(Counts::in_registry(&mut registry));
        let gathered = Arc::new(Mutex::new(Gathered::default()));
        let families = Families { gathered: gathered.clone(), labelled: bounds.labelled };
        registry.register_collector(Box::new(families));
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("ferrule_build", "The version of this server", build);
        let started = ConstGauge::new(clock().timestamp());
        registry.register(
            "ferrule_start_timestamp_seconds",
            "When this server started, in seconds since 1970",
            started,
        );
        let meter = Self {
            store,
            clock,
            fresh: bounds.fresh,
            registry,
            counts,
            differ,
            gathered,
            last: Mutex::default(),
        };
        // Sessions that begin and end before the first time that it is read count too.
        meter.gather(&mut meter.last.lock());
        meter
    }

    /// The same journal; what it is told is counted.
    pub fn journal(&self, next: Journal) -> Journal {
        let counts = Arc::clone(&self.counts);
        Arc::new(move |event: &Event| {
            counts.event(event);
            next(event);
        })
    }

    /// Counts answers.
    pub fn observer(&self) -> Observer {
        let counts = Arc::clone(&self.counts);
        Arc::new(move |served| counts.served(served))
    }

    /// All numbers, in Prometheus's text format. It may ask the database, and block.
    ///
    /// # Errors
    /// None that is known: text is written to memory.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        self.refresh();
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    fn refresh(&self) {
        let mut last = self.last.lock();
        let now = (self.clock)();
        // A clock that was set back must not hold it up.
        let is_fresh = |at: Moment| now >= at && now - at < self.fresh;
        if !last.asked_at.is_some_and(is_fresh) {
            self.gather(&mut last);
        }
    }

    /// If the database does not answer, that is told, and nothing of company files: old numbers would look like new ones.
    fn gather(&self, last: &mut Last) {
        let began = Instant::now();
        let found = self.store.tallies().and_then(|tallies| self.follow(last).map(|()| tallies));
        let is_up = found.is_ok();
        let differ = if is_up { self.differ.found() } else { BTreeMap::default() };
        let tallies = found.unwrap_or_default();
        let muster = Muster::of(&*self.store, (self.clock)()).ok().filter(|_| is_up);
        let servers = muster.map(|muster| (muster.servers.len(), muster.differing.is_some()));
        let took = began.elapsed().as_secs_f64();
        *self.gathered.lock() = Gathered { is_up, took, tallies, differ, servers };
        last.asked_at = Some((self.clock)());
    }

    fn follow(&self, last: &mut Last) -> Result<(), StoreError> {
        let Some(followed) = &last.followed else {
            last.followed = Some(self.store.follow()?);
            return Ok(());
        };
        let since = self.store.since(followed)?;
        for session in since.sessions {
            let Some((ended_at, ending)) = session.ended else { continue };
            let took = (ended_at - session.began_at).to_std().unwrap_or(Duration::ZERO);
            self.counts.session(took, ending.name());
        }
        for (kind, count) in since.exchanges {
            self.counts.exchanges(kind.name(), count);
        }
        last.followed = Some(since.followed);
        Ok(())
    }
}
