//! What is told, to whom and when: each cause once to each, until it is over.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use ferrule::alerts::send::{Carrier, CarryError, send_due, wait_after};
use ferrule::alerts::{AlertKind, AlertMessage, AlertStore, Alerts, Channel, NewRecipient, RecipientId};
use ferrule::people::{Care, CareKey, NewPerson, PeopleStore as _, Role, Token};
use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::stored::{CompanyId, DocumentKey, JobState, Moment, Store};
use ferrule::sync::{Noticed, heaps};
use parking_lot::Mutex;
use serde_json::json;

use crate::loop_support::{Break, DOCUMENTS, Shop, empty_store};
use crate::store_support::company_file;
use crate::web_support::entry;

/// Keeps what it carries; fails as it is told to.
#[derive(Default)]
pub struct Post {
    pub carried: Mutex<Vec<(String, AlertMessage)>>,
    fails: Mutex<Option<CarryError>>,
}

impl Carrier for Post {
    fn offers(&self, _: &Channel) -> Result<(), CarryError> {
        Ok(())
    }

    fn carry(&self, message: &AlertMessage, to: &Channel, _: Moment) -> Result<(), CarryError> {
        if let Some(error) = self.fails.lock().clone() {
            return Err(error);
        }
        self.carried.lock().push((to.target().to_owned(), message.clone()));
        Ok(())
    }
}

impl Post {
    /// What was carried since, each as `to: title (subjects)`.
    fn taken(&self) -> Vec<String> {
        let told = |(to, message): &(String, AlertMessage)| {
            let subjects: Vec<&str> = message.body.items.iter().map(|item| item.subject.as_str()).collect();
            format!("{to}: {} ({})", message.body.kind.map_or("test", AlertKind::name), subjects.join(", "))
        };
        std::mem::take(&mut *self.carried.lock()).iter().map(told).collect()
    }
}

/// A shop, and what tells of it.
struct Told {
    shop: Shop,
    post: Arc<Post>,
    alerts: Alerts,
}

impl Told {
    fn new() -> Self {
        // A Monday, 13:20 in New York.
        let clock = ManualClock::at("2026-07-06T17:20:00Z".parse::<Moment>().unwrap().timestamp());
        let store = empty_store();
        let shop = Shop::over(store.clone(), "acme", clock);
        let post = Arc::new(Post::default());
        let stores = (store.clone() as Arc<_>, store.clone() as Arc<_>, store as Arc<_>);
        let zone = [("time_zone".to_owned(), "America/New_York".into())];
        shop.store.set_settings(shop.company, &zone.into()).unwrap();
        let address = Some("https://ferrule.example".to_owned());
        let alerts = Alerts::new(stores, shop.rules.clone().into(), post.clone(), address);
        Self { shop, post, alerts }
    }

    /// The shop's own connection to its store.
    fn store(&self) -> Arc<AnyStore> {
        self.shop.store.clone()
    }

    fn tick(&self) -> Vec<String> {
        assert_eq!(self.alerts.tick(self.shop.now()).unwrap(), Vec::<String>::new());
        self.post.taken()
    }

    fn after(&self, minutes: i64) -> Vec<String> {
        self.shop.wait(TimeDelta::minutes(minutes));
        self.tick()
    }

    fn wants(&self, to: &str, kinds: &[AlertKind], hours: u32) -> RecipientId {
        self.store().keep_recipient(self.shop.company, &webhook(to, kinds, hours)).unwrap()
    }
}

pub fn webhook(to: &str, kinds: &[AlertKind], hours: u32) -> NewRecipient {
    let channel = Channel::Webhook { url: to.to_owned(), secret: "whsec_AAAA".into() };
    NewRecipient { person: None, channel, kinds: kinds.iter().copied().collect(), hours, digest_at: 7 }
}

#[test]
fn silence_is_told_once_until_it_is_over() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Silent], 0);
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), [""; 0], "it was here just now");
    assert_eq!(told.after(19), [""; 0], "one visit may be late");
    assert_eq!(told.after(2), ["a: silent (visit)"]);
    assert_eq!((told.after(1), told.after(600)), (vec![], vec![]), "that is known");
    told.wants("b", &[AlertKind::Silent], 0);
    assert_eq!(told.tick(), ["b: silent (visit)"], "whoever comes later is told too, and nobody else");
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), [""; 0]);
    assert_eq!(told.after(21), ["a: silent (visit)", "b: silent (visit)"], "it happens again");
}

#[test]
fn a_refused_sign_in_is_told_until_the_web_connector_is_let_in() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Refused], 0);
    let note = |told: &Told| {
        told.shop.store.note_refused(told.shop.company, "192.0.2.7", false, told.shop.now()).unwrap();
    };
    note(&told);
    assert_eq!(told.tick(), ["a: refused (192.0.2.7)"]);
    note(&told);
    assert_eq!(told.after(5), [""; 0], "the same again");
    told.shop.wait(TimeDelta::minutes(5));
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), [""; 0]);
    told.shop.wait(TimeDelta::minutes(5));
    note(&told);
    assert_eq!(told.tick(), ["a: refused (192.0.2.7)"]);
}

