//! `/c/{company}/domain`: the settings that hold for the whole domain, and its company files.

use askama::Template;

use crate::document::Value;
use crate::language::{say, t};
use crate::people::AuditAction;
use crate::rules::file::Scope;
use crate::rules::settings::Setting;
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{Status, differing, settings};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::company_file;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::integrations::page::{Health, health};
use crate::web::pages::settings::form::{SettingForm, changes, entered, given, shown};
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::{Times, counted};

#[derive(Template)]
#[template(path = "domain.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct DomainPage<'v> {
    shell: Shell,
    times: Times,
    domain: String,
    form: SettingForm<'v>,
    files: Vec<FileRow>,
    last_sync: Option<Moment>,
    /// Settings in which other company files differ from the one on the page.
    otherwise: Vec<String>,
}

/// A company file of the domain.
struct FileRow {
    name: String,
    in_quickbooks: String,
    link: String,
    kind: &'static str,
    word: &'static str,
    last_contact: Option<Moment>,
    last_sync: Option<Moment>,
    waiting: usize,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let values = settings(visit.program(), file).map_err(Trouble::failed)?;
    render(visit, file, &values, |setting, value| (shown(setting, value), None))
}

/// Keeps what the form says for every company file of the domain, or shows what is wrong with it.
pub fn save(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let before = settings(visit.program(), file).map_err(Trouble::failed)?;
    let given = given(visit, Scope::Domain, &before, &[]);
    if !given.problems.is_empty() {
        return Ok(render(visit, file, &before, entered(visit, &given))?.again());
    }
    let changed = keep(visit, &given.values)?;
    let to = path(file);
    if changed.is_empty() {
        return Ok(Done::nothing(to, t("Nothing was different, so nothing was saved.")));
    }
    let words = say!("Saved for {n}.", n = counted(visit.files.len(), "company file"));
    Ok(Done::go(AuditAction::ChangeDomainSettings, changed.join("; "), to, words))
}

/// Gives every company file of the domain these values of the domain's settings; returns what changed. Files with other
/// layers have other settings beside them.
fn keep(visit: &Visit, wanted: &[Value]) -> Result<Vec<String>, Trouble> {
    let mut all = Vec::new();
    for file in &visit.files {
        let program = &visit.rules_of(file)?.program;
        let before = settings(program, file).map_err(Trouble::failed)?;
        let of_domain = |setting: &Setting| setting.scope == Scope::Domain && !setting.forced;
        let new = |setting: &Setting| wanted.get(visit.program().settings.find(&setting.name)?.0).cloned();
        let own = program.settings.iter().zip(&before);
        let after: Vec<Value> = own
            .map(|(setting, old)| new(setting).filter(|_| of_domain(setting)).unwrap_or_else(|| old.clone()))
            .collect();
        let changed = changes(program, &before, &after);
        if !changed.is_empty() {
            visit.site.store.set_settings(file.id, &differing(program, &after))?;
            all.extend(changed.into_iter().map(|change| format!("{}: {change}", file.made.name)));
        }
    }
    Ok(all)
}

fn render(
    visit: &Visit,
    file: &CompanyFile,
    values: &[Value],
    texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
) -> Result<Page, Trouble> {
    let places = (path(file), path(file));
    let files: Result<_, Trouble> = visit.files.iter().map(|file| FileRow::of(visit, file)).collect();
    let page = DomainPage {
        shell: visit.shell(t("Domain"), Some(file)),
        times: visit.times(file),
        domain: visit.person.domain.clone(),
        form: SettingForm::of(visit, Scope::Domain, places, values, texts),
        files: files?,
        last_sync: visit.files.iter().filter_map(|file| file.last_sync).max(),
        otherwise: otherwise(visit, values)?,
    };
    visit.show(&page, &page.as_inside())
}

/// The settings in which other company files of the domain differ.
fn otherwise(visit: &Visit, values: &[Value]) -> Result<Vec<String>, Trouble> {
    let shown = &visit.program().settings;
    let mut found = Vec::new();
    for file in &visit.files {
        let program = &visit.rules_of(file)?.program;
        let own = settings(program, file).map_err(Trouble::failed)?;
        let differs = |(setting, own): &(&Setting, &Value)| {
            let here = shown.find(&setting.name).and_then(|(index, _)| values.get(index));
            setting.scope == Scope::Domain && here.is_some_and(|here| here != *own)
        };
        let all = program.settings.iter().zip(&own).filter(differs);
        found.extend(all.map(|(setting, _)| format!("{}: {}", file.made.name, setting.label)));
    }
    Ok(found)
}

impl FileRow {
    fn of(visit: &Visit, file: &CompanyFile) -> Result<Self, Trouble> {
        let rules = visit.rules_of(file)?;
        let status = Status::of(&*visit.site.store, Some(&rules.program), file, visit.now)?;
        let Health { kind, word, .. } = health(&status, visit.now);
        Ok(Self {
            name: file.made.name.clone(),
            in_quickbooks: file.identity.as_ref().map(|it| it.company_name.clone()).unwrap_or_default(),
            link: integrations::path(file),
            kind,
            word,
            last_contact: file.last_contact,
            last_sync: file.last_sync,
            waiting: status.waiting.values().sum(),
        })
    }
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/domain", file.id.0)
}
