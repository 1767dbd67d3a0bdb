//! What `authenticate` answers.

use super::CompanyFile;

/// The answer to `authenticate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// The name of the session from here on. Give one to a user who is turned away too: the Web
    /// Connector uses it to say goodbye.
    pub ticket: String,
    /// Whether there is a session.
    pub verdict: Verdict,
    /// When to come again; heeded only while Auto-Run is ticked.
    pub schedule: Option<Schedule>,
}

/// Whether there is a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is work, in this company file.
    Work(CompanyFile),
    /// There is nothing to do.
    NoWork,
    /// The user name or the password is wrong.
    BadUser,
    /// Not now.
    Busy,
}

/// When the Web Connector is to come again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds to wait before this update; 0 is at once. The Web Connector then shows `Update postponed
    /// by application`.
    pub postpone_seconds: u32,
    /// The shortest time between two updates that the user may choose, in seconds; 0 is any.
    pub run_every_seconds: u32,
}

impl Authentication {
    /// The two, or four, texts that are sent.
    pub(super) fn texts(&self) -> Vec<String> {
        let verdict = match &self.verdict {
            Verdict::Work(file) => file.as_text(),
            Verdict::NoWork => "none",
            Verdict::BadUser => "nvu",
            Verdict::Busy => "busy",
        };
        let mut texts = vec![self.ticket.clone(), verdict.to_owned()];
        if let Some(schedule) = self.schedule {
            texts.push(schedule.postpone_seconds.to_string());
            texts.push(schedule.run_every_seconds.to_string());
        }
        texts
    }
}
