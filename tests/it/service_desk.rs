//! A desk with a list of requests, and a service in front of it.

use ferrule::secrets::{Limits, Rate, TicketHash, hash_password};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use ferrule::connector::service::{
    Answered, Desk, Event, Hello, Opening, Reception, Service, ServiceConfig, Trouble, Unreached, Versions,
};
use ferrule::connector::{
    Answer, Call, CompanyFile, ConnectionErrorAnswer, LastError, NextRequest, Password, Progress,
};

/// The user, and its password.
pub const USER: &str = "shop";
pub const PASSWORD: &str = "open sesame";

static HASH: LazyLock<String> = LazyLock::new(|| hash_password(&PASSWORD.into()).unwrap());

/// A desk that does what a test wants.
#[derive(Default)]
pub struct Script {
    /// What it says to who comes; otherwise that there is work.
    pub opening: Option<Opening>,
    /// What it sends, in order.
    pub requests: Vec<String>,
    /// Sessions under way, and how many requests were answered.
    pub sessions: HashMap<TicketHash, usize>,
    /// What it was told first.
    pub hellos: Vec<Hello>,
    /// What QuickBooks answered.
    pub answers: Vec<Answered>,
    /// Why QuickBooks could not be reached.
    pub unreached: Vec<Unreached>,
    /// Why sessions were spoiled.
    pub spoiled: Vec<String>,
    /// How many sessions were closed.
    pub closed: usize,
    /// What it fails with.
    pub failure: Option<String>,
    /// How long it takes for an answer of QuickBooks.
    pub takes: Duration,
}

/// A script that several threads follow.
#[derive(Default)]
pub struct FakeDesk(Mutex<Script>);

impl FakeDesk {
    /// The script.
    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn session(&self, ticket: &TicketHash) -> Result<(MutexGuard<'_, Script>, usize), Trouble> {
        let script = self.script();
        if let Some(failure) = &script.failure {
            assert_ne!(failure, "panic", "the desk breaks");
            return Err(Trouble::Failed(failure.clone()));
        }
        let done = script.sessions.get(ticket).copied().ok_or(Trouble::NoSession)?;
        Ok((script, done))
    }
}

impl Desk for FakeDesk {
    fn password_hash(&self, user_name: &str) -> Result<Option<String>, Trouble> {
        match &self.script().failure {
            Some(failure) => Err(Trouble::Failed(failure.clone())),
            None => Ok((user_name == USER).then(|| HASH.clone())),
        }
    }

    fn refused(&self, _: &str, _: std::net::IpAddr, _: bool) {}

    fn is_open(&self, ticket: &TicketHash) -> Result<bool, Trouble> {
        Ok(self.script().sessions.contains_key(ticket))
    }

    fn open(&self, user_name: &str, ticket: &TicketHash) -> Result<Opening, Trouble> {
        assert_eq!(user_name, USER);
        let mut script = self.script();
        let opening = script.opening.clone().unwrap_or(Opening::Work(CompanyFile::Current));
        if let Opening::Work(_) = opening {
            script.sessions.insert(ticket.clone(), 0);
        }
        Ok(opening)
    }

    fn next_request(&self, ticket: &TicketHash, hello: &Hello) -> Result<NextRequest, Trouble> {
        let (mut script, done) = self.session(ticket)?;
        script.hellos.push(hello.clone());
        Ok(script.requests.get(done).cloned().map_or(NextRequest::Failed, NextRequest::Request))
    }

    fn response(&self, ticket: &TicketHash, answered: Answered) -> Result<Progress, Trouble> {
        let (mut script, done) = self.session(ticket)?;
        let takes = script.takes;
        script.answers.push(answered.clone());
        script.sessions.insert(ticket.clone(), done + 1);
        let all = script.requests.len();
        drop(script);
        std::thread::sleep(takes);
        let is_done = done + 1 >= all;
        Ok(if is_done { Progress::DONE } else { Progress::working(done as u64 + 1, all as u64) })
    }

    fn connection_error(
        &self,
        ticket: &TicketHash,
        unreached: &Unreached,
    ) -> Result<ConnectionErrorAnswer, Trouble> {
        let (mut script, _) = self.session(ticket)?;
        script.unreached.push(unreached.clone());
        Ok(ConnectionErrorAnswer::Done)
    }

    fn last_error(&self, ticket: &TicketHash) -> Result<LastError, Trouble> {
        let _ = self.session(ticket)?;
        Ok(LastError::Message("nothing is left to be done".to_owned()))
    }

    fn close(&self, ticket: &TicketHash) -> Result<String, Trouble> {
        let (mut script, done) = self.session(ticket)?;
        script.sessions.remove(ticket);
        script.closed += 1;
        Ok(format!("{done} done"))
    }

    fn spoiled(&self, ticket: &TicketHash, why: &str) -> Result<(), Trouble> {
        let (mut script, _) = self.session(ticket)?;
        script.spoiled.push(why.to_owned());
        script.sessions.remove(ticket);
        Ok(())
    }
}

/// A desk, and the service before it.
pub struct Front {
    pub desk: Arc<FakeDesk>,
    pub service: Service,
    pub events: Arc<Mutex<Vec<Event>>>,
}

/// A service on a port of its own that does not count attempts.
pub fn config() -> ServiceConfig {
    let any = Rate::new(1_000_000, 60_000_000);
    ServiceConfig {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        limits: Limits { user: any, address: any },
        ..ServiceConfig::default()
    }
}

/// Starts a service whose desk sends these requests.
pub fn front(requests: &[&str], mut config: ServiceConfig) -> Front {
    let desk = Arc::new(FakeDesk::default());
    desk.script().requests = requests.iter().map(ToString::to_string).collect();
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let noted = Arc::clone(&events);
    config.journal = Arc::new(move |event| noted.lock().unwrap().push(event.clone()));
    let service = Service::start(&config, desk.clone()).unwrap();
    Front { desk, service, events }
}

impl Front {
    /// Begins a session and gives its ticket.
    pub fn begin(&self) -> String {
        let ticket = "a ticket of the test's own".to_owned();
        self.desk.script().sessions.insert(TicketHash::of(&ticket), 0);
        ticket
    }

    /// What was noted, as it would be logged.
    pub fn log(&self) -> Vec<String> {
        self.events.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

/// Calls without HTTP, from an address.
pub struct Counter {
    pub desk: Arc<FakeDesk>,
    pub reception: Reception,
    pub events: Arc<Mutex<Vec<Event>>>,
}

/// A reception without HTTP.
pub fn counter(limits: Limits, versions: Versions) -> Counter {
    let desk = Arc::new(FakeDesk::default());
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let noted = Arc::clone(&events);
    let journal = Arc::new(move |event: &Event| noted.lock().unwrap().push(event.clone()));
    let reception = Reception::new(desk.clone(), limits, versions, journal).unwrap();
    Counter { desk, reception, events }
}

impl Counter {
    /// Answers a call from this address.
    pub fn answer(&self, call: Call, from: &str) -> Answer {
        let from: IpAddr = from.parse().unwrap();
        self.reception.answer(call, from).unwrap()
    }

    /// What `authenticate` answers: the ticket and the verdict.
    pub fn knock(&self, user_name: &str, password: &str, from: &str) -> ferrule::connector::Authentication {
        let user_name = user_name.to_owned();
        let password = Password::from(password);
        match self.answer(Call::Authenticate { user_name, password }, from) {
            Answer::Authenticate(authentication) => authentication,
            answer => panic!("{answer:?}"),
        }
    }
}
