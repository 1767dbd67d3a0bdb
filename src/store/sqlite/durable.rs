//! Bringing commits to the disk, those of several callers at a time.
//!
//! `SQLite` can do it by itself with each commit (`synchronous = FULL`), but then one after the other:
//! sessions side by side would together be as slow as one. So it is told to leave it
//! (`synchronous = NORMAL`, where it still brings the log to the disk before the database and the
//! database before it starts the log anew, so that no crash does any harm), and each writer waits
//! here until its commit, which is a part of the write-ahead log by then, is on the disk. One writer
//! does that for all that have committed so far, while the next ones commit.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::{Condvar, Mutex, MutexGuard};

/// The write-ahead log, and how much of it is on the disk.
pub(super) struct Durable {
    log: File,
    progress: Mutex<Progress>,
    turned: Condvar,
}

#[derive(Default)]
struct Progress {
    /// Commits so far.
    committed: u64,
    /// Those of them that are on the disk.
    kept: u64,
    is_syncing: bool,
    /// A disk that failed once may say later that all is well, and be wrong.
    has_failed: bool,
}

/// A commit, by its number.
#[derive(Clone, Copy)]
pub(super) struct Committed(u64);

impl Durable {
    /// The log of the database in that file, which a connection has open for as long as this is used:
    /// else `SQLite` would remove it.
    pub(super) fn of(database: &Path) -> io::Result<Self> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let log = File::options().read(true).write(true).open(PathBuf::from(log))?;
        Ok(Self { log, progress: Mutex::default(), turned: Condvar::new() })
    }

    /// # Errors
    /// Nothing more may be written, since the disk has failed.
    pub(super) fn check(&self) -> io::Result<()> {
        self.progress.lock().check()
    }

    /// Notes a commit. The caller still has the connection to itself, so that commits are numbered as
    /// they stand in the log.
    pub(super) fn committed(&self) -> Committed {
        let mut progress = self.progress.lock();
        progress.committed += 1;
        Committed(progress.committed)
    }

    /// Returns when the commit is on the disk.
    ///
    /// # Errors
    /// What the disk says, this time and from then on.
    pub(super) fn wait(&self, commit: Committed) -> io::Result<()> {
        let mut progress = self.progress.lock();
        while progress.kept < commit.0 {
            progress.check()?;
            if progress.is_syncing {
                self.turned.wait(&mut progress);
            } else {
                self.sync(&mut progress)?;
            }
        }
        Ok(())
    }

    /// Brings all that was committed so far to the disk; others commit meanwhile.
    fn sync(&self, progress: &mut MutexGuard<'_, Progress>) -> io::Result<()> {
        let until = progress.committed;
        progress.is_syncing = true;
        let result = MutexGuard::unlocked(progress, || self.log.sync_data());
        progress.is_syncing = false;
        match result {
            Ok(()) => progress.kept = until,
            Err(_) => progress.has_failed = true,
        }
        self.turned.notify_all();
        result
    }
}

impl Progress {
    fn check(&self) -> io::Result<()> {
        if self.has_failed {
            return Err(io::Error::other("the disk has failed; what it holds is not known"));
        }
        Ok(())
    }
}
