//! Cases made of what is kept: of documents, of an exchange, of a record.

mod making;
mod veil;
mod written;

pub use making::{MadeCase, NotMade, case_of_documents, case_of_record};
pub use veil::words_of_rules;