fn invoice(id: u64) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: id.to_string() }
}

#[test]
fn what_waits_is_told_after_so_many_hours_to_each_by_the_own_choice() {
    let mut told = Told::new();
    told.wants("soon", &[AlertKind::Waiting], 0);
    told.wants("late", &[AlertKind::Waiting], 4);
    told.shop.load(&DOCUMENTS);
    // Two with a quantity of 0.
    told.shop.play(&[invoice(1_031_051), invoice(1_031_042)]);
    told.shop.visit(Break::Never);
    assert_eq!(told.shop.job(&invoice(1_031_051)).state, JobState::Rejected);
    let of = |to: &str| vec![format!("{to}: waiting (rejected invoice 1031051)")];
    assert_eq!(told.tick(), of("soon"));
    // That nobody calls waits too.
    assert_eq!(told.after(239), ["soon: waiting (silent visit)"]);
    assert_eq!(told.after(2), ["late: waiting (rejected invoice 1031051, silent visit)"]);
    assert_eq!(told.after(600), [""; 0]);
    let text = told.store().messages(told.shop.company, 9).unwrap().remove(0).body.text();
    assert!(text.contains("Invoice 1051. Rejected by the rules: "), "{text}");
    assert!(text.contains("https://ferrule.example/c/1/todo"), "{text}");
}

#[test]
fn what_somebody_has_put_off_is_not_told() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Waiting], 0);
    told.shop.load(&DOCUMENTS);
    told.shop.play(&[invoice(1_031_051)]);
    told.shop.visit(Break::Never);
    let noticed = Noticed::default();
    let file = told.store().company_file(told.shop.company).unwrap();
    let rules = told.shop.rules.clone();
    let heaps = heaps(&*told.store(), &rules.program, &file, &noticed).unwrap();
    let care = |seen: &str| Care {
        about: CareKey { cause: "rejected".into(), object: "invoice".into(), id: "1031051".into() },
        seen: seen.to_owned(),
        person: String::new(),
        note: String::new(),
        until: Some(told.shop.now() + TimeDelta::hours(2)),
        by: String::new(),
        at: told.shop.now(),
    };
    told.store().take_care(told.shop.company, &[care("as it stood before")]).unwrap();
    assert_eq!(told.tick(), ["a: waiting (rejected invoice 1031051)"], "it stands otherwise by now");
    let care = care(&heaps[0].items[0].seen);
    told.store().take_care(told.shop.company, &[care]).unwrap();
    assert_eq!(told.tick(), [""; 0]);
    assert_eq!(told.after(121), ["a: waiting (rejected invoice 1031051, silent visit)"]);
}

#[test]
fn who_chose_the_alert_of_a_cause_is_not_told_of_it_twice() {
    let mut told = Told::new();
    told.wants("both", &[AlertKind::Silent, AlertKind::Waiting], 0);
    told.wants("waiting", &[AlertKind::Waiting], 0);
    told.shop.visit(Break::Never);
    let mut told_now = told.after(60);
    told_now.sort_unstable();
    assert_eq!(told_now, ["both: silent (visit)", "waiting: waiting (silent visit)"]);
    assert_eq!(told.after(60), [""; 0]);
}

#[test]
fn amounts_that_differ_are_told_as_soon_as_a_read_sees_them() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Differs], 0);
    told.shop.load(&DOCUMENTS);
    told.shop.play(&[invoice(1_031_042)]);
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), [""; 0]);
    let txn = told.shop.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    told.shop.file.edit(&txn, "Subtotal", "448.50");
    assert_eq!(told.after(60), [""; 0], "nobody has read it");
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), ["a: differs (invoice 1031042)"]);
    let message = told.store().messages(told.shop.company, 9).unwrap().remove(0);
    assert!(message.body.text().contains("QuickBooks holds 448.50"), "{message:?}");
    assert_eq!(message.body.subject(), "acme: Amounts differ");
}

#[test]
fn the_summary_comes_once_a_day_from_its_hour_on() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Digest], 0);
    told.shop.load(&DOCUMENTS);
    told.shop.play(&[invoice(1_031_051), invoice(1_031_042)]);
    told.shop.visit(Break::Never);
    assert_eq!(told.tick(), ["a: digest (2026-07-06)"], "it is past seven in New York");
    assert_eq!(told.after(60), [""; 0]);
    // 6:20 in New York, then 7:20.
    assert_eq!((told.after(960), told.after(60)), (vec![], vec!["a: digest (2026-07-07)".to_owned()]));
    let messages = told.store().messages(told.shop.company, 9).unwrap();
    let text = messages.iter().map(|it| it.body.text()).collect::<String>();
    for part in [
        "The Web Connector last called at 2026-07-06 13:21 EDT.",
        "1 thing waits for somebody",
        "Rejected by the rules (1)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_message_outlives_a_restart_and_is_tried_again_by_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Silent], 0);
    told.shop.visit(Break::Never);
    told.shop.wait(TimeDelta::hours(1));
    *told.post.fails.lock() = Some(CarryError::later("nobody answers"));
    let wrong = told.alerts.tick(told.shop.now()).unwrap();
    assert_eq!(wrong, ["an alert did not reach a: nobody answers"]);
    told.store().back_up(&path).unwrap();

    let store = SqliteStore::open(&path).unwrap();
    let (mut now, mut waits) = (told.shop.now(), Vec::new());
    let id = store.messages(told.shop.company, 9).unwrap().remove(0).id;
    loop {
        let message = store.messages(told.shop.company, 9).unwrap().remove(0);
        assert_eq!(message.id, id);
        let Some(next) = message.state.next_try else { break };
        waits.push((next - now).num_minutes());
        assert!(send_due(&store, &*told.post, next - TimeDelta::seconds(1)).unwrap().is_empty(), "not yet");
        now = next;
        assert_eq!(send_due(&store, &*told.post, now).unwrap().len(), 1);
    }
    assert_eq!(waits, [1, 5, 15, 60, 180, 360, 720, 720, 720]);
    assert_eq!((wait_after(0), wait_after(10)), (None, None));
    let message = store.messages(told.shop.company, 9).unwrap().remove(0);
    assert_eq!((message.state.attempts, message.state.sent_at), (10, None));
    assert_eq!(store.examine().unwrap(), Vec::<String>::new());
}

