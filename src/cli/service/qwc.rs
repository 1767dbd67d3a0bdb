//! `ferrule qwc`: a company file's connection, and the file that adds it to the Web Connector.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::company::setting_args::SettingArgs;
use crate::cli::exit::Exit;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::connector::{NewConnection, Password, Qwc};
use crate::rules::Program;
use crate::secrets::{hash_made_password, new_password};
use crate::store::Database;
use crate::sync::stored::{CompanyFile, NewCompanyFile};
use crate::sync::{differing, import_every};

const AFTER_HELP: &str = "\
Examples:
  ferrule qwc --domain lakeside --name \"Lakeside Plating\" --url https://books.example.com/qbwc
  ferrule qwc --again --url https://books.example.com/qbwc
  ferrule qwc --new-password

The command shows the password once, and keeps only a hash of it. Type the password into the Web Connector where it asks \
for it. Open the .qwc file on the QuickBooks computer, while the company file is open there as administrator.";

/// Makes the connection of a company file, with the .qwc file that adds it to the Web Connector.
///
/// You make a connection once. `--again` writes its .qwc file anew, for example for another address: the file
/// keeps the user, the `OwnerID` and the `FileID`. `--new-password` replaces a password that somebody lost or
/// saw. The schedule in the file follows from the setting Import Every.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    /// The Steelhead domain
    #[arg(long, value_name = "NAME", required_unless_present_any = ["again", "new_password"], conflicts_with_all = ["again", "new_password"])]
    domain: Option<String>,
    /// What people call the company file
    #[arg(long, value_name = "NAME", required_unless_present_any = ["again", "new_password"], conflicts_with_all = ["again", "new_password", "company"])]
    name: Option<String>,
    /// The address of the service: https with a host name, or localhost
    #[arg(
        long,
        value_name = "URL",
        required_unless_present = "new_password",
        conflicts_with = "new_password"
    )]
    url: Option<String>,
    /// The Web Connector's user name; by default the domain
    #[arg(long, value_name = "USER", conflicts_with_all = ["again", "new_password"])]
    user: Option<String>,
    /// The company file's full path on the QuickBooks computer; by default the one that is open
    #[arg(long, value_name = "PATH", conflicts_with_all = ["again", "new_password"])]
    path: Option<String>,
    /// A page with help, on the same host; by default the root of the service's host
    #[arg(long, value_name = "URL", conflicts_with = "new_password")]
    support: Option<String>,
    /// What the Web Connector and QuickBooks call the connection; by default `Ferrule: ` and the name
    #[arg(long, value_name = "NAME", conflicts_with = "new_password")]
    app_name: Option<String>,
    /// Where the .qwc file goes; `-` is standard output. By default the user name with `.qwc`
    #[arg(long, value_name = "FILE", conflicts_with = "new_password")]
    out: Option<PathBuf>,
    /// Write the .qwc file of an existing connection anew
    #[arg(long, conflicts_with = "new_password")]
    again: bool,
    /// Replace the password of an existing connection
    #[arg(long)]
    new_password: bool,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    rules: SetArgs,
    /// Write what was made as JSON
    #[arg(long)]
    json: bool,
}

/// What was made.
#[derive(serde::Serialize)]
struct Made<'m> {
    company: &'m str,
    user: &'m str,
    owner_id: &'m str,
    file_id: &'m str,
    /// Where the file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    qwc: Option<String>,
    /// Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'m str>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    if args.json && args.out_is_stdout() {
        bail!("--json and the .qwc file cannot both go to standard output; say another --out");
    }
    if args.new_password {
        return replace_password(args, terminal);
    }
    if args.again {
        return again(args, terminal);
    }
    let own = args.domain.as_deref().map(|domain| args.rules.of_domain(domain)).transpose()?;
    make(args, &own.as_ref().unwrap_or(args.rules.of_all()).program(terminal)?, terminal)
}

fn replace_password(args: &Args, terminal: Terminal) -> Result<Exit> {
    if args.settings.settings.is_some() {
        bail!("--new-password replaces the password and nothing else; give --settings with --again");
    }
    let (store, file) = args.store.open_company()?;
    let password = new_password()?;
    store.set_password_hash(file.id, &hash_made_password(&password)?)?;
    tell(args, &file.made, None, Some(&password), terminal)
}

fn again(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, mut file) = args.store.open_company()?;
    let program = &args.rules.program_for(&file, terminal)?;
    if args.settings.settings.is_some() {
        file.settings = differing(program, &args.settings.values(program, terminal)?);
    }
    let qwc = scheduled(args.qwc(&file.made)?, program, &file).to_xml();
    let qwc = qwc.map_err(|problems| refused(&problems, terminal))?;
    store.set_settings(file.id, &file.settings)?;
    store.note_qwc(file.id, import_every(Some(program), &file).num_minutes())?;
    let out = args.write(&file.made.user_name, &qwc, terminal)?;
    tell(args, &file.made, out, None, terminal)
}

