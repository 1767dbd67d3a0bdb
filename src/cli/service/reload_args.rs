//! The rules of a service, read again while it runs.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::{Reload, RuleSources};
use crate::text::visible::visible;

/// When the rules are read again.
#[derive(Clone, Debug, clap::Args)]
pub struct ReloadArgs {
    /// Look so often, in seconds, whether files of the rules have changed, and take them once they are the same at two looks.
    /// Without it the rules are read again on SIGHUP only (`systemctl reload ferrule`)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    watch_rules: Option<u32>,
}

impl ReloadArgs {
    /// Reads the rules again when it is time, in a thread of its own, which ends with the program.
    pub fn keep(&self, sources: RuleSources, books: Rulebooks, store: Arc<dyn Database>) {
        let every = self.watch_rules.map(|seconds| Duration::from_secs(seconds.into()));
        let hangup = Hangup::listen();
        if every.is_none() && hangup.is_none() {
            return;
        }
        std::thread::spawn(move || {
            let mut hangup = hangup;
            loop {
                match Hangup::or_after(&mut hangup, every) {
                    Some(how) => reload(&sources, &books, &*store, how),
                    None => return,
                }
            }
        });
    }
}

fn reload(sources: &RuleSources, books: &Rulebooks, store: &dyn Database, how: Reload) {
    let files = match store.company_files() {
        Ok(files) => files,
        Err(error) => {
            warn!(cause = %error, "the rules were not read again, because the database does not answer: {error}");
            return;
        }
    };
    let done = sources.reload(books, &files, how, chrono::Utc::now());
    for words in &done.taken {
        info!("{}", visible(words));
    }
    for why in &done.refused {
        let cause = visible(why);
        warn!(%cause, "rules were not taken, and all goes on by those before: {cause}");
    }
    if how == Reload::AtOnce && done.taken.is_empty() && done.refused.is_empty() {
        info!("the rules were read again: nothing new is in them");
    }
}

/// The signal by which services are told to read their files again.
#[cfg(unix)]
struct Hangup {
    runtime: tokio::runtime::Runtime,
    signal: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Hangup {
    /// From now on; nothing on a terminal: a program ends when its terminal is closed.
    fn listen() -> Option<Self> {
        if std::io::stderr().is_terminal() {
            return None;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let signal = {
            let _inside = runtime.enter();
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok()?
        };
        Some(Self { runtime, signal })
    }

    /// Waits for it, or so long; nothing if neither can come.
    fn or_after(this: &mut Option<Self>, every: Option<Duration>) -> Option<Reload> {
        let Some(Self { runtime, signal }) = this else {
            std::thread::sleep(every?);
            return Some(Reload::OnceSettled);
        };
        let told = runtime.block_on(async {
            match every {
                Some(every) => tokio::time::timeout(every, signal.recv()).await,
                None => Ok(signal.recv().await),
            }
        });
        match told {
            Ok(told) => told.map(|()| Reload::AtOnce),
            Err(_) => Some(Reload::OnceSettled),
        }
    }
}

/// There is no such signal here.
#[cfg(not(unix))]
struct Hangup;

#[cfg(not(unix))]
impl Hangup {
    fn listen() -> Option<Self> {
        None
    }

    fn or_after(_: &mut Option<Self>, every: Option<Duration>) -> Option<Reload> {
        std::thread::sleep(every?);
        Some(Reload::OnceSettled)
    }
}
