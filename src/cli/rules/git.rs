//! Rules as a git revision has them, through `git` itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::rules::files::RuleFile;

/// A revision of the repository that a folder is in.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The folder, below which names are looked for.
    folder: PathBuf,
    /// As the user wrote it.
    name: String,
    /// The commit's full name.
    commit: String,
}

impl Revision {
    /// Finds a revision.
    ///
    /// # Errors
    /// There is no git, the folder is in no repository, or that has no such revision.
    pub fn find(folder: &Path, name: &str) -> Result<Self> {
        if name.is_empty() || name.starts_with('-') {
            bail!("`{name}` is neither a folder nor a git revision");
        }
        git(folder, &["rev-parse", "--git-dir"]).with_context(|| {
            format!(
                "`{name}` is not a folder, and it cannot be a git revision: `{}` is not in a git repository",
                folder.display()
            )
        })?;
        let commit = format!("{name}^{{commit}}");
        let found = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        let Ok(found) = found else {
            bail!(
                "`{name}` is neither a folder nor a revision of the git repository of `{}`",
                folder.display()
            );
        };
        Ok(Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            commit: String::from_utf8_lossy(&found).trim().to_owned(),
        })
    }

    /// The rule files of the folder, or of a folder below it.
    ///
    /// # Errors
    /// The revision has none there, or one of them is not UTF-8.
    pub fn layer(&self, below: &str) -> Result<Vec<RuleFile>> {
        let prefix = if below.is_empty() { String::new() } else { format!("{}/", below.trim_matches('/')) };
        // The names are relative to the folder; all of them are listed and told apart here.
        let list = git(&self.folder, &["ls-tree", "-r", "-z", "--name-only", &self.commit])?;
        let list = String::from_utf8_lossy(&list).into_owned();
        let names = list.split('\0').filter_map(|path| path.strip_prefix(prefix.as_str()));
        let mut files = Vec::new();
        for name in names.filter(|name| is_rule_file(name)) {
            files.push(self.file(&prefix, name)?);
        }
        if files.is_empty() {
            bail!("the revision `{}` has no rules in `{}`", self.name, self.folder.join(below).display());
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    fn file(&self, prefix: &str, name: &str) -> Result<RuleFile> {
        let bytes = git(&self.folder, &["cat-file", "blob", &format!("{}:./{prefix}{name}", self.commit)])?;
        let path = format!("{}:{}", self.name, self.folder.join(format!("{prefix}{name}")).display());
        let Ok(text) = String::from_utf8(bytes) else {
            bail!("`{path}` is not UTF-8");
        };
        Ok(RuleFile {
            name: name.to_owned(),
            path,
            text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
        })
    }
}

/// Whether a file belongs to a layer, by the same reckoning as on disk.
fn is_rule_file(name: &str) -> bool {
    match name.split_once('/') {
        None => has_ending(name, "yaml"),
        Some(("shapes", file)) => !file.contains('/') && has_ending(file, "yaml"),
        Some(("scripts", file)) => !file.contains('/') && has_ending(file, "rhai"),
        Some(_) => false,
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == ending)
}

/// Runs git in a folder, without a shell; its standard output.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .context("cannot run git; is it installed?")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
