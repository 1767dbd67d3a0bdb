//! How far a session has come.

/// What `receiveResponseXML` answers. The Web Connector ends the session at 100, whatever is still
/// queued, so only [`Progress::DONE`] is 100: the share of the work done is rounded down to 99.
///
/// ```
/// use ferrule::connector::Progress;
///
/// assert_eq!(Progress::working(1, 3).value(), 33);
/// assert_eq!(Progress::working(1000, 1000).value(), 99);
/// assert_eq!(Progress::DONE.value(), 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress(i32);

impl Progress {
    /// Nothing is left to do: the session ends.
    pub const DONE: Progress = Progress(100);
    /// Something is wrong with the session: the Web Connector asks what, and ends it.
    pub const FAILED: Progress = Progress(-1);

    /// There is more to do: `done` of `total` pieces of work are behind us. From 0 to 99.
    pub fn working(done: u64, total: u64) -> Progress {
        // In 128 bits the product cannot overflow.
        let percent = u128::from(done) * 100 / u128::from(total.max(1));
        Progress(i32::try_from(percent).unwrap_or(99).min(99))
    }

    /// As it is sent: 0 to 99 while there is more to do, 100, or -1.
    pub fn value(self) -> i32 {
        self.0
    }
}
