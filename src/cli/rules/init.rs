//! `ferrule init`: a shop's repository.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::rules::files::project::PROJECT;
use crate::rules::scaffold::{Draft, repository};
use crate::snapshots::{check_all, find};
use crate::text::counted::counted;

const AFTER_HELP: &str = "\
Examples:
  ferrule init lakeside-rules
  cd lakeside-rules && ferrule check && ferrule test";

/// Makes a shop's repository: `ferrule.yaml`, a layer of its own, a case with its snapshot, and a CI file that needs no Rust.
///
/// The rules that ship stay in the program; the shop's layer holds only what is otherwise there.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// The folder; it is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Write what was made as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let folder = &args.folder;
    if folder.join(PROJECT).exists() {
        bail!("`{}` has a {PROJECT} already: it is a shop's repository", folder.display());
    }
    let drafts: Vec<Draft> = repository().into_iter().map(|(path, text)| (folder.join(path), text)).collect();
    write_new(&drafts)?;
    let layers = ["base".into(), folder.join("site")];
    let mut written: Vec<PathBuf> = drafts.into_iter().map(|(path, _)| path).collect();
    written.extend(snapshots(&layers, &folder.join("fixtures"))?);
    if args.json {
        terminal.print_json(&written)?;
    } else {
        let made = counted(written.len(), "file");
        terminal.print(&format!(
            "{made} written to `{}`. There `ferrule check` and `ferrule test` work; `site` is for what is otherwise in your shop.\n",
            folder.display()
        ))?;
    }
    Ok(Exit::Well)
}

/// Writes files that are not there yet; if one of them is, none is written.
///
/// # Errors
/// One of them is there, or cannot be written.
pub fn write_new(drafts: &[Draft]) -> Result<()> {
    if let Some((there, _)) = drafts.iter().find(|(path, _)| path.exists()) {
        bail!("`{}` is there already; nothing was written", there.display());
    }
    for (path, text) in drafts {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// Writes the snapshots of the cases in a folder that have none yet.
///
/// # Errors
/// The rules or a case cannot be used.
pub fn snapshots(layers: &[PathBuf], fixtures: &Path) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for checked in check_all(layers, &find(&[fixtures])?)? {
        if let crate::snapshots::Verdict::Broken(error) = &checked.verdict {
            bail!("{error}");
        }
        if let Some(fresh) = checked.verdict.fresh() {
            fresh.accept()?;
            written.push(fresh.path.clone());
        }
    }
    Ok(written)
}
