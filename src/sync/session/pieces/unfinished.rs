//! How the reads of queries stand that are on their way, from session to session.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Piece, page};
use crate::sync::stored::{Moment, TroubleChange, TroubleSubject, Unfinished};

/// The reads that are on their way in this session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sync::session) struct Reads {
    /// How often the read of each query broke off before.
    breaks: BTreeMap<String, u32>,
    /// The pieces that are asked for now, of those that are read in pieces.
    pieces: BTreeMap<String, Piece>,
    /// What changed before is read, of those.
    come_to: BTreeMap<String, Moment>,
    /// When the read of everything began that they are a part of.
    full: Option<Moment>,
    /// Whether it is written down that they are on their way.
    is_noted: bool,
}

/// How a read may go on.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync::session) struct Resumed {
    /// From when on the query would be read otherwise.
    pub since: Option<Moment>,
    /// What changed before is read already; nothing if that does not count.
    pub come_to: Option<Moment>,
    /// How long before that it begins.
    pub overlap: TimeDelta,
    /// Whether the query can be read in pieces.
    pub can_be_pieced: bool,
}

impl Reads {
    /// Reads of what changed, or of everything, which began then.
    pub fn new(full: Option<Moment>) -> Self {
        Self { full, ..Self::default() }
    }

    /// Notes that the read of a query begins, which broke off so many times.
    pub fn open(&mut self, query: &str, breaks: u32, resumed: Resumed, now: Moment) {
        self.breaks.insert(query.to_owned(), breaks);
        if breaks > 0 && resumed.can_be_pieced {
            let known = resumed.come_to.map(|come_to| come_to - resumed.overlap);
            let piece = Piece::first(known.max(resumed.since), now, breaks);
            self.pieces.insert(query.to_owned(), piece);
            self.come_to.extend(resumed.come_to.map(|come_to| (query.to_owned(), come_to)));
        }
    }

    /// The piece that a query is asked for, if it is read in pieces.
    pub fn piece(&self, query: &str) -> Option<Piece> {
        self.pieces.get(query).copied()
    }

    /// How many records a query is asked for at once.
    pub fn page(&self, query: &str, usual: u32) -> u32 {
        page(usual, self.breaks.get(query).copied().unwrap_or_default())
    }

    /// A piece is at its end: goes on to the next one, if there is any. `is_sound` says whether all of it was read.
    pub fn next(
        &mut self,
        query: &str,
        is_sound: bool,
        overlap: TimeDelta,
        now: Moment,
    ) -> Option<Unfinished> {
        let piece = self.pieces.get_mut(query)?;
        let to = piece.to;
        *piece = piece.next(overlap, now)?;
        // What could not be read is asked for again, and all that comes after it.
        self.come_to.extend(to.filter(|_| is_sound).map(|to| (query.to_owned(), to)));
        Some(self.unfinished(query))
    }

    /// What is to be written down before the first of them is asked for: that they are on their way, and what broke off
    /// again.
    pub fn noted(&mut self) -> (Vec<Unfinished>, Vec<TroubleChange>) {
        if std::mem::replace(&mut self.is_noted, true) {
            return (Vec::new(), Vec::new());
        }
        let unfinished = self.breaks.keys().map(|query| self.unfinished(query)).collect();
        // One break is nothing to tell of: somebody has closed QuickBooks Web Connector.
        let broken = self.breaks.iter().filter(|(_, breaks)| **breaks > 1);
        let troubles = broken.map(|(query, breaks)| {
            let reason = said(*breaks, self.come_to.get(query).copied());
            TroubleChange::happened(TroubleSubject::Query(query.clone()), &reason)
        });
        (unfinished, troubles.collect())
    }

    fn unfinished(&self, query: &str) -> Unfinished {
        let come_to = self.come_to.get(query).copied();
        let times = self.breaks.get(query).copied().unwrap_or_default() + 1;
        Unfinished { query: query.to_owned(), times, come_to, full: self.full }
    }
}

/// What is told of a read that broke off again and again.
fn said(breaks: u32, come_to: Option<Moment>) -> String {
    let from =
        come_to.map_or_else(String::new, |at| format!(", from what changed on {}", at.format("%Y-%m-%d")));
    format!(
        "The visit ended before QuickBooks had answered it to its end, {breaks} times in a row. Ferrule goes on with it in smaller pieces{from}. Let QuickBooks Web Connector and QuickBooks stay open until a visit has ended."
    )
}
