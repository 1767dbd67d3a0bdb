//! Old exchanges in a compressed file: what was removed from the database can still be read.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::sync::stored::{CompanyFile, Exchange};

/// A line of the file.
#[derive(Serialize)]
struct Line<'l> {
    company: &'l str,
    #[serde(flatten)]
    exchange: &'l Exchange,
}

/// A file of JSON lines, compressed by gzip, to whose end is written. What was written stands on the disk.
pub struct HistoryFile(File);

impl HistoryFile {
    /// Opens it; makes it, for its owner alone, if it is not there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(Self)
    }

    /// Writes exchanges to its end, as a whole of its own: gzip takes one after the other for one file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, file: &CompanyFile, exchanges: &[Exchange]) -> io::Result<()> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        for exchange in exchanges {
            serde_json::to_writer(&mut packed, &Line { company: &file.made.name, exchange })?;
            packed.write_all(b"\n")?;
        }
        self.0.write_all(&packed.finish()?)?;
        self.0.sync_data()
    }
}
