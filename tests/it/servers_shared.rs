//! Two servers over one database: what one of them knows, the other one knows too. On PostgreSQL, and on one file.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use ferrule::alerts::send::{Carrier, CarryError, send_due};
use ferrule::alerts::{AlertItem, AlertKind, AlertMessage, AlertStore as _, Channel, MessageBody};
use ferrule::alerts::{MessageState, NewRecipient, Raised};
use ferrule::connector::Password;
use ferrule::connector::service::{Check, Entrance, Guard, SharedCount};
use ferrule::people::{PeopleStore as _, Role};
use ferrule::secrets::{Limits, Rate, hash_made_password, hash_password, new_password};
use ferrule::store::{AnyStore, Place, SqliteStore, Upkeep as _};
use ferrule::sync::stored::{CompanyId, Moment, Store as _, StoreError};
use parking_lot::Mutex;

use crate::postgres::{Server, database};
use crate::servers_support::Process;
use crate::service_wire::Wire;
use crate::store_support::{at, company_file};
use crate::web_doors::read_until;
use crate::web_support::{Browser, PASSWORD, open_over};

type Stores = [Arc<AnyStore>; 2];

/// Does it with two connections to one database, of each kind that there is.
fn with_two(work: impl Fn(&Stores)) {
    let folder = tempfile::tempdir().unwrap();
    let file = Place::File(folder.path().join("ferrule.db"));
    let places = [Some(file), database().map(|address| address.parse().unwrap())];
    for place in places.into_iter().flatten() {
        work(&[(); 2].map(|()| Arc::new(AnyStore::open(&place).unwrap())));
    }
}

fn tries(browser: &mut Browser, password: &str) -> (u16, bool) {
    browser.get("/sign-in");
    let said = browser.post("/sign-in", &[("name", "viewer of acme"), ("password", password)]);
    (said.status, said.body.contains("Too many attempts"))
}

#[test]
fn whoever_guesses_has_no_more_attempts_than_with_one_server() {
    with_two(|stores| {
        let both = [0, 1].map(|number: usize| open_over(stores[number].clone()));
        both[0].company("acme", "Acme");
        let mut administrator = both[1].signed_in(Role::Administrator);
        both[0].signed_in(Role::Viewer);
        let mut guessing = [0, 1].map(|number: usize| both[number].browser());
        for attempt in 0..5 {
            assert_eq!(tries(&mut guessing[attempt % 2], "wrong"), (422, false), "{attempt}");
        }
        assert_eq!([0, 1].map(|number: usize| tries(&mut guessing[number], PASSWORD)), [(422, true); 2]);
        // A server that was started anew has forgotten none of them.
        let third = open_over(stores[0].clone());
        assert_eq!(tries(&mut third.browser(), PASSWORD), (422, true));
        // All of them show it, and whoever is let in again at one of them comes in at the others.
        let page = administrator.get("/c/1/people").body;
        assert!(page.contains("Locked out"), "{page}");
        let viewer = stores[0].members("acme", Utc::now()).unwrap();
        let viewer = viewer.iter().find(|it| it.person.name == "viewer of acme").unwrap().person.id.0;
        assert_eq!(administrator.post(&format!("/c/1/people/{viewer}/unlock"), &[]).status, 303);
        assert!(!administrator.get("/c/1/people").body.contains("Locked out"));
        assert_eq!(tries(&mut guessing[0], PASSWORD), (303, false));
    });
}

fn guard(store: &Arc<AnyStore>, clock: fn() -> Moment) -> Guard {
    let limits = Limits { user: Rate::new(3, 1), address: Rate::new(8, 1) };
    let count = SharedCount { store: store.clone(), clock };
    Guard::shared(limits, Entrance::Connector, count).unwrap()
}

fn knock(guard: &Guard, user: &str, password: &Password, hash: Option<&str>, from: &str) -> Check {
    let stored = || Ok::<_, StoreError>(hash.map(str::to_owned));
    guard.check(user, password, from.parse().unwrap(), stored).unwrap()
}

