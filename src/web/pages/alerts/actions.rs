//! Choosing what is told, by e-mail and by webhook; trying whether it arrives.

use crate::alerts::send::new_secret;
use crate::alerts::{AlertKind, Channel, NewRecipient, Recipient, RecipientId};
use crate::language::{say, t, told};
use crate::people::AuditAction;
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::alerts::page::{Changed, ChoiceForm, path, render, seen, shortened};
use crate::web::server::answer::{Done, NotedAct, Then};
use crate::web::server::visit::Visit;

/// Webhooks that a company file may have.
const MOST_WEBHOOKS: usize = 20;
/// The longest address, in characters.
const LONGEST: usize = 2000;

/// Keeps what a person chose.
pub fn choose(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let mut form = ChoiceForm::sent(visit, "mine".to_owned());
    let own = seen(visit, file)?.into_iter().find(|it| it.chosen.person == Some(visit.person.id));
    let kinds = form.chosen();
    if kinds.is_empty() {
        let Some(own) = own else {
            return Ok(Done::nothing(path(file), t("Nothing is chosen, so you are told nothing.")));
        };
        visit.site.alert_store.remove_recipient(file.id, own.id)?;
        return Ok(Done::go(
            AuditAction::ChooseAlerts,
            "none",
            path(file),
            t("You are told nothing from now on."),
        ));
    }
    let channel = Channel::Email(form.target.clone());
    form.target_problem = refused(visit, &form, &channel);
    if form.is_wrong() {
        return Ok(render(visit, file, Changed { mine: Some(form), ..Changed::default() })?.again());
    }
    keep(visit, file, &form, Some(visit.person.id), channel)?;
    Ok(Done::go(AuditAction::ChooseAlerts, named(&form), path(file), t("Saved. From now on you are told.")))
}

/// Adds a webhook, or changes what it is told.
pub fn keep_webhook(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let all: Vec<Recipient> =
        seen(visit, file)?.into_iter().filter(|it| it.chosen.person.is_none()).collect();
    let known = asked(visit).and_then(|id| all.iter().find(|it| it.id == id));
    let name = known.map_or_else(|| "new".to_owned(), |known| format!("webhook-{}", known.id.0));
    let mut form = ChoiceForm::sent(visit, name);
    let secret = match known.map(|known| &known.chosen.channel) {
        Some(Channel::Webhook { url, secret }) => {
            form.target.clone_from(url);
            secret.clone()
        }
        _ => new_secret().map_err(Trouble::failed)?,
    };
    let channel = Channel::Webhook { url: form.target.clone(), secret: secret.clone() };
    form.target_problem = refused(visit, &form, &channel);
    if known.is_none() && all.iter().any(|it| it.chosen.channel.target() == form.target) {
        form.target_problem = Some(t("This address is called already.").to_owned());
    } else if known.is_none() && all.len() >= MOST_WEBHOOKS {
        form.target_problem =
            Some(say!("There are {most_webhooks} webhooks already.", most_webhooks = MOST_WEBHOOKS));
    }
    if form.chosen().is_empty() {
        form.kinds_problem = Some(t("Choose what it is told.").to_owned());
    }
    let known = known.map(|known| known.id);
    if form.is_wrong() {
        let changed = Changed { webhook: Some((known, form)), ..Changed::default() };
        return Ok(render(visit, file, changed)?.again());
    }
    let (details, url) = (format!("{}: {}", shortened(&channel), named(&form)), form.target.clone());
    keep(visit, file, &form, None, channel)?;
    if known.is_some() {
        return Ok(Done::go(AuditAction::ChangeWebhook, details, path(file), t("Saved.")));
    }
    let added = Some((url, secret.expose().to_owned()));
    let page = render(visit, file, Changed { added, ..Changed::default() })?;
    Ok(Done { act: Some(NotedAct::new(AuditAction::ChangeWebhook, details)), then: Then::Show(page) })
}

/// Removes a webhook, with all that waits for it.
pub fn remove_webhook(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let found = recipient(visit, file)?;
    if found.chosen.person.is_some() {
        return Err(Trouble::NotFound);
    }
    visit.site.alert_store.remove_recipient(file.id, found.id)?;
    let details = format!("{}: removed", shortened(&found.chosen.channel));
    Ok(Done::go(AuditAction::ChangeWebhook, details, path(file), t("The webhook is removed.")))
}

/// Sends a test at once, and says what became of it.
pub fn test(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let found = recipient(visit, file)?;
    let to = shortened(&found.chosen.channel);
    let words = match visit.site.alerts.test(file, &found, visit.now) {
        Ok(()) => say!("A test was sent to {to}.", to),
        Err(error) => say!("The test did not reach {to}: {error}.", to, error = told(&error)),
    };
    Ok(Done::nothing(path(file), words))
}

fn asked(visit: &Visit) -> Option<RecipientId> {
    visit.form.get("recipient").parse().ok().map(RecipientId)
}

/// The recipient that a form names, if it concerns the person.
fn recipient(visit: &Visit, file: &CompanyFile) -> Result<Recipient, Trouble> {
    let id = asked(visit);
    seen(visit, file)?.into_iter().find(|it| Some(it.id) == id).ok_or(Trouble::NotFound)
}

/// What is wrong with where messages are to go.
fn refused(visit: &Visit, form: &ChoiceForm, channel: &Channel) -> Option<String> {
    if form.target.chars().count() > LONGEST {
        return Some(t("The address is too long.").to_owned());
    }
    let error = visit.site.alerts.offers(channel).err()?;
    // What this server does not offer today it may offer tomorrow.
    error.is_final.then(|| Trouble::Wrong(error.why).sentence())
}

fn keep(
    visit: &Visit,
    file: &CompanyFile,
    form: &ChoiceForm,
    person: Option<crate::people::PersonId>,
    channel: Channel,
) -> Result<(), Trouble> {
    let (kinds, hours, digest_at) = (form.chosen(), form.hours, form.digest_at);
    let chosen = NewRecipient { person, channel, kinds, hours, digest_at };
    visit.site.alert_store.keep_recipient(file.id, &chosen)?;
    Ok(())
}

fn named(form: &ChoiceForm) -> String {
    form.chosen().into_iter().map(AlertKind::name).collect::<Vec<_>>().join(", ")
}
