//! The connections to a PostgreSQL database, as many as are needed at a time.

use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::address::Address;
use super::failure::Failure;
use super::session::Session;

/// At most as many are open: PostgreSQL has some 100 for all its clients.
const MOST: usize = 16;
/// How long to wait until one is free.
const PATIENCE: Duration = Duration::from_secs(20);

/// The connections to a database.
pub(super) struct Pool {
    address: Address,
    sessions: Mutex<Sessions>,
    returned: Condvar,
}

struct Sessions {
    idle: Vec<Session>,
    open: usize,
}

impl Pool {
    /// A pool that has this connection.
    pub(super) fn with(address: Address, session: Session) -> Self {
        let sessions = Mutex::new(Sessions { idle: vec![session], open: 1 });
        Self { address, sessions, returned: Condvar::new() }
    }

    /// Begins a transaction, with those statements. What was idle may have lost its server meanwhile: the next one is
    /// taken then, and in the end a new one.
    pub(super) fn begin(&self, sql: &str) -> Result<Lent<'_>, Failure> {
        loop {
            let (lent, is_new) = self.take()?;
            match lent.session()?.batch(sql) {
                Ok(()) => return Ok(lent),
                Err(Failure::Lost(_)) if !is_new => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// A connection, and whether it is new.
    fn take(&self) -> Result<(Lent<'_>, bool), Failure> {
        let mut sessions = self.sessions.lock();
        loop {
            if let Some(session) = sessions.idle.pop() {
                return Ok((Lent { pool: self, session: Some(session) }, false));
            }
            if sessions.open < MOST {
                break;
            }
            if self.returned.wait_for(&mut sessions, PATIENCE).timed_out() {
                return Err(Failure::Busy(MOST));
            }
        }
        sessions.open += 1;
        drop(sessions);
        // From here on its place is given back, whatever happens.
        let mut lent = Lent { pool: self, session: None };
        lent.session = Some(Session::connect(&self.address)?);
        Ok((lent, true))
    }
}

/// A connection that is in use. It is closed at the end, unless it is given back: PostgreSQL takes back then what was
/// not committed.
pub(super) struct Lent<'p> {
    pool: &'p Pool,
    session: Option<Session>,
}

impl Lent<'_> {
    pub(super) fn session(&self) -> Result<&Session, Failure> {
        self.session.as_ref().ok_or(Failure::Entangled)
    }

    pub(super) fn session_mut(&mut self) -> Result<&mut Session, Failure> {
        self.session.as_mut().ok_or(Failure::Entangled)
    }

    /// Ends the transaction, and gives the connection back for the next one.
    pub(super) fn end(mut self, sql: &str) -> Result<(), Failure> {
        self.session()?.batch(sql)?;
        let mut sessions = self.pool.sessions.lock();
        sessions.idle.extend(self.session.take());
        // Its place stays taken.
        sessions.open += 1;
        Ok(())
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        drop(self.session.take());
        self.pool.sessions.lock().open -= 1;
        self.pool.returned.notify_one();
    }
}
