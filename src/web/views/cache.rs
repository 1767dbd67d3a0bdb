//! The views of all company files, made when they are wanted.

use std::sync::Arc;
use std::time::Duration;

use super::background::Background;
use super::view::View;
use crate::sync::session::Rulebook;
use crate::sync::stored::{CompanyFile, CompanyId, Store};
use crate::web::trouble::Trouble;

/// How long to wait for a view that is being made while there is an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A person waits: 30 ms, which is enough for small files.
    Short,
    /// A page is brought up to date by itself: 5 s.
    Long,
}

/// Views that are made at the same time.
const AT_ONCE: usize = 8;

/// The views of all company files.
pub struct Views(Background<View>);

impl Views {
    /// Views of what that store has, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: Arc<Rulebook>) -> Self {
        let make = move |company: CompanyId, before: Option<&View>| {
            View::make(&*store, &rules.program, &store.company_file(company)?, before)
        };
        Self(Background::new(usize::MAX, AT_ONCE, Arc::new(make)))
    }

    /// The lists of a company file: as it is, or, if that takes longer than whoever asks would wait, as
    /// it was before. The first view of all is waited for.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if there is none and none can be made.
    pub fn get(&self, file: &CompanyFile, patience: Patience) -> Result<Arc<View>, Trouble> {
        let view = self.0.get(file.id, |view| view.changes >= file.changes, patience.time(), true)?;
        view.ok_or_else(|| Trouble::failed("there is no view"))
    }
}

impl Patience {
    /// As a time.
    pub fn time(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(30),
            Self::Long => Duration::from_secs(5),
        }
    }
}
