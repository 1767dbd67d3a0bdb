//! Cases and their snapshots: what a rule set makes of documents, kept as text, so that a change of
//! the rules shows what it changes.
//!
//! A case is a file such as `fixtures/invoice/draft.yaml`: documents, settings, what QuickBooks holds.
//! Beside it `draft.snap` holds what the rules make of it, in the format of the snapshot library
//! insta, so that `cargo test`, `cargo insta review` and `ferrule test` share one set of files.

mod case;
mod case_file;
mod coverage;
mod expect;
mod find;
mod made;
mod mirror;
mod mutants;
mod render;
mod rule_sets;
mod run;
mod snap;
mod things;
mod verdict;

pub use case::{Case, CaseError};
pub use coverage::{Coverage, Item, Kind};
pub use find::{FindError, find, orphans};
pub use made::{MadeCase, NotMade, case_of_documents, case_of_record, words_of_rules};
pub use mirror::note_country;
pub use mutants::{Mutant, MutantError, Mutants, mutants};
pub use rule_sets::{RuleSetError, RuleSets};
pub use run::{explained, links, run, settings};
pub use snap::{SnapError, Snapshot};
pub use verdict::{Broken, Checked, Fresh, Tally, Verdict, check, check_all, check_covered};
