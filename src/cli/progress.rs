//! What is being done, for those who wait.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::cli::terminal::Terminal;

/// Nobody is told of work that is done within this time.
const PATIENCE: Duration = Duration::from_secs(1);
/// Clears the line.
const CLEAR: &str = "\r\u{1b}[K";

/// Says on standard error what is being done, if that is a terminal and it takes more than a second.
/// The line is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    worker: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to watch.
    pub fn start(terminal: Terminal) -> Self {
        if !terminal.is_watched {
            return Self { worker: None };
        }
        let (sender, receiver) = mpsc::channel::<String>();
        let worker = std::thread::spawn(move || watch(terminal, &receiver));
        Self { worker: Some((sender, worker)) }
    }

    /// Says what is being done from now on.
    pub fn now(&self, what: impl Into<String>) {
        if let Some((sender, _)) = &self.worker {
            _ = sender.send(what.into());
        }
    }
}

fn watch(terminal: Terminal, receiver: &mpsc::Receiver<String>) {
    let start = Instant::now();
    let mut what = String::new();
    let mut is_shown = false;
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(next) => what = next,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let elapsed = start.elapsed();
        if elapsed >= PATIENCE && !what.is_empty() {
            is_shown = true;
            terminal.tell(&format!("{CLEAR}{what} ({} s)", elapsed.as_secs()));
        }
    }
    if is_shown {
        terminal.tell(CLEAR);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, worker)) = self.worker.take() {
            drop(sender);
            _ = worker.join();
        }
    }
}
