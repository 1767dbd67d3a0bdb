//! `/c/{company}/integrations/settings`: the integration's settings, as the rule set declares them.

use std::collections::BTreeMap;

use askama::Template;

use crate::document::Value;
use crate::language::{say, t};
use crate::people::AuditAction;
use crate::rules::file::{Scope, SettingType};
use crate::rules::settings::Setting;
use crate::sync::stored::CompanyFile;
use crate::sync::{judged_by, passing, settings};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::settings::form::{
    GivenSettings, SettingForm, accounts, changes, entered, given, shown,
};
use crate::web::pages::settings::layers::LayerForm;
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::Patience;
use crate::web::words::filters;
use crate::web::words::when::{counted, grouped};

#[derive(Template)]
#[template(path = "settings.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct SettingsPage<'v> {
    shell: Shell,
    form: SettingForm<'v>,
    layers: LayerForm<'v>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    with_layers(visit, file, LayerForm::of(visit, file)?)
}

/// The page with these layers, which may be others than those that are on.
pub fn with_layers(visit: &Visit, file: &CompanyFile, layers: LayerForm<'_>) -> Result<Page, Trouble> {
    let values = settings(visit.program(), file).map_err(Trouble::failed)?;
    render(visit, file, &values, layers, |setting, value| (shown(setting, value), None))
}

/// Keeps what the form says, or shows what is wrong with it.
pub fn save(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    save_from(visit, file, path(file), |before, given| {
        let layers = LayerForm::of(visit, file)?;
        render(visit, file, before, layers, entered(visit, given))
    })
}

/// The same of a form on another page: the browser goes back there, and what is wrong is shown as `again` says.
pub fn save_from(
    visit: &Visit,
    file: &CompanyFile,
    to: String,
    again: impl FnOnce(&[Value], &GivenSettings) -> Result<Page, Trouble>,
) -> Result<Done, Trouble> {
    let before = settings(visit.program(), file).map_err(Trouble::failed)?;
    let given = given(visit, Scope::Integration, &before, &accounts(visit, file)?);
    if !given.problems.is_empty() {
        return Ok(again(&before, &given)?.again());
    }
    let changed = changes(visit.program(), &before, &given.values);
    if changed.is_empty() {
        return Ok(Done::nothing(to, t("Nothing was different, so nothing was saved.")));
    }
    visit.site.store.set_settings(file.id, &given.kept)?;
    let words = say!("Saved: {n} changed.", n = counted(changed.len(), "setting"));
    Ok(Done::go(AuditAction::ChangeSettings, changed.join("; "), to, words))
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    integrations::path(file) + "/settings"
}

fn render(
    visit: &Visit,
    file: &CompanyFile,
    values: &[Value],
    layers: LayerForm<'_>,
    texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
) -> Result<Page, Trouble> {
    let places = (path(file), integrations::path(file));
    let mut form = SettingForm::of(visit, Scope::Integration, places, values, texts);
    preview(visit, file, &mut form)?;
    let page = SettingsPage {
        shell: visit.shell(t("Settings"), Some(file)),
        form: SettingForm { accounts: accounts(visit, file)?, ..form },
        layers,
    };
    visit.show(&page, &page.as_inside())
}

/// Says beside each filter how many of the records that were read it lets pass, also one that is not kept. The lists
/// have them already.
///
/// # Errors
/// [`Trouble::Failed`], if the store fails.
pub fn preview(visit: &Visit, file: &CompanyFile, form: &mut SettingForm<'_>) -> Result<(), Trouble> {
    let fields = form.groups.iter_mut().flat_map(|group| &mut group.fields);
    for field in fields.filter(|field| field.setting.kind == SettingType::Filter && !field.text.is_empty()) {
        let types = judged_by(visit.program(), &field.setting.name);
        let view = visit.view(file, Patience::Short)?;
        // Two objects may be made of the same records.
        let records: BTreeMap<_, _> = view
            .imports
            .iter()
            .filter(|row| types.contains(&row.key.record_type.as_str()))
            .map(|row| (&row.key, row.name.as_str()))
            .collect();
        let named = records.iter().map(|(key, name)| (key.record_type.as_str(), *name));
        let counts = passing(&field.text, named).filter(|(_, all)| *all > 0);
        field.note = counts.map(|(passed, all)| {
            say!("{n} of {count} pass.", n = grouped(passed), count = counted(all, "record"))
        });
    }
    Ok(())
}
