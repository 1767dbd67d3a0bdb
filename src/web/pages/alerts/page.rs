//! `/c/{company}/alerts`: of what the person who looks is told, and by which way; for administrators also the webhooks of
//! the company file.

use std::collections::BTreeSet;

use askama::Template;

use crate::alerts::{AlertKind, AlertMessage, Channel, MOST_HOURS, NewRecipient, Recipient, RecipientId};
use crate::language::{marked, t};
use crate::people::Role;
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::{Times, counted};

/// Messages that are shown.
const MESSAGES: usize = 20;
/// As many hours something waits before it is told, unless somebody chooses otherwise.
const HOURS: u32 = 4;
/// The hour of the day's summary, unless somebody chooses otherwise.
const DIGEST_AT: u32 = 7;

#[derive(Template)]
#[template(path = "alerts.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct AlertsPage {
    shell: Shell,
    times: Times,
    path: String,
    mine: ChoiceForm,
    /// The person's choice as it is kept.
    kept: Option<RecipientId>,
    /// Why no e-mail can be sent here, if that is so.
    no_mail: Option<String>,
    webhooks: Vec<WebhookCard>,
    new_webhook: ChoiceForm,
    /// A webhook that was added just now, with its secret, which is shown once.
    added: Option<(String, String)>,
    messages: Vec<MessageRow>,
}

/// A form with what is chosen; `alert_choice.html` draws it.
pub struct ChoiceForm {
    /// What tells its fields from those of other forms.
    pub name: String,
    /// Where messages go.
    pub target: String,
    /// What is wrong with that.
    pub target_problem: Option<String>,
    /// What there is to tell, and whether it is chosen.
    pub kinds: Vec<(AlertKind, bool)>,
    /// What is wrong with that choice.
    pub kinds_problem: Option<String>,
    /// How many hours something has waited before it is told.
    pub hours: u32,
    /// The hour of the day's summary.
    pub digest_at: u32,
}

struct WebhookCard {
    id: RecipientId,
    /// Of how many kinds of alerts it is told.
    kinds: String,
    form: ChoiceForm,
}

struct MessageRow {
    at: Moment,
    title: String,
    to: String,
    kind: &'static str,
    word: &'static str,
    told: String,
    next_try: Option<Moment>,
}

impl ChoiceForm {
    /// What is chosen, or what is offered to somebody who has not chosen yet.
    pub fn of(name: String, chosen: Option<&NewRecipient>, target: &str) -> Self {
        let none = BTreeSet::new();
        let kinds = chosen.map_or(&none, |chosen| &chosen.kinds);
        Self {
            name,
            target: chosen.map_or(target, |chosen| chosen.channel.target()).to_owned(),
            target_problem: None,
            kinds: AlertKind::ALL.into_iter().map(|kind| (kind, kinds.contains(&kind))).collect(),
            kinds_problem: None,
            hours: chosen.map_or(HOURS, |chosen| chosen.hours),
            digest_at: chosen.map_or(DIGEST_AT, |chosen| chosen.digest_at),
        }
    }

    /// What a form says.
    pub fn sent(visit: &Visit, name: String) -> Self {
        let form = &visit.form;
        let is_chosen = |kind: AlertKind| form.all("kind").any(|chosen| chosen == kind.name());
        let number = |name, most: u32, otherwise: u32| -> u32 {
            let found = form.number(name, 0..=most as usize, otherwise as usize);
            u32::try_from(found).unwrap_or(otherwise)
        };
        Self {
            name,
            target: form.get("target").to_owned(),
            target_problem: None,
            kinds: AlertKind::ALL.into_iter().map(|kind| (kind, is_chosen(kind))).collect(),
            kinds_problem: None,
            hours: number("hours", MOST_HOURS, HOURS),
            digest_at: number("digest_at", 23, DIGEST_AT),
        }
    }

    /// The kinds that are chosen.
    pub fn chosen(&self) -> BTreeSet<AlertKind> {
        self.kinds.iter().filter(|(_, is_chosen)| *is_chosen).map(|(kind, _)| *kind).collect()
    }

    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        self.target_problem.is_some() || self.kinds_problem.is_some()
    }
}

