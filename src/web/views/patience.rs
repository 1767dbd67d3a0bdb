//! How long whoever asks for a value would wait.

use std::time::Duration;

/// How long to wait for a view that is being made while there is an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A person waits: 30 ms, which is enough for small files.
    Short,
    /// Everything that happened must be known: 5 s, but no time at all if it is only what people did
    /// with records, because that is known anyway.
    Sure,
    /// A page is brought up to date by itself: 5 s.
    Long,
}

impl Patience {
    /// As a time.
    pub fn time(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(30),
            Self::Sure | Self::Long => Duration::from_secs(5),
        }
    }
}
