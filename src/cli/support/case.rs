//! `ferrule case`: a case of what is kept, to test with or to show to others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::company::opened::Opened;
use crate::cli::exit::Exit;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::snapshots::{MadeCase, RuleSets, case_of_documents, case_of_record, words_of_rules};
use crate::sync::Preview;
use crate::sync::stored::{DocumentKey, ExchangeId};

/// Makes a case of documents, of an exchange or of a record: what `ferrule test` runs, and what can be sent to somebody who
/// is to help.
///
/// The case holds the documents with those that they refer to, the settings, and the records and connections that their
/// plan rests on: no more than it takes to show the same plan. With `--out` it is written with its snapshot.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    #[arg(requires = "ids", required_unless_present_any = ["exchange", "record"])]
    object: Option<String>,
    /// The ids of documents
    ids: Vec<String>,
    /// All documents of this exchange, a number of `ferrule history`
    #[arg(long, value_name = "N", conflicts_with_all = ["object", "record"])]
    exchange: Option<i64>,
    /// What becomes of this record in Steelhead: its `ListID` or `TxnID`
    #[arg(long, value_name = "ID", conflicts_with = "object")]
    record: Option<String>,
    /// Replace names, and multiply amounts, so that no decision changes: the same name becomes the same one everywhere
    #[arg(long)]
    anonymize: bool,
    /// What the case shows, in a sentence
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Write it to this file, such as `fixtures/invoice/odd-total.yaml`, and its snapshot beside it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: SetArgs,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    let program = args.rules.program_for(&file, terminal)?;
    let layers: Vec<String> = file.layers.iter().map(|name| format!("optional/{name}")).collect();
    let rules = RuleSets::compile(&args.rules.of(&file)?.folders()?, [layers])?;
    let preview = Preview::load(store.as_ref(), file.id)?;
    let opened = Opened { program, store, file };
    let (about, keys) = args.meant(&opened)?;
    let about = args.about.as_deref().unwrap_or(&about);
    let kept = args.anonymize.then(|| words_of_rules(&opened.program));
    let made = match &args.record {
        Some(id) => case_of_record(&preview, &rules, id, about, kept.as_ref())?,
        None => case_of_documents(&preview, (&opened.program, &rules), &keys, about, kept.as_ref())?,
    };
    tell(&made, terminal);
    match &args.out {
        Some(path) => write(&made, path, terminal)?,
        None => terminal.print(&made.text)?,
    }
    Ok(if made.difference.is_some() || made.names_decide { Exit::Error } else { Exit::Well })
}

impl Args {
    /// What the case is about, and its documents.
    fn meant(&self, opened: &Opened) -> Result<(String, BTreeSet<DocumentKey>)> {
        if let Some(id) = &self.record {
            return Ok((format!("What the record {id} becomes in Steelhead."), BTreeSet::new()));
        }
        if let Some(number) = self.exchange {
            let exchange = opened.store.exchange(opened.file.id, ExchangeId(number))?;
            let Some(exchange) = exchange else {
                bail!("there is no exchange #{number}; `ferrule history` lists them")
            };
            let keys: BTreeSet<DocumentKey> =
                exchange.items.iter().filter_map(|item| item.document.clone()).collect();
            if keys.is_empty() {
                bail!("the exchange #{number} is about no document");
            }
            return Ok((format!("The documents of exchange #{number}."), keys));
        }
        let object = self.object.clone().unwrap_or_default();
        let key = |id: &String| DocumentKey { object: object.clone(), id: id.clone() };
        let keys: BTreeSet<DocumentKey> = self.ids.iter().map(key).collect();
        for key in &keys {
            if opened.store.documents(opened.file.id, std::slice::from_ref(key))?.is_empty() {
                bail!("Ferrule does not know {key}");
            }
        }
        // Whoever is not to know names is not to know ids either; the snapshot says which documents they are.
        Ok((format!("{object} {}, as Ferrule has it.", self.ids.join(", ")), keys))
    }
}

fn tell(made: &MadeCase, terminal: Terminal) {
    if let Some(difference) = &made.difference {
        terminal.warning("the case shows another plan than the company file does, because something that no case can hold decides it:");
        terminal.tell(difference);
    }
    if made.names_decide {
        terminal.warning("a name that was replaced decides something: the case shows another plan than with the true names");
    }
    if made.keeps_amounts {
        terminal
            .warning("the amounts are as they were: any others would change what becomes of the documents");
    }
}

fn write(made: &MadeCase, path: &Path, terminal: Terminal) -> Result<()> {
    let snapshot = path.with_extension("snap");
    for path in [path, &snapshot] {
        if path.exists() {
            bail!("`{}` is there already", path.display());
        }
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    std::fs::write(path, &made.text).with_context(|| format!("cannot write `{}`", path.display()))?;
    made.snapshot.write(&snapshot)?;
    terminal.print(&format!("{}\n{}\n", path.display(), snapshot.display()))?;
    Ok(())
}
