//! A change of the rules, tried in memory: nothing is written, nothing is sent.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use similar::{ChangeTag, TextDiff};

use crate::language::told;
use crate::rules::file::Limits;
use crate::rules::program::Stop;
use crate::rules::{Compiled, Program, RuleFiles, compile};
use crate::sync::session::{Planned, Preview, Standing};
use crate::sync::stored::DocumentKey;
use crate::sync::{Group, compare, fates};

/// The longest text of a file that can be tried, in bytes.
pub const LONGEST: usize = 256 << 10;
/// How long a try may take in all. Rules that would go on are stopped then, whether anybody still reads the page or not.
const WHOLE: Duration = Duration::from_millis(1_900);
/// All documents are done by then. The page says which ones there was no time for.
const DOCUMENTS: Duration = Duration::from_millis(1_500);
/// How long two texts may be compared. Where that is not enough, more lines count as changed than need be.
const COMPARED: Duration = Duration::from_millis(150);
/// All documents are gone through as often: by the rules in use and by those that are tried, as they are and as new.
const ROUNDS: u32 = 4;
/// How many documents are timed to judge that.
const SAMPLE: usize = 20;

/// What a change would mean for all documents.
pub struct Everywhere {
    /// The documents that differ, in groups.
    pub groups: Vec<Group>,
    /// How many were looked at.
    pub looked_at: usize,
    /// How many there are.
    pub all: usize,
    /// As things are, none differs; the groups are those that would differ if all were new to QuickBooks.
    pub is_as_new: bool,
}

/// A line of a text that changes.
pub struct DiffLine {
    /// `add`, `del` or `same`.
    pub class: &'static str,
    /// `+`, `-` or a blank.
    pub sign: char,
    /// The line, without its end.
    pub text: String,
}

/// The rules with another text in the place of one file.
pub fn changed(files: &RuleFiles, path: &str, text: &str) -> RuleFiles {
    let mut files = files.clone();
    let mut all = files.layers.iter_mut().flatten();
    if let Some(file) = all.find(|file| file.path == path) {
        text.clone_into(&mut file.text);
    }
    files
}

/// Compiles rules that somebody tries, since a moment: they run within the limits of those that are in use, whatever
/// they say themselves.
pub fn compiled(files: &RuleFiles, running: &Program, began: Instant) -> Compiled {
    let mut compiled = compile(files);
    if let Some(program) = &mut compiled.program {
        program.stop = Stop::once(move || began.elapsed() > WHOLE);
        let (wanted, most) = (&program.limits, &running.limits);
        program.limits = Limits {
            operations: wanted.operations.min(most.operations),
            calls: wanted.calls.min(most.calls),
            text: wanted.text.min(most.text),
            list: wanted.list.min(most.list),
            map: wanted.map.min(most.map),
        };
    }
    compiled
}

/// What would happen to one document of that standing with QuickBooks.
///
/// # Errors
/// The settings that are kept do not fit these rules.
pub fn of_one(
    preview: &Preview,
    program: &Program,
    standing: Standing,
    key: &DocumentKey,
) -> Result<Planned, String> {
    let wanted = BTreeSet::from([key.clone()]);
    preview.explained(program, standing, &wanted).map_err(|error| told(&error))
}

