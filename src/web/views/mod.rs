//! Lists, ready to be shown: tens of thousands of rows, from which a page is cut in memory.
//!
//! A [`CompanyView`] of a company file is made in the background whenever the file changed, from what changed
//! only where that is known. Until it is ready, pages show the view before, with what people did since.

mod background;
mod cache;
mod cell;
mod deeds;
mod document_row;
mod import_row;
mod listed_differing;
mod listed_imports;
mod patience;
mod plan_rows;
mod plans;
mod reconciled;
mod record_row;
mod view;

pub use background::{Background, OfMoment};
pub use cache::{Held, Views};
pub use cell::{Cell, money, rate};
pub use deeds::Deed;
pub use document_row::{DocumentRow, RowState};
pub use import_row::{ImportRow, Verdict};
pub use listed_differing::CompanyDiffering;
pub use listed_imports::CompanyImports;
pub use patience::Patience;
pub use plan_rows::{PlanRow, PlanRows, is_general};
pub use plans::{CompanyPlans, Plans, ShownSteps};
pub use record_row::{RecordRow, about};
pub use view::{CompanyView, finalize_field};
