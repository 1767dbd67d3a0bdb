//! `ferrule serve`: the Web Connector's service, and the pages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tracing::warn;

use crate::alerts::Alerts;
use crate::api::{Api, beside};
use crate::cli::exit::Exit;
use crate::cli::rule_set::{SetArgs, fixtures};
use crate::cli::service::alert_args::AlertArgs;
use crate::cli::service::background::{keep_reconciling, keep_telling};
use crate::cli::service::log_format::LogFormat;
use crate::cli::service::meter_args::MeterArgs;
use crate::cli::service::presence::Present;
use crate::cli::service::prune_args::PruneArgs;
use crate::cli::service::pull_args::{PullArgs, keep_pulling};
use crate::cli::service::reload_args::ReloadArgs;
use crate::cli::terminal::{Terminal, chain};
use crate::connector::service::{
    Look, NotReady, ProxyAddress, Security, Service, ServiceConfig, SharedCount, Times, certificate_problems,
    examine, log, seldom,
};
use crate::connector::{ServiceUrl, SessionDesk};
use crate::language;
use crate::store::{Database, Place, Tables};
use crate::sync::RuleSources;
use crate::sync::session::{Limits, Rulebooks, Sessions};
use crate::sync::stored::CompanyFile;
use crate::text::counted::counted;
use crate::text::visible::visible;
use crate::web::{Cases, FIRST_VIEW, Origin, Site, pages};

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
    /// How the log is written, on standard error: auto (text on a terminal, JSON elsewhere), text or json
    #[arg(long, value_name = "FORMAT", default_value = "auto", hide_possible_values = true)]
    log_format: LogFormat,
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
    meter: MeterArgs,
    #[command(flatten)]
    pruning: PruneArgs,
    #[command(flatten)]
    reloads: ReloadArgs,
    #[command(flatten)]
    rules: SetArgs,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    if args.check {
        return args.look_through(terminal);
    }
    args.log_format.begin(terminal)?;
    if let Some(file) = &args.language {
        language::spoken::speak(language_of(file)?);
    }
    let sources = args.rules.sources(terminal)?;
    let (rules, wrong) = sources.begin()?;
    for why in &wrong {
        let cause = visible(why);
        warn!(%cause, "nothing is read or sent by rules with errors: {cause}");
    }
    let path = &args.database;
    let store = crate::store::open(&args.database).with_context(|| format!("cannot open `{path}`"))?;
    let files = store.company_files()?;
    let limits = Limits { batch: args.batch as usize, page: args.page };
    warn_of(&files, &rules, path);
    let alerts = Arc::new(args.alerts.over(&store, &rules, args.url.as_ref())?);
    args.begin_beside(sources, &store, &rules, &alerts)?;
    let sessions = Sessions::new(store.clone(), rules.clone(), limits);
    let desk = Arc::new(SessionDesk::new(sessions, chrono::Utc::now));
    let mut config = ServiceConfig {
        journal: seldom(Arc::new(log), chrono::Utc::now),
        look: look(store.clone()),
        count: Some(SharedCount { store: store.clone(), clock: chrono::Utc::now }),
        ..args.config()
    };
    let metrics = args.meter.begin(&mut config, &store, &rules)?;
    let present = (store.clone(), rules.clone());
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
    if let Some(metrics) = &metrics {
        terminal.print(&format!("numbers for Prometheus are at http://{}/metrics\n", metrics.address()))?;
    }
    let present = Present::begin(present, service.address())?;
    service.run()?;
    present.leave();
    terminal.print("stopped\n")?;
    Ok(Exit::Well)
}

/// Says if there is nobody to serve, and whose layers do not fit the rules.
fn warn_of(files: &[CompanyFile], rules: &Rulebooks, path: &Place) {
    if files.is_empty() {
        warn!("`{path}` has no company file yet; `ferrule qwc` makes one, or an administrator on the pages");
    }
    for file in files {
        if let Err(error) = rules.of(file) {
            let company = visible(&file.made.name);
            warn!(%company, cause = %error, "{company}: nothing is read or sent: {error}");
        }
    }
}