#[test]
fn a_guesser_does_not_lock_out_the_one_who_knows_at_any_server() {
    with_two(|stores| {
        let guards = [0, 1].map(|number: usize| guard(&stores[number], || at(0)));
        let password = new_password().unwrap();
        let hash = hash_made_password(&password).unwrap();
        let guess = Password::from("guess");
        assert_eq!(knock(&guards[0], "shop", &password, Some(&hash), "192.0.2.1"), Check::Right);
        let guesses = [0, 1, 0, 1, 0]
            .map(|number: usize| knock(&guards[number], "shop", &guess, Some(&hash), "198.51.100.7"));
        // The right password counted too, before it was known from where it comes.
        assert_eq!(guesses, [Check::Wrong, Check::Wrong, Check::Limited, Check::Limited, Check::Limited]);
        for guard in &guards {
            assert_eq!(knock(guard, "shop", &password, Some(&hash), "198.51.100.7"), Check::Limited);
            assert_eq!(knock(guard, "shop", &password, Some(&hash), "192.0.2.1"), Check::Right);
        }
        // One address that tries many names: all that it tried counts, at whichever server.
        let names = (0..10).map(|name: usize| {
            let guard = &guards[name % 2];
            knock(guard, &format!("user {name}"), &guess, None, "203.0.113.1")
        });
        assert_eq!(names.filter(|it| *it == Check::Wrong).count(), 8);
        // After a minute there is one more.
        let later = guard(&stores[0], || at(60));
        assert_eq!(knock(&later, "nobody", &guess, None, "203.0.113.1"), Check::Wrong);
        assert_eq!(knock(&later, "nobody", &guess, None, "203.0.113.1"), Check::Limited);
        // People have counters of their own.
        let count = SharedCount { store: stores[1].clone(), clock: || at(0) };
        let people = Guard::shared(Limits::default(), Entrance::Pages, count).unwrap();
        let slow = hash_password(&guess).unwrap();
        assert_eq!(knock(&people, "shop", &guess, Some(&slow), "203.0.113.1"), Check::Right);
    });
}