/// What would happen to all documents under the rules in use and under those that are tried. If nothing
/// differs, what would happen to them if they were new to QuickBooks.
///
/// # Errors
/// The settings that are kept do not fit these rules.
pub fn of_all(
    preview: &Preview,
    running: &Program,
    tried: &Program,
    began: Instant,
) -> Result<Everywhere, String> {
    let keys: Vec<&DocumentKey> = preview.keys().collect();
    let affordable = affordable(preview, tried, &keys, began)?;
    // From the whole list, where there is no time for all: the first ones are all of one object.
    let step = keys.len().div_ceil(affordable.max(1)).max(1);
    let wanted: HashSet<&DocumentKey> = keys.iter().step_by(step).take(affordable).copied().collect();
    let looked_at = wanted.len();
    let plan = |program: &Program, standing: Standing| {
        let planned = preview.plan(program, standing, &|key| wanted.contains(key));
        let planned = planned.map_err(|error| told(&error))?;
        Ok::<_, String>(fates(&planned.plan, &planned.unreadable))
    };
    let groups =
        |standing: Standing| Ok::<_, String>(compare(&plan(running, standing)?, &plan(tried, standing)?));
    let mut all =
        Everywhere { groups: groups(Standing::AsIs)?, looked_at, all: keys.len(), is_as_new: false };
    if all.groups.is_empty() && began.elapsed() < DOCUMENTS {
        all.groups = groups(Standing::AsNew)?;
        all.is_as_new = true;
    }
    Ok(all)
}

/// How many of the documents there is time for, judged by some of them.
fn affordable(
    preview: &Preview,
    tried: &Program,
    keys: &[&DocumentKey],
    began: Instant,
) -> Result<usize, String> {
    let sample: BTreeSet<DocumentKey> =
        keys.iter().step_by(keys.len().div_ceil(SAMPLE).max(1)).map(|key| (*key).clone()).collect();
    let sampled = Instant::now();
    preview.explained(tried, Standing::AsNew, &sample).map_err(|error| told(&error))?;
    let each =
        sampled.elapsed().div_f64(1.0_f64.max(f64::from(u32::try_from(sample.len()).unwrap_or(u32::MAX))));
    let left = DOCUMENTS.saturating_sub(began.elapsed()) / ROUNDS;
    let most = left.as_micros() / each.as_micros().max(1);
    Ok(keys.len().min(usize::try_from(most).unwrap_or(usize::MAX)))
}

/// The change as a patch that `git apply` takes; empty if there is none.
pub fn patch(path: &str, before: &str, after: &str) -> String {
    let path = in_repository(path).unwrap_or_else(|| path.trim_start_matches(['/', '.']).to_owned());
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}

/// The path of a file as its git repository names it, however `--rules` named it; nothing if it is in none.
fn in_repository(path: &str) -> Option<String> {
    let file = Path::new(path).canonicalize().ok()?;
    let root = file.ancestors().find(|folder| folder.join(".git").exists())?;
    let parts = file.strip_prefix(root).ok()?.components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    Some(parts.join("/"))
}

/// The lines around what changes.
pub fn diff_lines(before: &str, after: &str) -> Vec<DiffLine> {
    let diff = TextDiff::configure().timeout(COMPARED).diff_lines(before, after);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(3).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine { class: "gap", sign: ' ', text: "⋯".to_owned() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (class, sign) = match change.tag() {
                ChangeTag::Delete => ("del", '-'),
                ChangeTag::Insert => ("add", '+'),
                ChangeTag::Equal => ("same", ' '),
            };
            lines.push(DiffLine {
                class,
                sign,
                text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
            });
        }
    }
    lines
}

/// What a browser sends of a text, as the file has its line ends: a form has `\r\n` everywhere.
pub fn as_in(file: &str, sent: &str) -> String {
    if file.contains("\r\n") { sent.to_owned() } else { sent.replace("\r\n", "\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_what_git_takes() {
        let patch = patch("rules/a.yaml", "a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(patch, "--- a/rules/a.yaml\n+++ b/rules/a.yaml\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
        assert_eq!(super::patch("a", "x\n", "x\n"), "");
        assert_eq!(as_in("a\n", "a\r\nb\r\n"), "a\nb\n");
    }

    #[test]
    fn a_patch_names_the_file_as_its_repository_does() {
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("shop/rules");
        std::fs::create_dir_all(&rules).unwrap();
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        std::fs::write(rules.join("a.yaml"), "a\n").unwrap();
        let patch = patch(&rules.join("a.yaml").to_string_lossy(), "a\n", "b\n");
        assert!(patch.starts_with("--- a/shop/rules/a.yaml\n+++ b/shop/rules/a.yaml\n"), "{patch}");
    }
}