/// The language that a file tells.
fn language_of(file: &Path) -> Result<language::spoken::Language> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?;
    Ok(language::file::language(&name, &text)?)
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
        let mut exit = Exit::Well;
        for found in self.found(terminal) {
            match found {
                Ok(words) => terminal.print(&format!("{words}\n"))?,
                Err(error) => {
                    terminal.error(&chain(&error));
                    exit = Exit::Error;
                }
            }
        }
        // A service with an old certificate is better than none: nothing here keeps it from starting.
        self.of_certificate().iter().for_each(|problem| terminal.warning(problem));
        Ok(exit)
    }

    /// What the service would begin with, in words, and what would keep it from beginning.
    pub(in crate::cli) fn found(&self, terminal: Terminal) -> Vec<Result<String>> {
        let rules = self.of_rules(terminal);
        let mail = self.alerts.mailer().map(|mailer| match mailer {
            Some(_) => "alerts go by e-mail".to_owned(),
            None => "no mail server is named: alerts do not go by e-mail".to_owned(),
        });
        let steelhead = self.pulls.sources().map(|sources| match sources.len() {
            0 => "no address of Steelhead is named: documents come by `ferrule load` or in the pages"
                .to_owned(),
            count => format!("documents of {} come from Steelhead's API", counted(count, "company file")),
        });
        let mut all = vec![rules, self.of_database(), self.of_address(), mail, steelhead, self.of_language()];
        all.extend(self.meter.look(self.listen));
        all.push(self.pruning.look());
        all
    }

    /// The address at which a Web Connector reaches the service: the one that is named, else that of this machine, if the
    /// service is for that only. Nothing, if nobody can tell.
    pub(in crate::cli) fn reached_at(&self) -> Option<ServiceUrl> {
        let is_local = matches!(self.config().security, Security::Loopback) && self.listen.port() != 0;
        let local = || ServiceUrl::of_service(&format!("http://localhost:{}/qbwc", self.listen.port())).ok();
        self.url.clone().or_else(|| if is_local { local() } else { None })
    }

    /// What a Web Connector would not like about the certificate, or soon will not.
    pub(in crate::cli) fn of_certificate(&self) -> Vec<String> {
        let Some(path) = &self.certificate else { return Vec::new() };
        let host = self.url.as_ref().map(ServiceUrl::host);
        // That it cannot be read is told with the address.
        certificate_problems(path, host, chrono::Utc::now()).unwrap_or_default()
    }

    fn of_rules(&self, terminal: Terminal) -> Result<String> {
        let (_, wrong) = self.rules.sources(terminal)?.begin()?;
        anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok("the rules compile".to_owned())
    }

    fn of_database(&self) -> Result<String> {
        let place = &self.database;
        let tables = crate::store::tables(place).with_context(|| format!("cannot use `{place}`"))?;
        Ok(match tables {
            Tables::None => format!("`{place}` is new: its tables will be made"),
            Tables::Older => {
                format!("`{place}` is of an older version: its tables will be brought up to date")
            }
            Tables::Current => format!("`{place}` is there"),
        })
    }

    fn of_address(&self) -> Result<String> {
        let config = self.config();
        examine(&config)?;
        Ok(match config.security {
            Security::Tls { .. } => format!("it will speak HTTPS at {}", config.listen),
            Security::BehindProxy => format!("it will speak HTTP at {}, behind a proxy", config.listen),
            Security::Loopback => format!("it will speak HTTP at {}, to this machine only", config.listen),
        })
    }

    fn of_language(&self) -> Result<String> {
        let Some(file) = &self.language else { return Ok("the pages are in English".to_owned()) };
        language_of(file).map(|_| format!("the pages are in the language of `{}`", file.display()))
    }

    /// Begins what the service does besides answering.
    fn begin_beside(
        &self,
        sources: RuleSources,
        store: &Arc<dyn Database>,
        rules: &Rulebooks,
        alerts: &Arc<Alerts>,
    ) -> Result<()> {
        keep_reconciling(store.clone(), rules.clone(), self.pruning.clone());
        keep_telling(alerts.clone());
        self.reloads.keep(sources, rules.clone(), store.clone());
        keep_pulling(self.pulls.sources()?, store, rules);
        Ok(())
    }

    fn cases(&self) -> Result<Cases> {
        let beside = || Ok::<_, anyhow::Error>(Some(fixtures()?).filter(|folder| folder.is_dir()));
        let fixtures = self.fixtures.clone().map_or_else(beside, |named| Ok(Some(named)))?;
        Ok(Cases::new(self.rules.of_all().folders()?, fixtures))
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
