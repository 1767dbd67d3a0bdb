//! The views of all company files, made when they are wanted.

use std::sync::Arc;
use std::time::Duration;

use super::background::Background;
use super::deeds::{Deed, Deeds};
use super::patience::Patience;
use super::view::CompanyView;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{CompanyFile, CompanyId, Store};
use crate::web::ground::gate::Pass;
use crate::web::ground::trouble::Trouble;

/// Views that are made at the same time.
const AT_ONCE: usize = 8;

/// The views of all company files.
pub struct Views {
    made: Background<CompanyView>,
    deeds: Deeds,
}

/// No new view is made until this is dropped.
pub struct Held(#[expect(dead_code, reason = "what counts is that it is kept")] Vec<Pass>);

impl Views {
    /// Views of what that store has, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: impl Into<Rulebooks>) -> Self {
        let made = Background::new(store, rules.into(), (usize::MAX, AT_ONCE), CompanyView::make);
        Self { made, deeds: Deeds::default() }
    }

    /// The lists of a company file: as it is, or, if that takes longer than whoever asks would wait, as
    /// it was before, with what people did with records since. The first view of all is waited for as long as `first`
    /// says, and however long it takes, if that is nothing.
    ///
    /// # Errors
    /// [`Trouble::NotYet`], if the first view of all is being made, and takes longer than that;
    /// [`Trouble::Failed`], if there is none and none can be made.
    pub fn get(
        &self,
        file: &CompanyFile,
        patience: Patience,
        first: Option<Duration>,
    ) -> Result<Arc<CompanyView>, Trouble> {
        let is_known = || self.made.peek(file.id).is_some_and(|view| self.deeds.are_all(&view, file));
        let time = match patience {
            Patience::Sure if is_known() => Duration::ZERO,
            patience => patience.time(),
        };
        let view = self.made.get(file, time, first)?;
        let view = view.ok_or(Trouble::NotYet)?;
        Ok(self.deeds.on(file.id, view))
    }

    /// The lists of a company file as they are at hand, without waiting; nothing if none were made yet.
    pub fn peek(&self, company: CompanyId) -> Option<Arc<CompanyView>> {
        self.made.peek(company)
    }

    /// Takes note of what somebody did with records, for who looks before a view is there that knows it.
    pub fn note(&self, company: CompanyId, deed: Deed) {
        self.deeds.note(company, deed);
        // It is worked in now, and not while somebody waits for the page.
        if let Some(view) = self.made.peek(company) {
            self.deeds.on(company, view);
        }
    }

    /// Holds new views back, so that a test can look at what pages show until then.
    pub fn hold(&self) -> Held {
        Held(self.made.hold())
    }
}