fn make(args: &Args, program: &Program, terminal: Terminal) -> Result<Exit> {
    let password = new_password()?;
    let made = args.made(&password)?;
    let settings = differing(program, &args.settings.values(program, terminal)?);
    let qwc = args.qwc(&made)?;
    // Everything that can be wrong is found before anything is kept.
    qwc.to_xml().map_err(|problems| refused(&problems, terminal))?;
    args.refuse_known_file(&made.user_name)?;
    let store = args.store.open_or_make()?;
    let file = keep(store.as_ref(), &made, &settings)?;
    let qwc = scheduled(qwc, program, &file).to_xml().map_err(|problems| refused(&problems, terminal))?;
    store.note_qwc(file.id, import_every(Some(program), &file).num_minutes())?;
    let out = args.write(&made.user_name, &qwc, terminal);
    if let Err(error) = &out {
        terminal.error(&format!("{error:#}; `ferrule qwc --again` writes it"));
    }
    let failed = out.is_err();
    tell(args, &made, out.ok().flatten(), Some(&password), terminal)?;
    Ok(if failed { Exit::Error } else { Exit::Well })
}

fn keep(
    store: &dyn Database,
    made: &NewCompanyFile,
    settings: &BTreeMap<String, serde_json::Value>,
) -> Result<CompanyFile> {
    let id = store.add_company_file(made)?;
    store.set_settings(id, settings)?;
    Ok(store.company_file(id)?)
}

fn refused(problems: &[crate::connector::QwcError], terminal: Terminal) -> anyhow::Error {
    let Some((last, others)) = problems.split_last() else {
        return anyhow::anyhow!("the .qwc file cannot be written");
    };
    for problem in others {
        terminal.error(&problem.to_string());
    }
    anyhow::anyhow!("{last}")
}

impl Args {
    fn out_is_stdout(&self) -> bool {
        self.out.as_deref() == Some(Path::new("-"))
    }

    fn made(&self, password: &Password) -> Result<NewCompanyFile> {
        let (Some(domain), Some(name)) = (&self.domain, &self.name) else {
            bail!("--domain and --name are missing");
        };
        for (option, text) in [("--domain", domain), ("--name", name)] {
            if text.trim().is_empty() {
                bail!("{option} is empty");
            }
        }
        let (user_name, path) = (self.user.as_deref(), self.path.as_deref());
        let new = NewConnection {
            domain,
            name,
            user_name: user_name.unwrap_or_default(),
            path: path.unwrap_or_default(),
        };
        Ok(new.made(password)?)
    }

    fn qwc(&self, made: &NewCompanyFile) -> Result<Qwc> {
        let Some(url) = &self.url else {
            bail!("--url is missing");
        };
        let mut qwc = Qwc::of(made, url, None)?;
        if let Some(name) = &self.app_name {
            qwc.app_name.clone_from(name);
        }
        if let Some(support) = &self.support {
            qwc.app_support.clone_from(support);
        }
        Ok(qwc)
    }

    fn out(&self, user: &str) -> PathBuf {
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        let name = || PathBuf::from(format!("{}.qwc", user.chars().map(plain).collect::<String>()));
        self.out.clone().unwrap_or_else(name)
    }

    fn refuse_known_file(&self, user: &str) -> Result<()> {
        let out = self.out(user);
        if !self.out_is_stdout() && out.exists() {
            bail!("`{}` is there already; say another --out, or remove it", out.display());
        }
        Ok(())
    }

    /// Gives the name of the file, if it is one.
    fn write(&self, user: &str, qwc: &[u8], terminal: Terminal) -> Result<Option<String>> {
        if self.out_is_stdout() {
            terminal.print_bytes(qwc)?;
            return Ok(None);
        }
        let out = self.out(user);
        let shown = out.display().to_string();
        let context = || format!("cannot write `{shown}`");
        if self.again {
            fs::write(&out, qwc).with_context(context)?;
        } else {
            let mut file =
                OpenOptions::new().write(true).create_new(true).open(&out).with_context(context)?;
            file.write_all(qwc).with_context(context)?;
        }
        Ok(Some(shown))
    }
}

fn scheduled(qwc: Qwc, program: &Program, file: &CompanyFile) -> Qwc {
    let minutes = import_every(Some(program), file).num_minutes();
    Qwc { run_every_minutes: u32::try_from(minutes).ok().and_then(NonZeroU32::new), ..qwc }
}

/// Says what was made. The password goes where results go, once.
fn tell(
    args: &Args,
    made: &NewCompanyFile,
    qwc: Option<String>,
    password: Option<&Password>,
    terminal: Terminal,
) -> Result<Exit> {
    let password = password.map(Password::expose);
    if args.json {
        let (company, user) = (made.name.as_str(), made.user_name.as_str());
        let (owner_id, file_id) = (made.owner_id.as_str(), made.file_id.as_str());
        terminal.print_json(&Made { company, user, owner_id, file_id, qwc, password })?;
        return Ok(Exit::Well);
    }
    let mut text = format!("company file  {}\nuser          {}\n", made.name, made.user_name);
    if let Some(password) = password {
        _ = writeln!(text, "password      {}", terminal.out.strong(password));
    }
    if let Some(qwc) = qwc {
        _ = writeln!(text, "file          {qwc}");
    }
    if password.is_some() {
        text.push_str("\nThe password is not shown again: type it into the Web Connector now.\n");
    }
    // With the .qwc file on standard output, the words go to the other stream.
    if args.out_is_stdout() {
        terminal.tell(&text);
    } else {
        terminal.print(&text)?;
    }
    Ok(Exit::Well)
}
