//! Imports: records of QuickBooks into documents of Steelhead, and what a record gained later.

pub(super) mod explained;
pub(super) mod filtered;
pub(super) mod labels;
pub(super) mod list;
pub(super) mod merge;
pub(super) mod merging;
pub(super) mod own;
pub(super) mod taking;
pub(super) mod updates;

pub use explained::{ExplainedField, ExplainedImport, explain_import};
pub use filtered::{judged_by, passing};
pub use labels::{field_label, labelled};
pub use list::{FoundRecord, ImportError, ImportFate, Imports, TakenRecord, chosen};
pub use merge::FieldUpdate;
pub use merging::{Merging, merge_imports};
pub use taking::{import_rows, importable, update_rows};
pub use updates::UpdateRow;