/// What differs from the page as it is: a form with mistakes, or a webhook with its secret.
#[derive(Default)]
pub struct Changed {
    /// The person's own form.
    pub mine: Option<ChoiceForm>,
    /// The form of a webhook; of none: that of a new one.
    pub webhook: Option<(Option<RecipientId>, ChoiceForm)>,
    /// A webhook that was added just now, with its secret.
    pub added: Option<(String, String)>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    render(visit, file, Changed::default())
}

/// The page with what was entered, or made, just now.
pub fn render(visit: &Visit, file: &CompanyFile, changed: Changed) -> Result<Page, Trouble> {
    let recipients = seen(visit, file)?;
    let own = recipients.iter().find(|it| it.chosen.person == Some(visit.person.id));
    let no_mail = visit.site.alerts.offers(&Channel::Email("nobody@example.com".to_owned())).err();
    let (mut cards, mut new_webhook) = (Vec::new(), ChoiceForm::of("new".to_owned(), None, ""));
    for recipient in recipients.iter().filter(|it| it.chosen.person.is_none()) {
        let form = ChoiceForm::of(format!("webhook-{}", recipient.id.0), Some(&recipient.chosen), "");
        let kinds = counted(recipient.chosen.kinds.len(), "kind");
        cards.push(WebhookCard { id: recipient.id, kinds, form });
    }
    if let Some((id, form)) = changed.webhook {
        match cards.iter_mut().find(|card| Some(card.id) == id) {
            Some(card) => card.form = form,
            None => new_webhook = form,
        }
    }
    let offered = || ChoiceForm::of("mine".to_owned(), own.map(|it| &it.chosen), address_of(visit));
    let page = AlertsPage {
        shell: visit.shell(t("Alerts"), Some(file)),
        times: visit.times(file),
        path: path(file),
        kept: own.map(|it| it.id),
        mine: changed.mine.unwrap_or_else(offered),
        no_mail: no_mail.map(|error| t(&error.why).to_owned()),
        webhooks: cards,
        new_webhook,
        added: changed.added,
        messages: messages(visit, file, &recipients)?,
    };
    visit.show(&page, &page.as_inside())
}

/// The recipients that concern the person who looks: the own choice, and for administrators the webhooks. An address of
/// a webhook is often a secret by itself.
pub fn seen(visit: &Visit, file: &CompanyFile) -> Result<Vec<Recipient>, Trouble> {
    let mut all = visit.site.alert_store.recipients(file.id)?;
    let is_administrator = visit.may(Role::Administrator);
    all.retain(|it| it.chosen.person.map_or(is_administrator, |person| person == visit.person.id));
    Ok(all)
}

/// The address that is offered to somebody whose name is one.
fn address_of(visit: &Visit) -> &str {
    let name = visit.person.name.as_str();
    if crate::alerts::send::is_address(name) { name } else { "" }
}

fn messages(visit: &Visit, file: &CompanyFile, to: &[Recipient]) -> Result<Vec<MessageRow>, Trouble> {
    let all = visit.site.alert_store.messages(file.id, MESSAGES * 5)?.into_iter();
    let row = |message: AlertMessage| {
        let recipient = to.iter().find(|it| it.id == message.recipient)?;
        let state = message.state;
        let (kind, word) = match (state.sent_at, state.next_try) {
            (Some(_), _) => ("good", marked("Sent")),
            (None, Some(_)) if state.failure.is_none() => ("busy", marked("Queued")),
            (None, Some(_)) => ("warn", marked("Tried again")),
            (None, None) => ("bad", marked("Given up")),
        };
        Some(MessageRow {
            at: message.at,
            title: message.body.title,
            to: shortened(&recipient.chosen.channel),
            kind,
            word,
            told: t(&state.failure.unwrap_or_default()).to_owned(),
            next_try: state.next_try,
        })
    };
    Ok(all.filter_map(row).take(MESSAGES).collect())
}

/// Where a message goes; of a webhook the host only.
pub fn shortened(channel: &Channel) -> String {
    match channel {
        Channel::Email(address) => address.clone(),
        Channel::Webhook { url, .. } => {
            let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
            host.unwrap_or_else(|| "webhook".to_owned())
        }
    }
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/alerts", file.id.0)
}
