//! Everything the pages stand on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::activity::ActivityStore;
use crate::alerts::send::Carriers;
use crate::alerts::{AlertStore, Alerts};
use crate::connector::ServiceUrl;
use crate::connector::service::{Entrance, Guard, Journal, Proxies, Security, ServiceConfig, SharedCount};
use crate::people::{ApiTokenStore, PeopleStore};
use crate::secrets::{Limits, Rate, SecretError};
use crate::store::Database;
use crate::sync::session::{Rulebooks, Sessions};
use crate::sync::stored::{Moment, ServerStore, Store};
use crate::web::draw::finding::Finding;
use crate::web::ground::cases::Cases;
use crate::web::ground::gate::Gate;
use crate::web::server::news::News;
use crate::web::views::{Patience, Plans, Views};

/// How the pages are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Over HTTPS, by us or by a proxy in front.
    pub is_secure: bool,
    /// The proxies in front, which say whom they speak for.
    pub proxies: Proxies,
    /// The address of the service for the Web Connector; nothing if only its port is known.
    pub service_url: Option<ServiceUrl>,
}

impl Origin {
    /// That of pages beside a service that runs so.
    pub fn of(config: &ServiceConfig) -> Self {
        Self {
            is_secure: !matches!(config.security, Security::Loopback),
            proxies: config.believed(),
            service_url: config.url.clone(),
        }
    }
}

/// Everything the pages stand on.
pub struct Site {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Where people are kept.
    pub people: Arc<dyn PeopleStore>,
    /// Where the tokens of programs are kept.
    pub tokens: Arc<dyn ApiTokenStore>,
    /// Which servers run.
    pub servers: Arc<dyn ServerStore>,
    /// What happened.
    pub activity: Arc<dyn ActivityStore>,
    /// Who is told of what.
    pub alert_store: Arc<dyn AlertStore>,
    /// What tells them.
    pub alerts: Arc<Alerts>,
    /// The rules of each company file.
    pub rules: Rulebooks,
    /// For plans.
    pub sessions: Sessions,
    /// Lists, ready to be shown.
    pub views: Views,
    /// How long a page waits for the first lists of a company file, which take seconds if that is large; nothing, if
    /// it waits however long they take.
    pub first_view: Option<Duration>,
    /// Plans, ready to be shown.
    pub plans: Arc<Plans>,
    /// Rules that are tried.
    pub trials: Gate,
    /// What the checker says of the rules, by their fingerprint, once somebody asked.
    pub(in crate::web) findings: Mutex<BTreeMap<String, Arc<[Finding]>>>,
    /// The cases that lie beside the rules.
    pub cases: Cases,
    /// Who waits for news.
    pub news: News,
    /// How the pages are reached.
    pub origin: Origin,
    pub(in crate::web) guard: Guard,
    pub(in crate::web) journal: Journal,
    pub(in crate::web) clock: fn() -> Moment,
    pub(in crate::web) workers: tokio::sync::Semaphore,
    pub(in crate::web) uploads: tokio::sync::Semaphore,
}

/// Pages that are worked on at the same time; further ones wait. The service has more threads than
/// that, so that the Web Connector always finds one.
const WORKERS: usize = 24;
/// Rules that are tried at the same time; further ones wait a little, then are told to come back.
const TRIALS: usize = 2;
/// Somebody who opens a page of a server that was just started sees something within 300 ms.
pub const FIRST_VIEW: Duration = Duration::from_millis(250);
/// Company files whose lists and plans are made at the start.
const WARMED: usize = 8;

/// Files that people send at the same time, each of which is in memory as a whole; further ones wait.
const UPLOADS: usize = 2;

impl Site {
    /// Pages over a store.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(
        store: Arc<dyn Database>,
        rules: impl Into<Rulebooks>,
        origin: Origin,
        clock: fn() -> Moment,
        journal: Journal,
    ) -> Result<Self, SecretError> {
        let count = SharedCount { store: store.clone(), clock };
        let (kept, rules): (Arc<dyn Store>, Rulebooks) = (store.clone(), rules.into());
        // After five attempts a name waits: one more each 30 seconds.
        let limits = Limits { user: Rate::new(5, 2), address: Rate::new(40, 20) };
        Ok(Self {
            sessions: Sessions::new(kept.clone(), rules.clone(), crate::sync::session::Limits::default()),
            views: Views::new(kept.clone(), rules.clone()),
            first_view: None,
            plans: Arc::new(Plans::new(kept.clone(), rules.clone())),
            trials: Gate::new(TRIALS),
            findings: Mutex::default(),
            cases: Cases::default(),
            store: kept,
            people: store.clone(),
            tokens: store.clone(),
            servers: store.clone(),
            activity: store.clone(),
            alerts: Arc::new(Alerts::new(
                (store.clone(), store.clone(), store.clone()),
                rules.clone(),
                Arc::new(Carriers::default()),
                None,
            )),
            alert_store: store,
            rules,
            news: News::default(),
            origin,
            guard: Guard::shared(limits, Entrance::Pages, count)?,
            journal,
            clock,
            workers: tokio::sync::Semaphore::new(WORKERS),
            uploads: tokio::sync::Semaphore::new(UPLOADS),
        })
    }

    /// Makes the lists and plans of the company files that were visited last, before anybody looks: with 20,000 documents the first
    /// view of all takes a while. What cannot be made is told by its page.
    pub fn warm(self: &Arc<Self>) {
        let site = Arc::clone(self);
        std::thread::spawn(move || {
            let mut files = site.store.company_files().unwrap_or_default();
            files.sort_by_key(|file| std::cmp::Reverse(file.last_contact));
            for file in files.iter().take(WARMED) {
                drop(site.views.get(file, Patience::Short, None));
                drop(site.plans.get(file, Patience::Short));
            }
        });
    }

    /// The time.
    pub fn now(&self) -> Moment {
        (self.clock)()
    }
}