#[test]
fn what_never_arrives_is_given_up_at_once_and_what_arrives_leaves_the_queue() {
    let (told, never) = (Told::new(), CarryError::never("no such mailbox"));
    told.wants("a", &[AlertKind::Digest], 0);
    *told.post.fails.lock() = Some(never);
    assert_eq!(told.alerts.tick(told.shop.now()).unwrap().len(), 1);
    let state = told.store().messages(told.shop.company, 9).unwrap().remove(0).state;
    assert_eq!((state.next_try, state.failure.as_deref()), (None, Some("no such mailbox")));
    *told.post.fails.lock() = None;
    assert_eq!(told.after(24 * 60).len(), 1);
    let state = told.store().messages(told.shop.company, 9).unwrap().remove(0).state;
    assert_eq!((state.sent_at, state.attempts, state.failure), (Some(told.shop.now()), 1, None));
    assert_eq!(told.after(1), [""; 0]);
}

#[test]
fn choices_are_kept_each_in_the_place_of_the_last_and_end_with_the_person() {
    let store = SqliteStore::in_memory().unwrap();
    let (shop, other) = (company_file(&store, "shop"), company_file(&store, "other"));
    let new = NewPerson { domain: "acme".into(), name: "Kim".into(), role: Role::Administrator };
    let (link, now) = (Token::new().unwrap(), chrono::Utc::now());
    let person = store.add_person(&new, &link.hash(), now + TimeDelta::hours(1), &entry()).unwrap();
    let chosen = |address: &str, hours| NewRecipient {
        person: Some(person),
        channel: Channel::Email(address.to_owned()),
        kinds: BTreeSet::from([AlertKind::Silent, AlertKind::Digest]),
        hours,
        digest_at: 6,
    };
    let first = store.keep_recipient(shop, &chosen("kim@shop.example", 1)).unwrap();
    let second = store.keep_recipient(shop, &chosen("kim@home.example", 2)).unwrap();
    assert_eq!(first, second);
    let hook = store.keep_recipient(shop, &webhook("https://a.example/", &[AlertKind::Differs], 3)).unwrap();
    assert_eq!(store.keep_recipient(shop, &webhook("https://a.example/", &[], 4)).unwrap(), hook);
    let kept: Vec<NewRecipient> = store.recipients(shop).unwrap().into_iter().map(|it| it.chosen).collect();
    assert_eq!(kept, [chosen("kim@home.example", 2), webhook("https://a.example/", &[], 4)]);
    assert!(!format!("{kept:?}").contains("whsec"), "no secret is printed");
    assert!(store.recipients(other).unwrap().is_empty() && !store.remove_recipient(other, hook).unwrap());
    store.remove_person(person, &entry()).unwrap();
    assert_eq!(store.recipients(shop).unwrap().len(), 1);
    assert!(store.remove_recipient(shop, hook).unwrap());
    assert!(store.keep_recipient(CompanyId(9), &webhook("x", &[], 0)).is_err());
}

#[test]
fn an_event_is_a_cloud_event() {
    let mut told = Told::new();
    told.wants("a", &[AlertKind::Silent], 0);
    told.shop.visit(Break::Never);
    told.after(60);
    let message = told.store().messages(told.shop.company, 9).unwrap().remove(0);
    let last = message.body.items[0].since;
    let event = message.event();
    let expected = json!({
        "specversion": "1.0",
        "id": message.id,
        "source": "/ferrule/company-files/1",
        "type": "ferrule.alert.silent",
        "time": told.shop.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "datacontenttype": "application/json",
        "data": {
            "domain": "acme",
            "company": "acme",
            "title": "The Web Connector does not call",
            "items": [{
                "subject": "visit",
                "text": "The Web Connector does not call. It last called at 2026-07-06 13:21 EDT.",
                "since": last.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            }],
            "more": 0,
            "link": "https://ferrule.example/c/1/integrations",
        },
    });
    assert_eq!(event, expected);
}
