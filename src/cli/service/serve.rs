//! `ferrule serve`: the Web Connector's service, and the pages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::alerts::Alerts;
use crate::api::{Api, beside};
use crate::cli::exit::Exit;
use crate::cli::rule_set::{RuleArgs, fixtures};
use crate::cli::service::alert_args::AlertArgs;
use crate::cli::service::pull_args::{PullArgs, keep_pulling};
use crate::cli::terminal::{Terminal, chain};
use crate::connector::service::{
    Look, NotReady, ProxyAddress, Security, Service, ServiceConfig, SharedCount, Times, examine,
};
use crate::connector::{ServiceUrl, SessionDesk};
use crate::store::{Database, Place, Tables};
use crate::sync::reconcile_nightly;
use crate::sync::session::end_abandoned;
use crate::sync::session::{Limits, Rulebooks, Sessions};
use crate::text::counted::counted;
use crate::web::{Cases, FIRST_VIEW, Origin, Site, language, pages};

/// How often it looks whether a night has come.
const MINUTE: Duration = Duration::from_mins(1);
/// Whoever ends a server kills it after 10 seconds, mostly.
const END_WITHIN: Duration = Duration::from_secs(9);
/// Some of that is left for calls under way.
const MOST_NOTICE: i64 = 5;

/// Runs the service that the Web Connector visits, and the pages, until it is told to end (ctrl-c, or
/// SIGTERM).
///
/// The pages are at the root of the address; `ferrule user add` lets somebody in.
///
/// It speaks plain HTTP on this machine only. For other machines, name a certificate and its key, or put a proxy
/// with HTTPS in front of it and say so. The address for the Web Connector ends in `/qbwc`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file with options, `option: value` in each line, as they would stand here. What stands here counts more
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Look through the options, the rules, the database and the certificate, say what is wrong, and end
    #[arg(long)]
    check: bool,
    /// The database: company files, documents, jobs, and all that was read. A file, or the address of a PostgreSQL
    /// database, which several servers may share
    #[arg(long, value_name = "FILE|URL", default_value = "ferrule.db")]
    database: Place,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address by which the Web Connector knows the service, if it is not that of this machine
    #[arg(long, value_name = "URL", value_parser = ServiceUrl::of_service)]
    url: Option<ServiceUrl>,
    /// The certificate and those that lead to its authority (PEM)
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// A proxy that speaks HTTPS is in front of it. Who connects from this machine is believed when it says whom it speaks for
    #[arg(long, conflicts_with = "certificate")]
    behind_proxy: bool,
    /// The address of a proxy on another machine, or its network (10.0.0.0/24), which is believed too. May be given several
    /// times
    #[arg(long, value_name = "ADDRESS", requires = "behind_proxy")]
    trusted_proxy: Vec<ProxyAddress>,
    /// Seconds for which it still answers when it is told to end, while `/readyz` says that it is not ready: so long a
    /// proxy that asks for that may take to notice
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=MOST_NOTICE))]
    notice: u8,
    /// Serve only the Web Connector, without the pages
    #[arg(long)]
    no_pages: bool,
    /// Documents in one batch
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().batch as u32, value_parser = clap::value_parser!(u32).range(1..=500))]
    batch: u32,
    /// Records in one page of a read
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().page, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    page: u32,
    /// Cases of the rules, for the page that shows the rules: it says which lines they try. Without it the folder that
    /// `ferrule.yaml` names, or `fixtures`, if there is one
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// The language of the pages: a file that `ferrule language` prints, filled in. What it lacks stays English
    #[arg(long, value_name = "FILE", conflicts_with = "no_pages")]
    language: Option<PathBuf>,
    #[command(flatten)]
    alerts: AlertArgs,
    #[command(flatten)]
    pulls: PullArgs,
    #[command(flatten)]
    rules: RuleArgs,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    if args.check {
        return args.look_through(terminal);
    }
    if let Some(file) = &args.language {
        language::spoken::speak(language_of(file)?);
    }
    let rules = args.rules.rulebooks(terminal)?;
    let path = &args.database;
    let store = crate::store::open(&args.database).with_context(|| format!("cannot open `{path}`"))?;
    let files = store.company_files()?;
    if files.is_empty() {
        terminal.warning(&format!(
            "`{path}` has no company file yet; `ferrule qwc` makes one, or an administrator on the pages"
        ));
    }
    let limits = Limits { batch: args.batch as usize, page: args.page };
    for file in &files {
        if let Err(error) = rules.of(file) {
            terminal.warning(&format!("{}: nothing is read or sent: {error}", file.made.name));
        }
    }
    let alerts = Arc::new(args.alerts.over(&store, &rules, args.url.as_ref())?);
    keep_reconciling(store.clone(), rules.clone(), terminal);
    keep_telling(alerts.clone(), terminal);
    keep_pulling(args.pulls.sources()?, &store, &rules, terminal);
    let sessions = Sessions::new(store.clone(), rules.clone(), limits);
    let desk = Arc::new(SessionDesk::new(sessions, chrono::Utc::now));
    let config = ServiceConfig {
        journal: Arc::new(move |event| terminal.warning(&event.to_string())),
        look: look(store.clone()),
        count: Some(SharedCount { store: store.clone(), clock: chrono::Utc::now }),
        ..args.config()
    };
    let service = if args.no_pages {
        Service::start(&config, desk)?
    } else {
        let origin = Origin::of(&config);
        let reached = (origin.is_secure, origin.proxies.clone());
        let journal = config.journal.clone();
        let api = Api::new(store.clone(), rules.clone(), reached, chrono::Utc::now, journal)?;
        let mut site = Site::new(store, rules, origin, chrono::Utc::now, config.journal.clone())?;
        site.cases = args.cases()?;
        site.first_view = Some(FIRST_VIEW);
        site.alerts = alerts;
        let site = Arc::new(site);
        site.warm();
        let api = Arc::new(api.sharing(site.plans.clone()));
        Service::start_with(&config, desk, beside(pages(&site), &api))?
    };
    terminal.print(&format!(
        "listening at {} for {} of `{path}`\n",
        service.url(),
        counted(files.len(), "company file")
    ))?;
    service.run()?;
    terminal.print("stopped\n")?;
    Ok(Exit::Well)
}

