//! `ferrule user`: who may use the pages.

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::service::domain_arg::DomainArg;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::people::{AuditAction, Change, LINK_LIFE, NewAuditEntry, NewPerson, Person, Role, Token};
use crate::store::Database;

const AFTER_HELP: &str = "\
Examples:
  ferrule user add pat@example.com --role administrator --domain lakeside
  ferrule user list
  ferrule user link pat@example.com

A link works once, within 24 hours: the person sets a password with it. Whoever has the link can sign in, so send it \
to nobody else.";

/// Says who may use the pages, and as what.
///
/// A viewer sees everything of the domain's company files. A clerk also reads, plays, imports, ignores and
/// connects. An administrator also changes settings, pauses, and makes passwords of the Web Connector.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lets somebody in, by a link
    Add {
        /// A name or an e-mail address
        name: String,
        /// What this person may do
        #[arg(long, value_name = "ROLE", default_value = "viewer")]
        role: RoleArg,
        #[command(flatten)]
        domain: DomainArg,
        #[command(flatten)]
        link: LinkArgs,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Lists everybody
    List {
        #[command(flatten)]
        store: StoreArgs,
        /// Write them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Gives somebody another role
    Role {
        /// The person's name
        name: String,
        /// The new role
        role: RoleArg,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Stops letting somebody in
    Remove {
        /// The person's name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Makes a new link, for somebody who lost a password
    Link {
        /// The person's name
        name: String,
        #[command(flatten)]
        link: LinkArgs,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// A role, as an argument.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum RoleArg {
    Viewer,
    Clerk,
    Administrator,
}

#[derive(Debug, clap::Args)]
struct LinkArgs {
    /// The address of the pages
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
    url: String,
}

/// A person, as JSON.
#[derive(serde::Serialize)]
struct Listed<'p> {
    name: &'p str,
    domain: &'p str,
    role: &'static str,
    has_password: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    match &args.what {
        What::Add { name, role, domain, link, store } => {
            let store = store.open_or_make()?;
            let domain = domain.of(store.as_ref())?;
            let new = NewPerson::called(name, (*role).into(), domain)?;
            add(store.as_ref(), &new, link, terminal)
        }
        What::List { store, json } => list(&*store.open()?, *json, terminal),
        What::Role { name, role, store } => set_role(&*store.open()?, name, (*role).into(), terminal),
        What::Remove { name, store } => remove(&*store.open()?, name, terminal),
        What::Link { name, link, store } => renew(&*store.open()?, name, link, terminal),
    }
}

/// An entry of the audit about what is done here now.
pub fn entry(domain: &str, action: AuditAction, details: &str) -> NewAuditEntry {
    NewAuditEntry {
        at: chrono::Utc::now(),
        domain: domain.to_owned(),
        company: None,
        person: "command line".to_owned(),
        action,
        about: None,
        details: details.to_owned(),
    }
}

fn add(store: &dyn Database, new: &NewPerson, link: &LinkArgs, terminal: Terminal) -> Result<Exit> {
    let token = Token::new()?;
    let entry = entry(&new.domain, AuditAction::AddPerson, &format!("{}, {}", new.name, new.role.name()));
    store.add_person(new, &token.hash(), entry.at + LINK_LIFE, &entry)?;
    terminal.print(&link.told(&new.name, &token))?;
    Ok(Exit::Well)
}

fn renew(store: &dyn Database, name: &str, link: &LinkArgs, terminal: Terminal) -> Result<Exit> {
    let person = person(store, name)?;
    let token = Token::new()?;
    let entry = entry(&person.domain, AuditAction::NewLink, &person.name);
    store.renew_link(person.id, &token.hash(), entry.at + LINK_LIFE, &entry)?;
    terminal.print(&link.told(&person.name, &token))?;
    Ok(Exit::Well)
}

fn set_role(store: &dyn Database, name: &str, role: Role, terminal: Terminal) -> Result<Exit> {
    let person = person(store, name)?;
    let details = format!("{}: {} -> {}", person.name, person.role.name(), role.name());
    done(
        store.set_role(person.id, role, &entry(&person.domain, AuditAction::ChangeRole, &details))?,
        &person,
    )?;
    terminal.print(&format!("{} is {} now\n", person.name, role.name()))?;
    Ok(Exit::Well)
}

fn remove(store: &dyn Database, name: &str, terminal: Terminal) -> Result<Exit> {
    let person = person(store, name)?;
    done(
        store.remove_person(person.id, &entry(&person.domain, AuditAction::RemovePerson, &person.name))?,
        &person,
    )?;
    terminal.print(&format!("{} is let in no more\n", person.name))?;
    Ok(Exit::Well)
}

fn list(store: &dyn Database, as_json: bool, terminal: Terminal) -> Result<Exit> {
    let people = store.people(None)?;
    if as_json {
        let listed: Vec<Listed<'_>> = people.iter().map(Listed::of).collect();
        terminal.print_json(&listed)?;
        return Ok(Exit::Well);
    }
    if people.is_empty() {
        terminal.print("nobody may use the pages yet; `ferrule user add` lets somebody in\n")?;
    }
    for Person { domain, name, role, has_password, .. } in &people {
        let open = if *has_password { "" } else { "  (no password yet)" };
        terminal.print(&format!("{domain:<16} {:<14} {name}{open}\n", role.name()))?;
    }
    Ok(Exit::Well)
}

fn person(store: &dyn Database, name: &str) -> Result<Person> {
    match store.person(name.trim())? {
        Some((person, _)) => Ok(person),
        None => bail!("there is no person called `{name}`; `ferrule user list` has them all"),
    }
}

/// Nobody locks the last administrator out by mistake.
fn done(change: Change, person: &Person) -> Result<()> {
    let Person { name, domain, .. } = person;
    match change {
        Change::Made => Ok(()),
        Change::NoSuchPerson => bail!("there is no person called `{name}` any more"),
        Change::LastAdministrator => bail!(
            "{name} is the last administrator of `{domain}` with a password; make somebody else one first"
        ),
    }
}

impl LinkArgs {
    fn told(&self, name: &str, token: &Token) -> String {
        let url = self.url.trim_end_matches('/');
        format!(
            "{name} sets a password at this address, once, within 24 hours:\n{url}/invite/{}\n",
            token.expose()
        )
    }
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Viewer => Self::Viewer,
            RoleArg::Clerk => Self::Clerk,
            RoleArg::Administrator => Self::Administrator,
        }
    }
}

impl<'p> Listed<'p> {
    fn of(person: &'p Person) -> Self {
        let Person { name, domain, role, has_password, .. } = person;
        Self { name, domain, role: role.name(), has_password: *has_password }
    }
}
