//! What people just did with records: it is shown before the lists are made anew, which takes a second or
//! more where there are very many records.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::import_row::ImportRow;
use super::view::CompanyView;
use crate::sync::stored::{CompanyFile, CompanyId, RecordKey};

/// What somebody did with records.
pub struct Deed {
    /// What [`CompanyFile::changes`] was before it.
    pub before: i64,
    /// What it was after it.
    pub after: i64,
    /// The rows that changed by it, by object and record.
    pub rows: HashMap<(String, RecordKey), Arc<ImportRow>>,
}

/// Deeds that are kept of a company file. There are more only if no view can be made any more, and then
/// that is what pages say.
const MOST: usize = 200;

/// What was done since the views were made.
#[derive(Default)]
pub struct Deeds(Mutex<HashMap<CompanyId, DoneDeeds>>);

/// What was done to one company file.
#[derive(Default)]
struct DoneDeeds {
    /// In the order in which it was done.
    deeds: Vec<Arc<Deed>>,
    /// The view as it was made, and with what was done since.
    shown: Option<(Arc<CompanyView>, Arc<CompanyView>)>,
}

impl Deeds {
    /// Takes note of a deed.
    pub fn note(&self, company: CompanyId, deed: Deed) {
        let mut all = self.0.lock();
        let done = all.entry(company).or_default();
        done.shown = None;
        done.deeds.push(Arc::new(deed));
        let surplus = done.deeds.len().saturating_sub(MOST);
        done.deeds.drain(..surplus);
    }

    /// Whether all that happened since a view was made is what people did here. What somebody else did in
    /// the very same moment is overlooked until the next view is there.
    pub fn are_all(&self, view: &CompanyView, file: &CompanyFile) -> bool {
        let all = self.0.lock();
        let deeds = all.get(&file.id).map_or(&[][..], |done| &done.deeds);
        let next =
            |known: i64, deed: &Arc<Deed>| if deed.before <= known { known.max(deed.after) } else { known };
        deeds.iter().fold(view.changes, next) >= file.changes
    }

    /// A view with what was done since it was made. It may have been in the making already when that was
    /// done, so nothing is forgotten before a view is there that knows of it.
    pub fn on(&self, company: CompanyId, view: Arc<CompanyView>) -> Arc<CompanyView> {
        let mut all = self.0.lock();
        let Some(done) = all.get_mut(&company) else { return view };
        done.deeds.retain(|deed| deed.after > view.changes);
        if done.deeds.is_empty() {
            all.remove(&company);
            return view;
        }
        if let Some((made, shown)) = &done.shown
            && Arc::ptr_eq(made, &view)
        {
            return shown.clone();
        }
        let mut rows = HashMap::new();
        for deed in &done.deeds {
            rows.extend(deed.rows.iter().map(|((object, key), row)| ((object.as_str(), key), row)));
        }
        let shown = Arc::new(view.with(&rows));
        done.shown = Some((view, shown.clone()));
        shown
    }
}
