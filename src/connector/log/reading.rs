//! From the files of a log to the visits of which they tell.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::line::line;
use super::meaning::{Tells, told};
use super::text::Lines;
use super::visit::{Ending, Visit, Visits};

/// As many groups of visits are kept; of older ones only the number.
const MOST_GROUPS: usize = 1_000;

/// What a log tells.
#[derive(Debug, Default, Serialize)]
pub struct Log {
    /// The visits, oldest first; those that were alike and followed each other are one entry.
    pub visits: VecDeque<Visits>,
    /// How many visits there were before these.
    pub older: usize,
    /// How many of all visits went wrong.
    pub bad: usize,
    /// How many lines there are.
    pub lines: usize,
    /// How many of them stand before the first line that is one of the log.
    pub foreign: usize,
    /// How many were so long that their ends were passed over.
    pub cut: usize,
    /// How many visits there are.
    pub count: usize,
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No line is one of the log.
    #[error(
        "`{}` is no log of the Web Connector: no line begins with a time such as `20260102.08:30:00 UTC`. Its log is \
         QWCLog.txt on the QuickBooks computer; the button View Log in the Web Connector opens it",
        path.display()
    )]
    NoLog {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the files of one log, whatever their order: those that were put aside when they had grown too long, and the last.
///
/// # Errors
/// If a file cannot be read, or is no log.
pub fn read_logs(paths: &[PathBuf]) -> Result<Log, LogError> {
    let mut files: Vec<(String, &PathBuf)> = Vec::new();
    for path in paths {
        files.push((first_time(path)?, path));
    }
    files.sort();
    let mut reader = Reader::default();
    for (_, path) in files {
        reader.file(open(path)?).map_err(|source| LogError::Unreadable { path: path.clone(), source })?;
    }
    Ok(reader.finished())
}

fn open(path: &Path) -> Result<File, LogError> {
    let is_folder = || std::io::Error::from(std::io::ErrorKind::IsADirectory);
    let opened = if path.is_dir() { Err(is_folder()) } else { File::open(path) };
    opened.map_err(|source| LogError::Unreadable { path: path.to_owned(), source })
}

fn first_time(path: &Path) -> Result<String, LogError> {
    let mut lines = Lines::new(open(path)?);
    let failed = |source| LogError::Unreadable { path: path.to_owned(), source };
    while let Some((text, _)) = lines.next().map_err(failed)? {
        if let Some(at) = line(&text).at {
            return Ok(at);
        }
    }
    Err(LogError::NoLog { path: path.to_owned() })
}

#[derive(Default)]
struct Reader {
    log: Log,
    visit: Option<Visit>,
    /// The time of the last line.
    at: String,
}

impl Reader {
    fn file(&mut self, file: impl Read) -> std::io::Result<()> {
        let mut lines = Lines::new(file);
        while let Some((text, is_cut)) = lines.next()? {
            self.log.lines += 1;
            self.log.cut += usize::from(is_cut);
            let line = line(&text);
            let has_time = line.at.is_some();
            match line.at {
                Some(at) => self.at = at,
                None if self.at.is_empty() => {
                    self.log.foreign += 1;
                    continue;
                }
                None => {}
            }
            self.line(line.says, has_time);
        }
        Ok(())
    }

    fn line(&mut self, says: &str, has_time: bool) {
        if let (true, Some(visit)) = (has_time, &mut self.visit) {
            visit.ends_line();
        }
        let mut is_told = false;
        for found in told(says) {
            // In qbXML only what became of requests counts: names and memos may look like anything.
            if says.starts_with('<') && found.0 != Tells::Status {
                continue;
            }
            is_told = true;
            self.take(found, says);
        }
        let Some(visit) = &mut self.visit else { return };
        visit.to.clone_from(&self.at);
        if !is_told && !has_time && !says.starts_with('<') {
            visit.goes_on(says);
        }
    }

    fn take(&mut self, found: (Tells, &str, &str), says: &str) {
        let (tells, value, _) = found;
        let is_over = |visit: &Visit| tells == Tells::Calls && visit.is_past(value);
        if matches!(tells, Tells::Begins) || self.visit.as_ref().is_some_and(is_over) {
            self.end();
        }
        if tells == Tells::Ends {
            return self.end();
        }
        self.visit.get_or_insert_with(|| Visit::from(&self.at)).take(found, says);
    }

    fn end(&mut self) {
        let Some(visit) = self.visit.take() else { return };
        let ended = Visits::of(visit);
        self.log.count += 1;
        self.log.bad += usize::from(ended.ending.is_bad());
        match self.log.visits.back_mut() {
            Some(last) if last.are_like(&ended) => {
                last.times += 1;
                last.until = ended.until;
            }
            _ => self.log.visits.push_back(ended),
        }
        if self.log.visits.len() > MOST_GROUPS {
            self.log.older += self.log.visits.pop_front().map_or(0, |visits| visits.times);
        }
    }

    fn finished(mut self) -> Log {
        self.end();
        self.log
    }
}

impl Log {
    /// The last visits, if they went wrong: what is to be done now.
    pub fn now(&self) -> Option<&Visits> {
        let told = self.visits.iter().rev().find(|visits| visits.ending != Ending::CannotTell)?;
        told.ending.is_bad().then_some(told)
    }
}
