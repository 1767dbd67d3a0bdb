//! What this server has done since it started.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::connector::service::{Event, Served};

/// Labels of a family: few, and of few values each.
type Labels = Vec<(&'static str, &'static str)>;

/// Seconds in which an answer begins.
const ANSWERS: [f64; 10] = [0.001, 0.0025, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Seconds that a session takes: from a poll without work to the first read of a large company file.
const SESSIONS: [f64; 10] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];

/// What this server has done since it started.
#[derive(Debug)]
pub(super) struct Counts {
    requests: Family<Labels, Counter>,
    answers: Family<Labels, Histogram, fn() -> Histogram>,
    events: Family<Labels, Counter>,
    sessions: Family<Labels, Histogram, fn() -> Histogram>,
    exchanges: Family<Labels, Counter>,
}

impl Counts {
    /// All at nothing, with a place in the registry.
    pub(super) fn in_registry(registry: &mut Registry) -> Self {
        let counts = Self {
            requests: Family::default(),
            answers: Family::new_with_constructor(|| Histogram::new(ANSWERS)),
            events: Family::default(),
            sessions: Family::new_with_constructor(|| Histogram::new(SESSIONS)),
            exchanges: Family::default(),
        };
        registry.register(
            "ferrule_http_requests",
            "Requests that this server answered, by what they were for and the class of the status",
            counts.requests.clone(),
        );
        registry.register(
            "ferrule_http_request_seconds",
            "Seconds until the answer to a request began",
            counts.answers.clone(),
        );
        registry.register(
            "ferrule_events",
            "What this server told its log, by kind: wrong_password and limited are sign-ins that were refused",
            counts.events.clone(),
        );
        registry.register(
            "ferrule_session_seconds",
            "Seconds that visits of Web Connectors took, by how they ended; each server counts those of all servers",
            counts.sessions.clone(),
        );
        registry.register(
            "ferrule_exchanges",
            "Requests to QuickBooks, by what they were for; each server counts those of all servers",
            counts.exchanges.clone(),
        );
        // A rate needs to see the first one: it counts from nothing, not from one.
        for kind in Event::KINDS {
            drop(counts.events.get_or_create(&vec![("kind", kind)]));
        }
        counts
    }

    pub(super) fn served(&self, served: Served) {
        let class = ("class", served.class.name());
        self.requests.get_or_create(&vec![class, ("status", status(served.status))]).inc();
        self.answers.get_or_create(&vec![class]).observe(served.took.as_secs_f64());
    }

    pub(super) fn event(&self, event: &Event) {
        self.events.get_or_create(&vec![("kind", event.kind())]).inc();
    }

    pub(super) fn session(&self, took: Duration, ending: &'static str) {
        self.sessions.get_or_create(&vec![("ending", ending)]).observe(took.as_secs_f64());
    }

    pub(super) fn exchanges(&self, kind: &'static str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.exchanges.get_or_create(&vec![("kind", kind)]).inc_by(count);
    }
}

/// The class of a status.
fn status(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