/// Many at the same moment: no more of them than one after the other.
#[test]
fn attempts_at_the_same_moment_are_all_counted() {
    with_two(|stores| {
        let guards = [0, 1, 0, 1].map(|number: usize| guard(&stores[number], || at(0)));
        let wrong: usize = std::thread::scope(|scope| {
            let guesses = guards.each_ref().map(|guard| {
                scope.spawn(move || {
                    let guess =
                        |_: &usize| knock(guard, "shop", &"guess".into(), None, "192.0.2.1") == Check::Wrong;
                    (0..10_usize).filter(guess).count()
                })
            });
            guesses.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(wrong, 3);
    });
}

/// What is done through one server reaches a page that is open at the other one.
#[test]
fn news_come_from_the_other_server() {
    with_two(|stores| {
        let both = [0, 1].map(|number: usize| open_over(stores[number].clone()));
        both[0].company("acme", "Acme");
        let mut administrator = both[0].signed_in(Role::Administrator);
        let viewer = both[1].signed_in(Role::Viewer);
        let cookie: Vec<String> =
            viewer.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!("GET /live/1 HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", cookie.join("; "));
        let mut stream = std::net::TcpStream::connect(both[1].service.address()).unwrap();
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut seen = String::new();
        read_until(&mut stream, &mut seen, "text/event-stream");
        administrator.get("/c/1/integrations");
        let began = Instant::now();
        assert_eq!(administrator.post("/c/1/integrations/pause", &[]).status, 303);
        read_until(&mut stream, &mut seen, "event: changed");
        let taken = began.elapsed();
        assert!(taken < Duration::from_secs(6), "{taken:?}");
        // So does the end of a sign-in: the page is told, and not only that something has changed.
        let person = stores[0].members("acme", Utc::now()).unwrap();
        let person = person.iter().find(|it| it.person.name == "viewer of acme").unwrap().person.id.0;
        assert_eq!(administrator.post(&format!("/c/1/people/{person}/withdraw"), &[]).status, 303);
        assert_eq!(administrator.post("/c/1/integrations/resume", &[]).status, 303);
        read_until(&mut stream, &mut seen, "event: ended");
    });
}

/// Counts what it carries, and takes its time.
#[derive(Default)]
struct Post(Mutex<Vec<String>>);

impl Carrier for Post {
    fn offers(&self, _: &Channel) -> Result<(), CarryError> {
        Ok(())
    }

    fn carry(&self, message: &AlertMessage, _: &Channel, _: Moment) -> Result<(), CarryError> {
        self.0.lock().push(message.id.clone());
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    }
}

fn message(company: CompanyId, recipient: ferrule::alerts::RecipientId, number: usize) -> AlertMessage {
    let body = MessageBody {
        kind: Some(AlertKind::Silent),
        domain: "acme".to_owned(),
        company: "Acme".to_owned(),
        title: "The Web Connector is silent".to_owned(),
        items: Vec::<AlertItem>::new(),
        more: 0,
        link: None,
    };
    let state = MessageState { next_try: Some(at(0)), ..MessageState::default() };
    AlertMessage { id: format!("message {number:02}"), company, recipient, at: at(0), body, state }
}

#[test]
fn each_alert_leaves_once_however_many_servers_look() {
    with_two(|stores| {
        let company = company_file(stores[0].as_ref(), "shop");
        let channel = Channel::Webhook { url: "https://a.example".to_owned(), secret: "whsec_AAAA".into() };
        let kinds = [AlertKind::Silent].into();
        let chosen = NewRecipient { person: None, channel, kinds, hours: 0, digest_at: 7 };
        let recipient = stores[0].keep_recipient(company, &chosen).unwrap();
        let messages: Vec<_> = (0..20).map(|number| message(company, recipient, number)).collect();
        let ids: Vec<String> = messages.iter().map(|it| it.id.clone()).collect();
        stores[0].keep_raised(company, &Raised { messages, ..Raised::default() }, at(-1)).unwrap();
        let post = Post::default();
        std::thread::scope(|scope| {
            for store in stores {
                scope.spawn(|| send_due(store.as_ref(), &post, at(1)).unwrap());
            }
        });
        let mut sent = post.0.into_inner();
        sent.sort();
        assert_eq!(sent, ids);
        assert!(stores[1].messages(company, 99).unwrap().iter().all(|it| it.state.sent_at.is_some()));
    });
}

/// A password that was kept by the slow hash is kept by the fast one after the next sign-in; one that was replaced meanwhile
/// stays replaced.
#[test]
fn a_hash_is_renewed_unless_the_password_was_replaced() {
    with_two(|stores| {
        let company = company_file(stores[0].as_ref(), "shop");
        let kept = || stores[1].company_file(company).unwrap().made.password_hash;
        stores[0].set_password_hash(company, "slow").unwrap();
        stores[1].renew_password_hash(company, "slow", "fast").unwrap();
        assert_eq!(kept(), "fast");
        stores[0].set_password_hash(company, "of another one").unwrap();
        stores[1].renew_password_hash(company, "fast", "faster").unwrap();
        assert_eq!(kept(), "of another one");
    });
}

fn ready(process: &Process) -> (u16, String) {
    let address = process.address.parse().unwrap();
    let reply =
        Wire::to(address).send("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").reply();
    reply.map(|reply| (reply.status, reply.body)).unwrap()
}

#[test]
fn a_server_is_ready_again_when_its_database_is() {
    let Some(mut postgres) = Server::start() else { return };
    let process = Process::start(&postgres.database(), &["--notice", "1"]);
    assert_eq!(ready(&process), (200, "ready\n".to_owned()));
    let no = (503, "not ready: the database does not answer\n".to_owned());
    postgres.cut_off(|| assert_eq!(ready(&process), no));
    assert_eq!(ready(&process).0, 200);
    let taken = process.stop();
    assert!(taken < Duration::from_secs(10), "{taken:?}");
}

/// A newer server may have added to the tables; one whose tables are missing is not used.
#[test]
fn a_server_goes_on_beside_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let store = SqliteStore::open(&path).unwrap();
    assert!(store.has_tables().unwrap());
    let hand = rusqlite::Connection::open(&path).unwrap();
    hand.execute_batch(
        "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')",
    )
    .unwrap();
    assert!(store.has_tables().unwrap());
    hand.execute_batch("DELETE FROM refinery_schema_history WHERE version > 30").unwrap();
    assert!(!store.has_tables().unwrap());
}
