//! What a command's exit code says.

use std::process::ExitCode;

/// What a command's exit code says. The numbers are fixed: scripts go by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// 0: all is well; of `diff`: nothing to do, or no difference; of `reconcile`: both sides agree.
    Well = 0,
    /// 1: an error, in the arguments, the rules or the documents; what was not hit by it was done
    /// all the same where the command says so. Of `status` and `errors`: somebody has to do something.
    Error = 1,
    /// 2: of `diff` and `reconcile` only: there is something to do, or a difference.
    Changes = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The exit codes, as `ferrule --help` tells them.
pub const HELP: &str = "Exit codes: 0 all is well (diff: nothing to do), 1 an error, or somebody has to do something (status, errors), 2 there is something to do, or something differs (diff, reconcile only).";
