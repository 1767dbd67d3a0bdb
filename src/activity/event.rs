//! One thing that happened, and how often what happened.

use crate::people::AuditEntry;
use crate::sync::stored::{Ending, Exchange, ExchangeId, ExchangeKind, Job, Moment, Reconciled, SessionId};

/// A kind of thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// The Web Connector came.
    Visit,
    /// Requests went out.
    Exchange,
    /// A job came to an end.
    Job,
    /// A night's reconciliation was done.
    Night,
    /// A person did something.
    Action,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub happened: Happened,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Happened {
    /// The Web Connector came.
    Visit {
        /// The visit.
        id: SessionId,
        /// When it ended.
        ended_at: Option<Moment>,
        /// How it ended.
        ending: Option<Ending>,
    },
    /// Requests went out.
    Exchange {
        /// The exchange.
        id: ExchangeId,
        /// The visit it was sent in.
        session: SessionId,
        /// What it was for.
        kind: ExchangeKind,
        /// When the answer came.
        answered_at: Option<Moment>,
        /// What went wrong with it as a whole.
        failure: Option<String>,
        /// Its requests: message, how many, and how many of them were refused.
        requests: Vec<(String, usize, usize)>,
    },
    /// A job came to an end; and the message by which its document was written last, if it was.
    Job(Box<Job>, Option<String>),
    /// A night's reconciliation was done.
    Night(Box<Reconciled>),
    /// A person did something.
    Action(Box<AuditEntry>),
}

/// One visit of the Web Connector.
#[derive(Clone, Debug)]
pub struct WholeVisit {
    /// When it began.
    pub began_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// What was exchanged, in order.
    pub exchanges: Vec<Exchange>,
}

/// A place between two events: what comes behind it is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The time of the event before it, in milliseconds since 1970.
    pub at: i64,
    /// Its kind.
    pub kind: Happening,
    /// Its key among those of its kind.
    pub id: i64,
}

/// How often what happened in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The stretch, counted from 1970.
    pub stretch: i64,
    /// Visits.
    pub visits: usize,
    /// The longest visit, in milliseconds.
    pub longest: i64,
    /// Visits that were stopped before their end.
    pub stopped: usize,
    /// Jobs that came to a good end.
    pub done: usize,
    /// Jobs that came to another one.
    pub failed: usize,
}

impl Happening {
    /// Every kind, in the order in which events of one moment stand.
    pub const ALL: [Self; 5] = [Self::Visit, Self::Exchange, Self::Job, Self::Night, Self::Action];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Exchange => "exchange",
            Self::Job => "job",
            Self::Night => "night",
            Self::Action => "action",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Event {
    /// Behind this event.
    pub fn cursor(&self) -> Cursor {
        let (kind, id) = match &self.happened {
            Happened::Visit { id, .. } => (Happening::Visit, id.0),
            Happened::Exchange { id, .. } => (Happening::Exchange, id.0),
            Happened::Job(job, _) => (Happening::Job, job.id.0),
            Happened::Night(found) => (Happening::Night, found.night.timestamp_millis()),
            Happened::Action(entry) => (Happening::Action, entry.id),
        };
        Cursor { at: self.at.timestamp_millis(), kind, id }
    }
}

impl Cursor {
    /// Before everything: the newest event comes behind it.
    pub const NEWEST: Self = Self { at: i64::MAX, kind: Happening::Action, id: i64::MAX };

    /// As it is written in addresses.
    pub fn written(self) -> String {
        format!("{}.{}.{}", self.at, self.kind.name(), self.id)
    }

    /// What is written in an address, if it makes sense.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let cursor = Self {
            at: parts.next()?.parse().ok()?,
            kind: Happening::named(parts.next()?)?,
            id: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(cursor)
    }

    /// Of events of a kind those come behind it whose time and key are less than these.
    pub fn of(self, kind: Happening) -> (i64, i64) {
        let id = match kind.cmp(&self.kind) {
            std::cmp::Ordering::Less => i64::MIN,
            std::cmp::Ordering::Equal => self.id,
            std::cmp::Ordering::Greater => i64::MAX,
        };
        (self.at, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { at: -5, kind: Happening::Job, id: 7 };
        assert_eq!(Cursor::read(&cursor.written()), Some(cursor));
        for wrong in ["", "1.job", "1.job.x", "1.cat.2", "1.job.2.3"] {
            assert_eq!(Cursor::read(wrong), None, "{wrong}");
        }
    }
}
