//! `ferrule connector`: a simulated Web Connector with a simulated company file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::exit::Exit;
use crate::cli::service::connector_log::Log;
use crate::cli::service::lose_answer::LoseAnswer;
use crate::cli::terminal::Terminal;
use crate::connector::Password;
use crate::simulator::{Application, CompanyFile, Http, Settings, SystemClock, WebConnector};
use crate::xml::{to_utf8, without_byte_order_mark};

/// Tests a Web Connector service without Windows and QuickBooks: visits it as the Web Connector does,
/// and answers it from a simulated company file.
///
/// It writes what it says and hears to standard output. It keeps the company file in one file, makes that file if
/// it is not there, and saves it after each message set that changes it. The exit code is 0 if the last visit
/// ended as it should.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("service").required(true).args(["url", "qwc"]))]
pub struct Args {
    /// The address of the service
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The `.qwc` file of the service; it is refused where the Web Connector would refuse it
    #[arg(long, value_name = "FILE")]
    qwc: Option<PathBuf>,
    /// The simulated company file
    #[arg(long, value_name = "FILE")]
    company: PathBuf,
    /// The user name; a `.qwc` file has its own
    #[arg(long, value_name = "USER", required_unless_present = "qwc")]
    user: Option<String>,
    /// The environment variable that holds the password
    #[arg(long, value_name = "VAR", default_value = "FERRULE_PASSWORD")]
    password_env: String,
    /// Visit once, whatever the schedule
    #[arg(long)]
    once: bool,
    /// Seconds between visits; otherwise as the `.qwc` file says, or one visit only
    #[arg(long, value_name = "SECONDS", conflicts_with = "once", value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// Recorded responses of QuickBooks that a new company file begins with: a file or folder of qbXML
    #[arg(long, value_name = "PATH")]
    load: Vec<PathBuf>,
    /// The number from which a new company file makes its identifiers
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// The certificate (PEM) to trust instead of the public authorities': that of the authority that
    /// signed the service's, or the service's own if that is not an authority's
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Lose an answer of the first visit: QuickBooks does the message set of this number among those that
    /// write, the connection breaks, and the service does not hear what became of it
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    lose_answer: Option<u32>,
    /// Write how each visit went as JSON, one line per visit
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let application = application(args)?;
    let password = password(&args.password_env, &application.name)?;
    let http = http(args.certificate.as_deref())?;
    let mut file = company(args)?;
    let mut connector = WebConnector::new(application, password, http, SystemClock);
    if args.once {
        connector.run_every(None);
    } else if args.every.is_some() {
        connector.run_every(args.every);
    }
    let mut log = Log::new(terminal, &args.company, args.json);
    log.save(&file)?;
    let mut lost = args.lose_answer;
    loop {
        let update = match lost.take() {
            Some(nth) => connector.update(&mut file, &mut LoseAnswer::new(nth, &mut log)),
            None => connector.update(&mut file, &mut log),
        };
        log.save(&file)?;
        log.tell_end(&update, connector.next_run())?;
        if args.once || !connector.wait() {
            return Ok(if update.is_well() { Exit::Well } else { Exit::Error });
        }
    }
}

fn http(certificate: Option<&Path>) -> Result<Http> {
    let Some(path) = certificate else {
        return Ok(Http::default());
    };
    let pem = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Http::trusting(&pem).with_context(|| format!("`{}`", path.display()))
}

fn application(args: &Args) -> Result<Application> {
    let mut application = match (&args.qwc, &args.url) {
        (Some(path), _) => {
            let text =
                fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            Application::from_qwc(&text).with_context(|| format!("`{}`", path.display()))?
        }
        (None, Some(url)) => Application::at(url.as_str(), ""),
        (None, None) => bail!("either --url or --qwc is needed"),
    };
    if let Some(user) = &args.user {
        application.user_name.clone_from(user);
    }
    Ok(application)
}

/// The password never stands on the command line, where every user of the machine could read it.
fn password(variable: &str, name: &str) -> Result<Password> {
    match std::env::var(variable) {
        Ok(password) if !password.is_empty() => Ok(password.into()),
        _ => bail!(
            "QBWC1030: there is no password for `{name}`; put it into the environment variable `{variable}`"
        ),
    }
}

fn company(args: &Args) -> Result<CompanyFile> {
    if args.company.exists() {
        if !args.load.is_empty() {
            bail!("`{}` is there already; --load is for a new company file", args.company.display());
        }
        return Ok(CompanyFile::load(&args.company, SystemClock)?);
    }
    let settings = Settings { seed: args.seed, ..Settings::default() };
    let mut file = CompanyFile::new(settings, SystemClock);
    for path in &args.load {
        load(&mut file, path)?;
    }
    Ok(file)
}

/// Takes over what a file, or the `.xml` files of a folder in the order of their names, hold.
fn load(file: &mut CompanyFile, path: &Path) -> Result<()> {
    let shown = path.display();
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("cannot read `{shown}`"))?;
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")))
            .collect();
        paths.sort();
        return paths.iter().try_for_each(|path| load(file, path));
    }
    let document = fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    let text = to_utf8(&document).with_context(|| format!("`{shown}`"))?;
    let text = std::str::from_utf8(without_byte_order_mark(&text))
        .with_context(|| format!("`{shown}` is not UTF-8"))?;
    file.load_responses(text).with_context(|| format!("`{shown}`"))?;
    Ok(())
}
