//! Commands that help to find out why: who uses what, what the Web Connector's log tells, a case of what is kept.

pub(in crate::cli) mod case;
pub(in crate::cli) mod handbook;
pub(in crate::cli) mod language;
pub(in crate::cli) mod log;
pub(in crate::cli) mod steps;
pub(in crate::cli) mod uses;
