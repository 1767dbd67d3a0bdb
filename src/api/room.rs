//! Everything that the API stands on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::connector::service::{Entrance, Guard, Journal, Proxies, SharedCount};
use crate::secrets::{Limits, Rate, SecretError};
use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{Moment, Store};
use crate::web::views::{Background, CompanyDiffering, CompanyImports, Plans};

/// Calls that are worked on at the same time; further ones wait.
const WORKERS: usize = 8;
/// Bodies that are in memory at the same time; further ones wait a little.
const BODIES: usize = 4;

/// How long a call waits for room in memory.
const ROOM_TIME: Duration = Duration::from_secs(10);

/// Everything that the API stands on.
pub struct Api {
    pub(super) store: Arc<dyn Database>,
    pub(super) rules: Rulebooks,
    pub(super) proxies: Proxies,
    pub(super) is_secure: bool,
    pub(super) guard: Guard,
    pub(super) clock: fn() -> Moment,
    pub(super) journal: Journal,
    pub(super) workers: Semaphore,
    pub(super) bodies: Arc<Semaphore>,
    pub(super) room_time: Duration,
    pub(super) plans: Arc<Plans>,
    pub(super) imports: Background<CompanyImports>,
    pub(super) differing: Background<CompanyDiffering>,
}

impl Api {
    /// Over a store, by these rules, reached in that way.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(
        store: Arc<dyn Database>,
        rules: impl Into<Rulebooks>,
        (is_secure, proxies): (bool, Proxies),
        clock: fn() -> Moment,
        journal: Journal,
    ) -> Result<Self, SecretError> {
        let (kept, rules): (Arc<dyn Store>, Rulebooks) = (store.clone(), rules.into());
        Ok(Self {
            plans: Arc::new(Plans::new(kept.clone(), rules.clone())),
            imports: CompanyImports::of_all(kept.clone(), rules.clone()),
            differing: CompanyDiffering::of_all(kept, rules.clone()),
            guard: guard(&store, Self::usual_limits(), clock)?,
            store,
            rules,
            proxies,
            is_secure,
            clock,
            journal,
            workers: Semaphore::new(WORKERS),
            bodies: Arc::new(Semaphore::new(BODIES)),
            room_time: ROOM_TIME,
        })
    }

    /// Where a call waits so long for room in memory.
    #[must_use]
    pub fn waiting(self, room_time: Duration) -> Self {
        Self { room_time, ..self }
    }

    /// With plans that others look at too, so that none is made twice.
    #[must_use]
    pub fn sharing(self, plans: Arc<Plans>) -> Self {
        Self { plans, ..self }
    }

    /// With other limits of calls.
    ///
    /// # Errors
    /// As of [`Api::new`].
    pub fn limited(self, limits: Limits) -> Result<Self, SecretError> {
        Ok(Self { guard: guard(&self.store, limits, self.clock)?, ..self })
    }

    /// Each token 60 calls at once and then ten a second; each address twice as many.
    pub fn usual_limits() -> Limits {
        Limits { user: Rate::new(60, 600), address: Rate::new(120, 1_200) }
    }

    pub(super) fn now(&self) -> Moment {
        (self.clock)()
    }
}

fn guard(store: &Arc<dyn Database>, limits: Limits, clock: fn() -> Moment) -> Result<Guard, SecretError> {
    Guard::shared(limits, Entrance::Api, SharedCount { store: store.clone(), clock })
}
