//! Whether the service can do its work now, for whoever sends it visitors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::Mutex;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;

/// Whoever asks hears an answer within this time.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the service cannot do its work. Anybody may ask, so that nothing more is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotReady {
    /// It was told to end.
    #[error("the server is about to end")]
    Ending,
    /// What is kept cannot be reached.
    #[error("the database does not answer")]
    NoAnswer,
    /// The tables are not those that this program knows.
    #[error("the tables of the database are of another version")]
    OtherTables,
}

/// Looks whether what is kept can be read; it may block.
pub type Look = Arc<dyn Fn() -> Result<(), NotReady> + Send + Sync>;

/// Whether the service can do its work now.
#[derive(Clone)]
pub(super) struct Readiness {
    look: Look,
    is_ending: Arc<AtomicBool>,
    /// One look at a time: a database that hangs holds one thread, however often anybody asks.
    looking: Arc<Mutex<()>>,
}

impl Readiness {
    pub(super) fn new(look: Look) -> Readiness {
        Readiness { look, is_ending: Arc::default(), looking: Arc::default() }
    }

    /// From now on it is not.
    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub(super) async fn check(&self) -> Result<(), NotReady> {
        if self.is_ending.load(Ordering::Relaxed) {
            return Err(NotReady::Ending);
        }
        match timeout(PATIENCE, self.look()).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => Err(NotReady::NoAnswer),
        }
    }

    async fn look(&self) -> Result<Result<(), NotReady>, JoinError> {
        let held = Arc::clone(&self.looking).lock_owned().await;
        let look = Arc::clone(&self.look);
        let looked = spawn_blocking(move || {
            let found = look();
            drop(held);
            found
        });
        looked.await
    }
}
