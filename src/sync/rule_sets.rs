//! Where the rule sets of a server come from: the folders of all domains, and those that a file names for domains of their own.
//! They are read again while the server runs. What has errors, or does not fit the company files of a domain, is not taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::rules::domains::{Domains, DomainsError};
use crate::rules::{Compiled, FilesError, RuleFiles, Severity, Shelf, compile};
use crate::sync::session::{OfDomain, RuleSet, Rulebooks, Sets, fingerprint};
use crate::sync::settings;
use crate::sync::stored::{CompanyFile, Moment};
use crate::text::counted::counted;

/// The folders of a rule set, base first.
type Folders = Vec<PathBuf>;

/// Where the rule sets of a server come from.
#[derive(Debug)]
pub struct RuleSources {
    usual: Folders,
    domains: Option<PathBuf>,
    /// The set of all domains, as it was at the beginning.
    first: Arc<RuleSet>,
    known: Mutex<Known>,
}

/// What was read before.
#[derive(Debug, Default)]
struct Known {
    /// Which domain goes by which set.
    domains: Domains,
    /// The same, as it was seen by the last look and not taken yet.
    domains_seen: Option<Domains>,
    /// The set that was last taken from each list of folders.
    taken: BTreeMap<Folders, Arc<RuleSet>>,
    /// What was last refused, by its fingerprint, with why.
    refused: BTreeMap<Folders, (String, String)>,
    /// What the last look saw and did not take yet.
    seen: BTreeMap<Folders, String>,
    /// What was told to be refused.
    told: BTreeSet<String>,
}

/// What counts as changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// The files as they are: somebody said that they are ready.
    AtOnce,
    /// Files that are as they were at the look before: somebody may be copying them.
    OnceSettled,
}

/// What came of reading the rules again, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// What counts from now on.
    pub taken: Vec<String>,
    /// What was refused, and was not told before. All goes on by the rules before.
    pub refused: Vec<String>,
}

/// Why a rule set cannot be used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the rules in {0} cannot be read: {1}")]
    Unreadable(String, FilesError),
    #[error("the rules in {name} have {}; the first is {first}", counted(*count, "error"))]
    Wrong { name: String, count: usize, first: String },
}

impl RuleSources {
    /// From the folders of all domains, of which that set was made, and the file that says which domain has rules of its own.
    pub fn new(usual: Folders, domains: Option<PathBuf>, set: RuleSet) -> Self {
        let first = Arc::new(set);
        let taken = BTreeMap::from([(usual.clone(), first.clone())]);
        Self { usual, domains, first, known: Mutex::new(Known { taken, ..Known::default() }) }
    }

    /// The rule sets to begin with; and what is wrong with those that domains have of their own. A domain whose set has errors
    /// has none.
    ///
    /// # Errors
    /// The file that says which domain has which cannot be used.
    pub fn begin(&self) -> Result<(Rulebooks, Vec<String>), DomainsError> {
        let mut known = self.known.lock();
        known.domains = self.named()?;
        let found = self.read_all(&mut known, Reload::AtOnce);
        let wrong: Vec<String> =
            found.values().filter_map(|set| set.as_ref().err()).map(ToString::to_string).collect();
        known.told = wrong.iter().cloned().collect();
        let usual = self.usual(&found);
        let own = known.domains.domains.iter().filter_map(|(domain, set)| {
            let set = found.get(known.domains.sets.get(set)?)?;
            Some((domain.clone(), set.clone()))
        });
        Ok((Sets { usual, own: own.collect() }.into(), wrong))
    }

    /// Domains that the file names and no company file is of: a name may be misspelt.
    pub fn unknown_domains(&self, files: &[CompanyFile]) -> Vec<String> {
        let known = self.known.lock();
        let is_unknown = |domain: &&String| files.iter().all(|file| file.made.domain != **domain);
        known.domains.domains.keys().filter(is_unknown).cloned().collect()
    }

