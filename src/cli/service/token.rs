//! `ferrule token`: which programs may use the API.

use anyhow::{Result, bail};
use chrono::TimeDelta;
use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::service::domain_arg::DomainArg;
use crate::cli::service::user::entry;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::cli::when::since;
use crate::people::{ApiSecret, ApiToken, AuditAction, NewAuditEntry, Scope, good_name};
use crate::store::Database;

const AFTER_HELP: &str = "\
Examples:
  ferrule token add erp --scope documents:write --scope status:read
  ferrule token list
  ferrule token remove erp

Scopes: status:read, errors:read, plan:read, imports:read, documents:write, documents:play. A token is shown once; Ferrule \
keeps a hash of it. Whoever has it can do what its scopes say.";

/// Says which programs may use the API, and for what.
///
/// A token is good for the company files of one Steelhead domain. One that is removed is good for nothing at once.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a token, and shows it once
    Add {
        /// What to call it; people see it beside what the program did
        name: String,
        /// What it may do; repeatable
        #[arg(long, value_name = "SCOPE", required = true, value_parser = scope)]
        scope: Vec<Scope>,
        /// Days for which it is good; without it, until it is removed
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=3_660))]
        days: Option<u16>,
        #[command(flatten)]
        domain: DomainArg,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Lists all tokens, without what is secret in them
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Write them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Removes a token
    Remove {
        /// Its name
        name: String,
        #[command(flatten)]
        domain: DomainArg,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// A token, as JSON.
#[derive(serde::Serialize)]
struct Listed<'t> {
    name: &'t str,
    domain: &'t str,
    scopes: Vec<&'static str>,
    made_at: crate::sync::stored::Moment,
    expires_at: Option<crate::sync::stored::Moment>,
    used_at: Option<crate::sync::stored::Moment>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    match &args.what {
        What::Add { name, scope, days, domain, store } => {
            let store = store.open()?;
            let domain = domain.of(store.as_ref())?;
            add(store.as_ref(), &domain, name, scope, *days, terminal)
        }
        What::List { store, json } => list(&*store.open()?, *json, terminal),
        What::Remove { name, domain, store } => {
            let store = store.open()?;
            let domain = domain.of(store.as_ref())?;
            let name = name.trim();
            if !store.remove_api_token(&domain, name, &entry(&domain, AuditAction::RemoveToken, name))? {
                bail!("no token of `{domain}` is called `{name}`; `ferrule token list` has them all");
            }
            terminal.print(&format!("{name} is good for nothing any more\n"))?;
            Ok(Exit::Well)
        }
    }
}

fn scope(text: &str) -> Result<Scope, String> {
    let all = || Scope::ALL.map(Scope::name).join(", ");
    Scope::named(text).ok_or_else(|| format!("there is no such scope; there are {}", all()))
}

fn add(
    store: &dyn Database,
    domain: &str,
    name: &str,
    scopes: &[Scope],
    days: Option<u16>,
    terminal: Terminal,
) -> Result<Exit> {
    let secret = ApiSecret::new()?;
    let entry = entry(domain, AuditAction::AddToken, "");
    let token = ApiToken {
        public: secret.public().to_owned(),
        domain: domain.to_owned(),
        name: good_name(name)?,
        scopes: scopes.iter().copied().collect(),
        made_at: entry.at,
        expires_at: days.map(|days| entry.at + TimeDelta::days(days.into())),
        used_at: None,
    };
    let entry = NewAuditEntry { details: token.told(), ..entry };
    store.add_api_token(&token, &secret.hash()?, &entry)?;
    terminal.tell("This is the token. It is shown once; keep it where only your program finds it.\n");
    terminal.print(&format!("{}\n", secret.expose()))?;
    Ok(Exit::Well)
}

fn list(store: &dyn Database, as_json: bool, terminal: Terminal) -> Result<Exit> {
    let tokens = store.api_tokens(None)?;
    if as_json {
        terminal.print_json(&tokens.iter().map(Listed::of).collect::<Vec<_>>())?;
        return Ok(Exit::Well);
    }
    if tokens.is_empty() {
        terminal.print("there is no token yet; `ferrule token add` makes one\n")?;
    }
    let now = chrono::Utc::now();
    for token in &tokens {
        let Listed { name, domain, scopes, used_at, .. } = Listed::of(token);
        let end = if token.is_good(now) { "" } else { "  (expired)" };
        let used =
            used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", since(Some(at), now)));
        terminal.print(&format!("{domain:<16} {name:<20} {}  {used}{end}\n", scopes.join(" ")))?;
    }
    Ok(Exit::Well)
}

impl<'t> Listed<'t> {
    fn of(token: &'t ApiToken) -> Self {
        let ApiToken { name, domain, scopes, made_at, expires_at, used_at, .. } = token;
        let scopes = scopes.iter().map(|scope| scope.name()).collect();
        Self { name, domain, scopes, made_at: *made_at, expires_at: *expires_at, used_at: *used_at }
    }
}
