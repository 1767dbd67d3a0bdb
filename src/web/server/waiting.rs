//! What waits for a person at this moment, as far as lists know it.

use crate::people::Waiting;
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::server::visit::Visit;
use crate::web::views::CompanyView;

/// All that waits in a company file, the most urgent first.
///
/// # Errors
/// The store failed.
pub fn waiting(visit: &Visit, file: &CompanyFile, view: &CompanyView) -> Result<Vec<Waiting>, Trouble> {
    let kept = (&*visit.site.store, &*visit.site.people);
    Ok(Waiting::all(kept, visit.program(), file, view.heaps(), visit.now)?)
}
