//! `--quickbooks`: what is known of the company file.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::qbxml::Company;
use crate::snapshots::note_country;
use crate::text::visible::visible;

/// The company file from saved responses; nothing if none were given. Records that could not be read as they stand are
/// told of.
///
/// # Errors
/// A file or folder cannot be read, is no document of responses, or a folder holds no `.xml` file.
pub fn load(paths: &[PathBuf], terminal: Terminal) -> Result<Option<Company>> {
    if paths.is_empty() {
        return Ok(None);
    }
    for path in paths {
        refuse_empty(path)?;
    }
    let mut company = Company::load(paths)?;
    note_country(&mut company);
    for flaw in company.flaws() {
        let fate = if flaw.kind.is_set_aside() { "was set aside" } else { "was read all the same" };
        terminal.warning(&visible(&format!("{} {fate}: {}", flaw.label(), flaw.reason)));
    }
    Ok(Some(company))
}

fn refuse_empty(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        // A file, or what cannot be read, which loading tells.
        return Ok(());
    };
    let is_xml = |path: PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml"));
    if entries.filter_map(Result::ok).any(|entry| is_xml(entry.path())) {
        return Ok(());
    }
    bail!(
        "`{}` holds no .xml file; save what QuickBooks answers there, one or more responses per file",
        folder.display()
    );
}
