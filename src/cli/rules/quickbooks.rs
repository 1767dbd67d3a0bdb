//! `--quickbooks`: what is known of the company file.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::catalogue::Country;
use crate::qbxml::Company;

/// The company file from saved responses; nothing if none were given.
///
/// # Errors
/// A file or folder cannot be read, is no document of responses, or a folder holds no `.xml` file.
pub fn load(paths: &[PathBuf]) -> Result<Option<Company>> {
    if paths.is_empty() {
        return Ok(None);
    }
    for path in paths {
        refuse_empty(path)?;
    }
    let mut company = Company::load(paths)?;
    let host = company.records("HostRet").next().and_then(|host| host.get("Country"));
    company.set_country(host.and_then(Country::of));
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