    /// Reads all files again, and takes what has changed. `files` are the company files that the server serves.
    pub fn reload(&self, books: &Rulebooks, files: &[CompanyFile], how: Reload, now: Moment) -> Reloaded {
        let mut known = self.known.lock();
        let mut refused = Vec::new();
        match self.named() {
            Ok(named) if named == known.domains => known.domains_seen = None,
            Ok(named) if how == Reload::AtOnce || known.domains_seen.as_ref() == Some(&named) => {
                known.domains = named;
                known.domains_seen = None;
            }
            Ok(named) => known.domains_seen = Some(named),
            Err(error) => refused.push(error.to_string()),
        }
        let found = self.read_all(&mut known, how);
        refused.extend(known.refused.values().map(|(_, why)| why.clone()));
        let before = books.sets();
        let next = self.fitting(&known, &found, &before, files, &mut refused);
        let taken = told(&known, &before, &next);
        if !taken.is_empty() {
            books.take(next, now);
        }
        let is_new = |why: &String| !known.told.contains(why);
        let new = refused.iter().filter(|why| is_new(why)).cloned().collect();
        known.told = refused.into_iter().collect();
        Reloaded { taken, refused: new }
    }

    fn named(&self) -> Result<Domains, DomainsError> {
        self.domains.as_deref().map_or_else(|| Ok(Domains::default()), Domains::read)
    }

    /// It was there when this was made, so there always is one.
    fn usual(&self, found: &BTreeMap<Folders, OfDomain>) -> Arc<RuleSet> {
        let found = found.get(&self.usual).and_then(|set| set.as_ref().ok());
        found.unwrap_or(&self.first).clone()
    }

    /// Every rule set that is named, as its files are now; if they cannot be used, as they were before.
    fn read_all(&self, known: &mut Known, how: Reload) -> BTreeMap<Folders, OfDomain> {
        let named: BTreeSet<Folders> =
            known.domains.sets.values().cloned().chain([self.usual.clone()]).collect();
        known.taken.retain(|folders, _| named.contains(folders));
        known.refused.retain(|folders, _| named.contains(folders));
        known.seen.retain(|folders, _| named.contains(folders));
        named.into_iter().map(|folders| (folders.clone(), known.read(folders, how))).collect()
    }

    /// The sets that domains go by from now on. One whose company files fit the rules that it has, and would not fit the next,
    /// stays with what it has.
    fn fitting(
        &self,
        known: &Known,
        found: &BTreeMap<Folders, OfDomain>,
        before: &Sets,
        files: &[CompanyFile],
        refused: &mut Vec<String>,
    ) -> Sets {
        let usual = self.usual(found);
        let mut of_domain: BTreeMap<&str, Vec<&CompanyFile>> = BTreeMap::new();
        for domain in known.domains.domains.keys() {
            of_domain.entry(domain).or_default();
        }
        for file in files {
            of_domain.entry(&file.made.domain).or_default().push(file);
        }
        let mut own = BTreeMap::new();
        for (domain, files) in of_domain {
            let next = known.domains.folders_of(domain).and_then(|folders| found.get(folders)).cloned();
            let next = next.unwrap_or_else(|| Ok(usual.clone()));
            let next = match before.of_domain(domain) {
                Ok(had) => staying(&had, next, &files).unwrap_or_else(|(next, why)| {
                    refused.push(format!("the domain `{domain}` stays with the rules that it has: {why}"));
                    next
                }),
                Err(_) => next,
            };
            if !matches!(&next, Ok(set) if Arc::ptr_eq(set, &usual)) {
                own.insert(domain.to_owned(), next);
            }
        }
        Sets { usual, own }
    }
}

/// The next set of a domain; in an error the one that it has, with why it stays with that.
fn staying(
    had: &Arc<RuleSet>,
    next: OfDomain,
    files: &[&CompanyFile],
) -> Result<OfDomain, (OfDomain, String)> {
    let next = next.map_err(|why| (Ok(had.clone()), why.to_string()))?;
    if Arc::ptr_eq(had, &next) {
        return Ok(Ok(next));
    }
    let wrong = files.iter().find_map(|file| {
        let why = unfit(&next, file).filter(|_| unfit(had, file).is_none())?;
        Some(format!("{}: {why}", file.made.name))
    });
    wrong.map_or(Ok(Ok(next)), |why| Err((Ok(had.clone()), why)))
}

