//! `/c/{company}/set-up`: the steps to the first plan. Whether a step is done is seen in what is kept; no step has a flag of
//! its own.

use askama::Template;

use crate::document::Value;
use crate::language::{say, t};
use crate::rules::file::{Scope, SettingType};
use crate::rules::settings::Setting;
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{LoadReport, refused_since, settings};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::settings::form::{Account, SettingField, SettingForm, accounts, shown};
use crate::web::pages::settings::integration::preview;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::Patience;
use crate::web::words::filters;
use crate::web::words::when::{Times, counted};

/// Problems of documents that are shown.
const PROBLEMS: usize = 50;

#[derive(Template)]
#[template(path = "set_up.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct SetUpPage<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    path: String,
    steps: Steps,
    is_refused: bool,
    /// Settings with an account, each with the accounts to choose from.
    accounts: Vec<AccountField<'v>>,
    /// Whether accounts were read.
    are_accounts_read: bool,
    filters: Vec<SettingField<'v>>,
    dates: Vec<SettingField<'v>>,
    documents: usize,
    uploaded: Option<Uploaded>,
}

/// Which steps are done.
#[expect(clippy::struct_excessive_bools, reason = "each is a step, and any of them may be done first")]
struct Steps {
    qwc: bool,
    visit: Option<Moment>,
    accounts: bool,
    filters: bool,
    dates: bool,
    documents: bool,
    plan: bool,
}

impl Steps {
    /// How many are done. That there is a company file is the first.
    fn done(&self) -> usize {
        let Self { qwc, visit, accounts, filters, dates, documents, plan } = self;
        let all = [true, *qwc, visit.is_some(), *accounts, *filters, *dates, *documents, *plan];
        all.into_iter().filter(|is_done| *is_done).count()
    }
}

/// A setting with an account.
struct AccountField<'v> {
    field: SettingField<'v>,
    /// The accounts to choose from: name, and type.
    choices: Vec<(String, String)>,
    /// What is kept is none of them.
    is_other: bool,
}

/// What became of a file of documents.
pub struct Uploaded {
    /// Its name.
    name: String,
    /// In words.
    words: String,
    /// What is wrong, and where.
    problems: Vec<String>,
    /// How many problems there are besides.
    more: usize,
}

impl Uploaded {
    /// Nothing of it was kept, for this reason.
    pub fn refused(name: &str, why: String) -> Self {
        Self { name: name.to_owned(), words: t("Nothing was kept.").to_owned(), problems: vec![why], more: 0 }
    }

    /// What was kept.
    pub fn of(name: &str, report: &LoadReport) -> Self {
        let told = |it: &crate::document::DocumentProblem| it.to_string();
        let problems: Vec<String> = report.problems.first.iter().take(PROBLEMS).map(told).collect();
        let all = report.problems.first.len() + report.problems.more;
        Self { name: name.to_owned(), words: words(report), more: all - problems.len(), problems }
    }

    /// In words.
    pub fn words(&self) -> &str {
        &self.words
    }
}

fn words(report: &LoadReport) -> String {
    let loaded = report.loaded;
    let mut parts = vec![
        say!("{new} new", new = loaded.new),
        say!("{changed} changed", changed = loaded.changed),
        say!("{same} the same as before", same = loaded.same),
    ];
    if loaded.locked > 0 {
        parts.push(say!("{locked} finalized here stay as they are", locked = loaded.locked));
    }
    if report.not_kept > 0 {
        parts.push(say!("{count} not kept", count = counted(report.not_kept, "document")));
    }
    parts.join(", ") + "."
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let values = settings(visit.program(), file).map_err(Trouble::failed)?;
    render(visit, file, &values, |setting, value| (shown(setting, value), None), None)
}

/// The page with these settings, as `texts` gives them, and what became of a file of documents.
pub fn render(
    visit: &Visit,
    file: &CompanyFile,
    values: &[Value],
    texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
    uploaded: Option<Uploaded>,
) -> Result<Page, Trouble> {
    let store = &*visit.site.store;
    let known = accounts(visit, file)?;
    let mut form = SettingForm::of(visit, Scope::Integration, (String::new(), String::new()), values, texts);
    preview(visit, file, &mut form)?;
    let fields = form.groups.into_iter().flat_map(|group| group.fields).filter(|it| !it.setting.forced);
    let (mut of_accounts, mut filters, mut dates) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        match field.setting.kind {
            SettingType::Account => of_accounts.push(AccountField::of(field, &known)),
            SettingType::Filter => filters.push(field),
            SettingType::Date => dates.push(field),
            _ => {}
        }
    }
    let documents = documents(visit, file, uploaded.is_some())?;
    let is_changed = |fields: &[SettingField<'_>]| fields.iter().any(|field| field.is_changed);
    let steps = Steps {
        qwc: store.qwc_minutes(file.id)?.is_some(),
        visit: file.last_read,
        accounts: of_accounts.iter().any(|it| it.field.is_changed && !it.is_other),
        filters: is_changed(&filters),
        dates: is_changed(&dates),
        documents: documents > 0,
        plan: store.job_counts(file.id)?.values().any(|count| *count > 0),
    };
    let page = SetUpPage {
        shell: visit.shell(t("Set up"), Some(file)),
        times: visit.times(file),
        file,
        path: path(file),
        steps,
        is_refused: !refused_since(&*visit.site.store, file)?.is_empty(),
        are_accounts_read: !known.is_empty(),
        accounts: of_accounts,
        filters,
        dates,
        documents,
        uploaded,
    };
    visit.show(&page, &page.as_inside())
}

/// How many documents of Steelhead are kept.
fn documents(visit: &Visit, file: &CompanyFile, is_new: bool) -> Result<usize, Trouble> {
    let view = visit.view(file, if is_new { Patience::Sure } else { Patience::Short })?;
    let lists = visit.program().lists();
    let own = lists.iter().map(|list| view.documents(&list.object).iter().filter(|row| !row.is_of_record));
    Ok(own.map(Iterator::count).sum())
}

impl<'v> AccountField<'v> {
    fn of(field: SettingField<'v>, known: &[Account]) -> Self {
        let types = field.of_type.as_ref().map(|it| &it.setting.choices);
        let fits = |account: &&Account| types.is_none_or(|types| types.contains(&account.kind));
        let choices: Vec<(String, String)> =
            known.iter().filter(fits).map(|it| (it.name.clone(), it.kind.clone())).collect();
        let is_other = !field.text.is_empty() && !choices.iter().any(|(name, _)| *name == field.text);
        Self { field, choices, is_other }
    }
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/set-up", file.id.0)
}
