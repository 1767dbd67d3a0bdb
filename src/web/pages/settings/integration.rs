//! `/c/{company}/integrations/settings`: the integration's settings, as the rule set declares them.

use std::collections::BTreeMap;

use askama::Template;

use crate::document::{Value, nearest};
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
    let before = settings(visit.program(), file).map_err(Trouble::failed)?;
    let mut given = given(visit, Scope::Integration, &before);
    unknown_accounts(visit, file, &before, &mut given)?;
    if !given.problems.is_empty() {
        let layers = LayerForm::of(visit, file)?;
        return Ok(render(visit, file, &before, layers, entered(visit, &given))?.again());
    }
    let GivenSettings { values, kept, .. } = given;
    let changed = changes(visit.program(), &before, &values);
    let to = integrations::path(file) + "/settings";
    if changed.is_empty() {
        return Ok(Done::nothing(to, "Nothing was different, so nothing was saved."));
    }
    visit.site.store.set_settings(file.id, &kept)?;
    let words = format!("Saved: {} changed.", counted(changed.len(), "setting"));
    Ok(Done::go(AuditAction::ChangeSettings, changed.join("; "), to, words))
}

/// Notes what was entered as an account and is none of those that were read. What was kept before goes on to count.
fn unknown_accounts(
    visit: &Visit,
    file: &CompanyFile,
    before: &[Value],
    given: &mut GivenSettings,
) -> Result<(), Trouble> {
    let known = accounts(visit, file)?;
    if known.is_empty() {
        return Ok(());
    }
    let all = visit.program().settings.iter().zip(before.iter().zip(&given.values));
    for (setting, (before, now)) in all.filter(|(setting, _)| setting.kind == SettingType::Account) {
        let name = shown(setting, now);
        if before == now || name.is_empty() || known.iter().any(|(it, _)| it.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let names = || known.iter().map(|(name, _)| name.as_str());
        let near = nearest(&name, names())
            .or_else(|| names().find(|it| it.to_lowercase().contains(&name.to_lowercase())));
        let told = near.map_or_else(
            || format!("choose one of its {} accounts", known.len()),
            |near| format!("did you mean “{near}”?"),
        );
        let problem = format!("QuickBooks has no active account named “{name}”; {told}");
        given.problems.entry(setting.name.clone()).or_insert(problem);
    }
    Ok(())
}

fn render(
    visit: &Visit,
    file: &CompanyFile,
    values: &[Value],
    layers: LayerForm<'_>,
    texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
) -> Result<Page, Trouble> {
    let back = integrations::path(file);
    let places = (format!("{back}/settings"), back);
    let mut form = SettingForm::of(visit, Scope::Integration, places, values, texts);
    preview(visit, file, &mut form)?;
    let page = SettingsPage {
        shell: visit.shell("Settings", Some(file)),
        form: SettingForm { accounts: accounts(visit, file)?, ..form },
        layers,
    };
    visit.show(&page, &page.as_inside())
}

/// Says beside each filter how many of the records that were read it lets pass, also one that is not kept. The lists
/// have them already.
fn preview(visit: &Visit, file: &CompanyFile, form: &mut SettingForm<'_>) -> Result<(), Trouble> {
    let fields = form.groups.iter_mut().flat_map(|group| &mut group.fields);
    for field in fields.filter(|field| field.setting.kind == SettingType::Filter && !field.text.is_empty()) {
        let types = judged_by(visit.program(), &field.setting.name);
        let view = visit.site.views.get(file, Patience::Short)?;
        // Two objects may be made of the same records.
        let records: BTreeMap<_, _> = view
            .imports
            .iter()
            .filter(|row| types.contains(&row.key.record_type.as_str()))
            .map(|row| (&row.key, row.name.as_str()))
            .collect();
        let named = records.iter().map(|(key, name)| (key.record_type.as_str(), *name));
        let counts = passing(&field.text, named).filter(|(_, all)| *all > 0);
        field.note =
            counts.map(|(passed, all)| format!("{} of {} pass.", grouped(passed), counted(all, "record")));
    }
    Ok(())
}
