//! What is told now, and to whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{TimeDelta, Timelike as _};
use chrono_tz::Tz;
use sha2::{Digest as _, Sha256};

use super::{AlertItem, AlertKind, AlertMessage, Found, MessageBody, MessageState, Recipient, RecipientId};
use crate::language::t;
use crate::sync::stored::{CompanyFile, Moment};

/// Things that one message tells at most; of the others it tells the number.
const ITEMS: usize = 20;

/// Something that is the matter, and who was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCause {
    /// Of what kind it is.
    pub kind: AlertKind,
    /// What it is about.
    pub subject: String,
    /// Since when.
    pub since: Moment,
    /// Who was told.
    pub told: BTreeSet<RecipientId>,
}

/// What is open, and what is to be sent about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    /// All that is open now.
    pub open: Vec<OpenCause>,
    /// What is told of it now.
    pub messages: Vec<AlertMessage>,
}

/// What everything about one company file has in common.
#[derive(Clone, Copy, Debug)]
pub(in crate::alerts) struct About<'a> {
    /// The company file.
    pub file: &'a CompanyFile,
    /// Its time zone.
    pub zone: Tz,
    /// Where the pages are, without a slash at the end, if that is known.
    pub address: Option<&'a str>,
    /// The time.
    pub now: Moment,
}

/// What is open now, when this was open before and that was found; and what is told of it to whom. What is no longer
/// found is over: if it comes again, it is told again.
pub(in crate::alerts) fn raise(
    about: About<'_>,
    before: Vec<OpenCause>,
    found: Vec<Found>,
    to: &[Recipient],
) -> Raised {
    let mut known: BTreeMap<_, _> =
        before.into_iter().map(|it| ((it.kind, it.subject.clone()), it)).collect();
    let mut texts = Vec::new();
    let mut raised = Raised::default();
    for Found { kind, subject, text, since, own } in found {
        let new = OpenCause { kind, subject, since, told: BTreeSet::new() };
        raised.open.push(known.remove(&(kind, new.subject.clone())).unwrap_or(new));
        texts.push((text, own));
    }
    for recipient in to {
        for kind in &recipient.chosen.kinds {
            let is_due = |cause: &OpenCause| {
                cause.kind == *kind && !cause.told.contains(&recipient.id) && is_time(about, cause, recipient)
            };
            let is_told_so = |place: &usize| {
                let own = texts.get(*place).and_then(|(_, own)| *own);
                own.is_some_and(|own| recipient.chosen.kinds.contains(&own))
            };
            let is_due = |place: &usize| raised.open.get(*place).is_some_and(is_due) && !is_told_so(place);
            let due: Vec<usize> = (0..raised.open.len()).filter(is_due).collect();
            if due.is_empty() {
                continue;
            }
            let mut items = Vec::with_capacity(due.len());
            for place in due {
                if let (Some(cause), Some((text, _))) = (raised.open.get_mut(place), texts.get(place)) {
                    cause.told.insert(recipient.id);
                    let (subject, since) = (cause.subject.clone(), cause.since);
                    items.push(AlertItem { subject, text: text.clone(), since });
                }
            }
            raised.messages.push(message(about, *kind, items, recipient.id));
        }
    }
    raised
}

/// Whether a recipient wants to hear of it by now.
fn is_time(about: About<'_>, cause: &OpenCause, recipient: &Recipient) -> bool {
    match cause.kind {
        AlertKind::Waiting => about.now - cause.since >= TimeDelta::hours(i64::from(recipient.chosen.hours)),
        AlertKind::Digest => about.now.with_timezone(&about.zone).hour() >= recipient.chosen.digest_at,
        AlertKind::Silent | AlertKind::Refused | AlertKind::Differs => true,
    }
}

fn message(about: About<'_>, kind: AlertKind, mut items: Vec<AlertItem>, to: RecipientId) -> AlertMessage {
    let About { file, address, now, .. } = about;
    let page = match kind {
        AlertKind::Silent | AlertKind::Refused => "integrations",
        AlertKind::Waiting | AlertKind::Differs | AlertKind::Digest => "todo",
    };
    let id = id(about, kind.name(), &items, to);
    let more = items.len().saturating_sub(ITEMS);
    items.truncate(ITEMS);
    let body = MessageBody {
        kind: Some(kind),
        domain: file.made.domain.clone(),
        company: file.made.name.clone(),
        title: t(&kind.words().title).to_owned(),
        items,
        more,
        link: address.map(|address| format!("{address}/c/{}/{page}", file.id.0)),
    };
    let state = MessageState { next_try: Some(now), ..MessageState::default() };
    AlertMessage { id, company: file.id, recipient: to, at: now, body, state }
}

/// The message that only says that messages arrive.
pub(super) fn test(about: About<'_>, to: RecipientId) -> AlertMessage {
    let text = t("This is a test: messages arrive.").to_owned();
    let items = vec![AlertItem { subject: "test".to_owned(), text, since: about.now }];
    let mut message = message(about, AlertKind::Digest, items, to);
    message.id = id(about, "test", &message.body.items, to);
    message.body.kind = None;
    t("A test").clone_into(&mut message.body.title);
    message
}

/// The id of a message: the same for the same recipient and causes at the same time.
fn id(about: About<'_>, kind: &str, items: &[AlertItem], to: RecipientId) -> String {
    let subjects: Vec<_> = items.iter().map(|item| (&item.subject, item.since.timestamp_millis())).collect();
    let said = serde_json::json!([about.file.id.0, to.0, kind, subjects, about.now.timestamp_millis()]);
    let hash: [u8; 32] = Sha256::digest(said.to_string()).into();
    let (half, _) = hash.split_at(16);
    half.try_into().map_or_else(|_| String::new(), |half| format!("{:032x}", u128::from_be_bytes(half)))
}
