//! How the service is set up, and whether it is reached at its address.

use std::ffi::OsString;
use std::path::Path;

use chrono::TimeDelta;
use clap::{CommandFactory as _, Parser};

use crate::cli::options_file::with_file;
use crate::cli::service::serve;
use crate::cli::terminal::{Terminal, chain};
use crate::cli::when::length;
use crate::sync::stored::{CompanyFile, Moment};

/// A visit may be so much later than now: servers have clocks of their own.
const AHEAD: TimeDelta = TimeDelta::minutes(2);

/// The command line of a service.
#[derive(Debug, Parser)]
#[command(name = "ferrule")]
enum OnlyServe {
    Serve(Box<serve::Args>),
}

/// A moment of the past that is to come: the clock was set back since, or another server's is ahead.
pub(super) fn of_clock(file: &CompanyFile, now: Moment) -> Option<String> {
    let last = [file.last_contact, file.last_read, file.last_sync].into_iter().flatten().max()?;
    let ahead = last - now;
    (ahead > AHEAD).then(|| {
        let name = &file.made.name;
        format!("{name}: the last visit was {} from now: is the clock of this machine right?", length(ahead))
    })
}

/// The options of a service in that file, or what is wrong with them.
pub(super) fn options(file: &Path) -> Result<Box<serve::Args>, String> {
    let line = ["ferrule", "serve", "--config"].map(OsString::from);
    let line = line.into_iter().chain([file.into()]).collect();
    let line = with_file(&OnlyServe::command(), line).map_err(|error| error.to_string())?;
    let OnlyServe::Serve(service) =
        OnlyServe::try_parse_from(line).map_err(|error| error.to_string().trim().to_owned())?;
    Ok(service)
}

/// What would keep a service with these options from starting, or a Web Connector from visiting it.
pub(super) fn of_options(service: &serve::Args, terminal: Terminal) -> Vec<String> {
    let wrong = service.found(terminal).into_iter().filter_map(Result::err);
    wrong.map(|error| chain(&error)).chain(service.of_certificate()).collect()
}
