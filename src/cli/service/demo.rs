//! `ferrule demo`: everything on this machine.

use crate::secrets::{self, Rate, hash_made_password, new_password};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use crate::api::{Api, beside};
use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::service::demo_clock::{self, DemoClock};
use crate::cli::service::demo_past::Past;
use crate::cli::service::demo_story::Story;
use crate::cli::service::user;
use crate::cli::terminal::Terminal;
use crate::connector::service::{Service, ServiceConfig};
use crate::connector::{Guid, Password, SessionDesk};
use crate::people::{AuditAction, LINK_LIFE, NewPerson, Role, Token};
use crate::rules::Program;
use crate::simulator::{Application, CompanyFile, Http, Settings, WebConnector};
use crate::store::{Database, Place};
use crate::sync::new_document;
use crate::sync::session::{Limits, Sessions};
use crate::sync::stored::{NewCompanyFile, NewDocument};
use crate::web::{Origin, Site, pages};

/// The user name of the demo's Web Connector.
const USER: &str = "lakeside";

/// Shows all of it on this machine: a sample shop, a simulated QuickBooks company file, a simulated Web
/// Connector, and the service between them.
///
/// The shop has eight weeks behind it: visits, invoices, mistakes that were mended. Then the demo loads and plays the
/// shop's new documents. The Web Connector comes, and its connection breaks off in the middle of
/// the writes. It comes again, and everything is there exactly once. Then documents and records change on both
/// sides. The demo says what needs a person. After that it goes on serving, unless you give --once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where its database and company file are kept; by default a new temporary folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The folder with the sample shops
    #[arg(long, value_name = "FOLDER", default_value = "fixtures")]
    fixtures: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// End after the story
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    rules: RuleArgs,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let folder = folder(args)?;
    let database = folder.join("ferrule.db");
    if database.exists() {
        bail!("`{}` is there already; the demo begins with an empty folder", database.display());
    }
    let store = crate::store::open(&Place::File(database.clone()))?;
    let password = new_password()?;
    let company = store.add_company_file(&company_file(&password)?)?;
    let rules = args.rules.rulebooks(terminal)?;
    // Small batches, so that there is a middle to break off in.
    let limits = Limits { batch: 10, page: 100 };
    let sessions = || Sessions::new(store.clone(), rules.clone(), limits);
    let desk = Arc::new(SessionDesk::new(sessions(), demo_clock::now));
    let config = config(args.listen);
    let (origin, journal) = (Origin::of(&config), config.journal.clone());
    let reached = (origin.is_secure, origin.proxies.clone());
    let api = Api::new(store.clone(), rules.clone(), reached, chrono::Utc::now, journal.clone())?;
    let site = Arc::new(Site::new(store.clone(), rules.clone(), origin, chrono::Utc::now, journal)?);
    let api = api.sharing(site.plans.clone());
    let service = Service::start_with(&config, desk, beside(pages(&site), &Arc::new(api)))?;
    let application = Application::at(service.url(), USER);
    let mut connector = WebConnector::new(application, password, Http::default(), DemoClock);
    let mut file = books(&args.fixtures.join("shop/quickbooks"))?;
    terminal.print(&format!(
        "A sample shop, Lakeside Plating. Service: {}  Everything is kept in {}\n",
        service.url(),
        folder.display()
    ))?;
    let documents = documents_of(args, &rules.sets().usual.base().program, terminal)?;
    let past = Past {
        store: store.as_ref(),
        company,
        connector: &mut connector,
        file: &mut file,
        documents: &documents,
    };
    past.live(&args.fixtures)?;
    store.load(company, &documents, chrono::Utc::now())?;
    let told = store.history(company, None, 1)?.first().map_or(0, |last| last.id.0);
    let mut telling =
        Story { terminal, store: store.as_ref(), sessions: sessions(), company, connector, file, told };
    telling.tell(&documents)?;
    telling.file.save(&folder.join("quickbooks.json"))?;
    if args.once {
        service.stop()?;
        return Ok(Exit::Well);
    }
    let links = links(store.as_ref(), service.address().port())?;
    terminal
        .print(&format!("\nThe pages, with a link for each role that sets a password, once:\n{links}"))?;
    terminal.print(&format!(
        "\nThe service goes on at {} until you press ctrl-c. Meanwhile, in another terminal:\n  ferrule status --database {database}\n  ferrule errors --database {database}\n",
        service.url(),
        database = database.display()
    ))?;
    service.run()?;
    Ok(Exit::Well)
}

/// The service's options.
fn config(listen: SocketAddr) -> ServiceConfig {
    // Eight weeks of visits sign in within seconds.
    let often = Rate::new(300, 60);
    let limits = secrets::Limits { user: often, address: often };
    ServiceConfig { listen, limits, ..ServiceConfig::default() }
}

fn folder(args: &Args) -> Result<PathBuf> {
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("ferrule-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    Ok(folder)
}

fn company_file(password: &Password) -> Result<NewCompanyFile> {
    Ok(NewCompanyFile {
        domain: "lakeside".to_owned(),
        name: "Lakeside Plating".to_owned(),
        user_name: USER.to_owned(),
        password_hash: hash_made_password(password)?,
        owner_id: Guid::from_random_bytes(*b"Ferrule's OwnerI").to_string(),
        file_id: Guid::from_random_bytes(*b"the demo's file.").to_string(),
        path: None,
    })
}

/// A person of each role, with a link.
fn links(store: &dyn Database, port: u16) -> Result<String> {
    let mut lines = String::new();
    for role in Role::ALL.into_iter().rev() {
        let name = format!("demo-{}", role.name());
        let link = Token::new()?;
        let entry = user::entry("lakeside", AuditAction::AddPerson, &name);
        let new = NewPerson { domain: "lakeside".to_owned(), name, role };
        store.add_person(&new, &link.hash(), entry.at + LINK_LIFE, &entry)?;
        _ = writeln!(lines, "  {:<14} http://localhost:{port}/invite/{}", role.name(), link.expose());
    }
    Ok(lines)
}

/// A simulated company file with what the sample shop's bookkeeper has entered.
fn books(folder: &Path) -> Result<CompanyFile> {
    let settings = Settings { company_name: "Lakeside Plating".to_owned(), ..Settings::default() };
    let mut file = CompanyFile::new(settings, DemoClock);
    let entries = std::fs::read_dir(folder).with_context(|| {
        format!(
            "the sample shop is not in `{}`; run this in the project, or name its fixtures with --fixtures",
            folder.display()
        )
    })?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        file.load_responses(&std::fs::read_to_string(&path)?)?;
    }
    Ok(file)
}

/// The shop's documents.
fn documents_of(args: &Args, program: &Program, terminal: Terminal) -> Result<Vec<NewDocument>> {
    let decoder = &program.decoder;
    let mut all = Vec::new();
    for shop in ["shop/documents", "demo/documents"] {
        let raw = documents::raw(&args.fixtures.join(shop), terminal)?;
        for raw in &raw {
            if let Ok(document) = decoder.decode(raw.json(), &raw.origin()) {
                all.extend(new_document(program, &document.root, raw.json()));
            }
        }
    }
    Ok(all)
}