/// Why a company file cannot go by a set.
fn unfit(set: &RuleSet, file: &CompanyFile) -> Option<String> {
    match set.of(file) {
        Ok(book) => settings(&book.program, file).err().map(|error| format!("its settings: {error}")),
        Err(error) => Some(error.to_string()),
    }
}

/// What is otherwise now.
fn told(known: &Known, before: &Sets, next: &Sets) -> Vec<String> {
    let had: BTreeSet<_> = before.each().into_iter().map(Arc::as_ptr).collect();
    let is_new = |set: &&Arc<RuleSet>| !had.contains(&Arc::as_ptr(set));
    let mut told: Vec<String> =
        next.each().into_iter().filter(is_new).map(|set| known.taken_now(set)).collect();
    let domains: BTreeSet<&String> = before.own.keys().chain(next.own.keys()).collect();
    let is_moved = |domain: &&&String| match (before.of_domain(domain), next.of_domain(domain)) {
        (Ok(had), Ok(has)) => had.fingerprint != has.fingerprint,
        (had, has) => had.is_ok() != has.is_ok(),
    };
    let moved = domains.iter().filter(is_moved).count();
    if moved > 0 {
        told.push(format!("other rules from now on: {}", counted(moved, "domain")));
    }
    told
}

impl Known {
    /// The set in these folders. An error says why there is none, now and before.
    fn read(&mut self, folders: Folders, how: Reload) -> OfDomain {
        let had = self.taken.get(&folders).cloned();
        let read = match read(&folders) {
            Ok(read) => read,
            Err(error) => return self.refuse(&folders, String::new(), &error),
        };
        let mark = fingerprint(&read.0, &read.1);
        if let Some(had) = had.as_ref().filter(|had| had.fingerprint == mark) {
            self.refused.remove(&folders);
            self.seen.remove(&folders);
            return Ok(had.clone());
        }
        if let Some((_, why)) = self.refused.get(&folders).filter(|(refused, _)| *refused == mark) {
            return had.ok_or_else(|| why.as_str().into());
        }
        if let (Reload::OnceSettled, Some(had)) = (how, &had)
            && self.seen.insert(folders.clone(), mark.clone()).as_ref() != Some(&mark)
        {
            return Ok(had.clone());
        }
        self.seen.remove(&folders);
        match compiled(&folders, read) {
            Ok(set) => {
                let set = Arc::new(set);
                self.refused.remove(&folders);
                self.taken.insert(folders, set.clone());
                Ok(set)
            }
            Err(error) => self.refuse(&folders, mark, &error),
        }
    }

    /// What was there before, if anything was.
    fn refuse(&mut self, folders: &Folders, mark: String, why: &Unusable) -> OfDomain {
        let why = why.to_string();
        self.refused.insert(folders.clone(), (mark, why.clone()));
        self.taken.get(folders).cloned().ok_or_else(|| why.into())
    }

    fn taken_now(&self, set: &Arc<RuleSet>) -> String {
        let of = self.taken.iter().find(|(_, taken)| Arc::ptr_eq(taken, set));
        let name = of.map(|(folders, _)| name(folders)).unwrap_or_default();
        let mark = &set.fingerprint;
        format!(
            "the rules in {name} were taken ({mark}); a visit under way ends by those with which it began"
        )
    }
}

fn read(folders: &Folders) -> Result<(RuleFiles, Shelf), Unusable> {
    let unreadable = |error| Unusable::Unreadable(name(folders), error);
    let files = RuleFiles::read(folders).map_err(unreadable)?;
    let shelf = Shelf::read(folders, &files).map_err(unreadable)?;
    Ok((files, shelf))
}

fn compiled(folders: &Folders, (files, shelf): (RuleFiles, Shelf)) -> Result<RuleSet, Unusable> {
    let Compiled { program, diagnostics, sources, .. } = compile(&files);
    if let Some(program) = program {
        return Ok(RuleSet::new(program, shelf));
    }
    let first = diagnostics.iter().find(|it| it.severity == Severity::Error);
    let first = first.map(|it| format!("{}: {}", sources.place(it.span), it.message)).unwrap_or_default();
    Err(Unusable::Wrong { name: name(folders), count: Severity::Error.count(&diagnostics), first })
}

/// The folders, for people.
fn name(folders: &Folders) -> String {
    let names: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
    names.join(" + ")
}