/// The language that a file tells.
fn language_of(file: &Path) -> Result<language::spoken::Language> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?;
    Ok(language::file::language(&name, &text)?)
}

/// Looks once in a minute whether a night has come, and whether a session was left open. The thread ends with the program: what it keeps, it keeps whole.
fn keep_reconciling(store: Arc<dyn Database>, rules: Rulebooks, terminal: Terminal) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(MINUTE);
            if let Err(error) = end_abandoned(store.as_ref(), chrono::Utc::now()) {
                terminal.warning(&format!("a session that was left open could not be ended: {error}"));
            }
            match reconcile_nightly(store.as_ref(), rules.clone(), chrono::Utc::now()) {
                Ok(done) => {
                    for (file, found) in done.iter().filter(|(_, found)| found.differing > 0) {
                        terminal.warning(&format!("{}: {}", file.made.name, found.words));
                    }
                }
                Err(error) => terminal.warning(&format!("the nightly reconciliation failed: {error}")),
            }
        }
    });
}

/// Looks once in a minute what there is to tell, and tells it. In a thread of its own: a mail server may take its time.
fn keep_telling(alerts: Arc<Alerts>, terminal: Terminal) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(MINUTE);
            match alerts.tick(chrono::Utc::now()) {
                Ok(wrong) => wrong.iter().for_each(|wrong| terminal.warning(wrong)),
                Err(error) => terminal.warning(&format!("alerts could not be sent: {error}")),
            }
        }
    });
}

/// Looks whether the database can be worked with. The rules were compiled before the service began.
fn look(store: Arc<dyn Database>) -> Look {
    Arc::new(move || match store.has_tables() {
        Ok(true) => Ok(()),
        Ok(false) => Err(NotReady::OtherTables),
        Err(_) => Err(NotReady::NoAnswer),
    })
}

impl Args {
    /// Opens nothing for work and changes nothing. What is wrong is told all at once.
    fn look_through(&self, terminal: Terminal) -> Result<Exit> {
        let rules = self.rules.rulebooks(terminal).map(|_| "the rules compile".to_owned());
        let place = &self.database;
        let tables = crate::store::tables(place).with_context(|| format!("cannot use `{place}`"));
        let database = tables.map(|tables| match tables {
            Tables::None => format!("`{place}` is new: its tables will be made"),
            Tables::Older => {
                format!("`{place}` is of an older version: its tables will be brought up to date")
            }
            Tables::Current => format!("`{place}` is there"),
        });
        let config = self.config();
        let security = examine(&config).map(|()| match config.security {
            Security::Tls { .. } => format!("it will speak HTTPS at {}", config.listen),
            Security::BehindProxy => format!("it will speak HTTP at {}, behind a proxy", config.listen),
            Security::Loopback => format!("it will speak HTTP at {}, to this machine only", config.listen),
        });
        let mail = self.alerts.mailer().map(|mailer| match mailer {
            Some(_) => "alerts go by e-mail".to_owned(),
            None => "no mail server is named: alerts do not go by e-mail".to_owned(),
        });
        let steelhead = self.pulls.sources().map(|sources| match sources.len() {
            0 => "no address of Steelhead is named: documents come by `ferrule load` or in the pages"
                .to_owned(),
            count => format!("documents of {} come from Steelhead's API", counted(count, "company file")),
        });
        let language = self.language.as_deref().map_or_else(
            || Ok("the pages are in English".to_owned()),
            |file| {
                language_of(file).map(|_| format!("the pages are in the language of `{}`", file.display()))
            },
        );
        let mut exit = Exit::Well;
        for found in [rules, database, security.map_err(Into::into), mail, steelhead, language] {
            match found {
                Ok(words) => terminal.print(&format!("{words}\n"))?,
                Err(error) => {
                    terminal.error(&chain(&error));
                    exit = Exit::Error;
                }
            }
        }
        Ok(exit)
    }

    fn cases(&self) -> Result<Cases> {
        let beside = || Ok::<_, anyhow::Error>(Some(fixtures()?).filter(|folder| folder.is_dir()));
        let fixtures = self.fixtures.clone().map_or_else(beside, |named| Ok(Some(named)))?;
        Ok(Cases::new(self.rules.folders()?, fixtures))
    }

    fn config(&self) -> ServiceConfig {
        let security = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                Security::Tls { certificate: certificate.clone(), key: key.clone() }
            }
            _ if self.behind_proxy => Security::BehindProxy,
            _ => Security::Loopback,
        };
        let notice = Duration::from_secs(self.notice.into());
        let times = Times { notice, grace: END_WITHIN.saturating_sub(notice), ..Times::default() };
        ServiceConfig {
            listen: self.listen,
            security,
            proxies: self.trusted_proxy.clone(),
            url: self.url.clone(),
            times,
            ..ServiceConfig::default()
        }
    }
}
