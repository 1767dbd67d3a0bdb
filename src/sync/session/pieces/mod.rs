//! A read that broke off goes on where it was, in smaller pieces.
//!
//! An iterator ends with its session, and QuickBooks promises no order of what it gives. So a piece is a span of time:
//! all that changed in it. Once a piece is read to its end, nothing in it is asked for again. What changes later
//! changes into a later piece.
//!
//! A read that never broke off is one piece without an end. After each break the first piece is a quarter as long as
//! before; within a session each next piece is twice as long as the one before. From the second break on the pages are
//! smaller too: QuickBooks may have died of a large one.

mod unfinished;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::sync::stored::Moment;

pub(super) use unfinished::{Reads, Resumed};

/// No piece is shorter: every read begins up to 26 hours before what was read last.
const SHORTEST: TimeDelta = TimeDelta::days(2);
/// Where the first piece of a first read is reckoned from. Company files of QuickBooks Desktop are younger.
const BEGINNING: i64 = 946_684_800;
/// After so many breaks pieces get no shorter.
const MOST_QUARTERED: u32 = 12;

/// A span of time that a query is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    /// From when on; nothing for all that was before.
    pub from: Option<Moment>,
    /// Up to when; nothing for all that comes.
    pub to: Option<Moment>,
}

impl Piece {
    /// The first piece of a read that broke off so many times.
    pub fn first(from: Option<Moment>, now: Moment, breaks: u32) -> Self {
        let begin = begin(from);
        let quarters = 4_i32.saturating_pow(breaks.min(MOST_QUARTERED));
        Self::of(from, begin, (now - begin) / quarters, now)
            .filter(|_| breaks > 0)
            .unwrap_or(Self { from, to: None })
    }

    /// The piece after it, that begins so much before its end; nothing after the last.
    pub fn next(self, overlap: TimeDelta, now: Moment) -> Option<Self> {
        let to = self.to?;
        let from = Some(to - overlap);
        Some(Self::of(from, to, (to - begin(self.from)) * 2, now).unwrap_or(Self { from, to: None }))
    }

    /// One of that length, if it ends before now.
    fn of(from: Option<Moment>, begin: Moment, length: TimeDelta, now: Moment) -> Option<Self> {
        let to = begin + length.max(SHORTEST);
        (to < now - SHORTEST).then_some(Self { from, to: Some(to) })
    }
}

fn begin(from: Option<Moment>) -> Moment {
    from.unwrap_or_else(|| Moment::from_timestamp(BEGINNING, 0).unwrap_or_default())
}

/// How many records a query is asked for at once, after so many breaks: an eighth at least, for many pages take long too.
pub(super) fn page(usual: u32, breaks: u32) -> u32 {
    (usual >> breaks.saturating_sub(1).min(3)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Moment {
        Moment::from_timestamp(BEGINNING + number * 86_400, 0).unwrap()
    }

    /// All pieces of a read, as days from and to.
    fn pieces(from: Option<Moment>, breaks: u32) -> Vec<(Option<i64>, Option<i64>)> {
        let now = day(1000);
        let first = Piece::first(from, now, breaks);
        let all = std::iter::successors(Some(first), |piece| piece.next(TimeDelta::zero(), now));
        let number = |at: Moment| (at - day(0)).num_days();
        all.map(|piece| (piece.from.map(number), piece.to.map(number))).collect()
    }

    #[test]
    fn a_read_that_never_broke_off_is_one_piece() {
        assert_eq!(pieces(None, 0), [(None, None)]);
        assert_eq!(pieces(Some(day(990)), 0), [(Some(990), None)]);
    }

    #[test]
    fn pieces_get_shorter_with_each_break_and_longer_with_each_piece() {
        assert_eq!(pieces(None, 1), [(None, Some(250)), (Some(250), Some(750)), (Some(750), None)]);
        assert_eq!(pieces(Some(day(200)), 2).first(), Some(&(Some(200), Some(250))));
        assert_eq!(pieces(Some(day(996)), 9), [(Some(996), None)].map(|last| last));
        assert_eq!(pieces(Some(day(990)), 99).first(), Some(&(Some(990), Some(992))));
    }

    #[test]
    fn pieces_join_without_a_gap() {
        for breaks in 1..20 {
            let all = pieces(None, breaks);
            assert!(all.windows(2).all(|two| two[0].1 == two[1].0), "{all:?}");
            assert_eq!(all.last().unwrap().1, None);
        }
    }

    #[test]
    fn pages_get_smaller_from_the_second_break_on() {
        let pages = [0, 1, 2, 3, 99].map(|breaks| page(100, breaks));
        assert_eq!(pages, [100, 100, 50, 25, 12]);
    }
}
