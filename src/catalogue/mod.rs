//! The vocabulary of qbXML 13.0 as QuickBooks Desktop (United States) has it: every message, element
//! and attribute with its order, occurrence, type, limits and the version that introduced it; and
//! what the status codes and HRESULTs of QuickBooks mean.
//!
//! The data is embedded (`data/`), read once on first use, and everything handed out is `'static`.
//!
//! ```
//! use ferrule::catalogue;
//!
//! let add = catalogue::operation("CustomerAdd").unwrap();
//! let name = add.fields().child("Name").unwrap();
//! assert!(name.is_required());
//! assert_eq!(name.max_length(), Some(41));
//! ```

mod address;
mod constraints;
mod content;
mod country;
mod data_type;
mod element;
mod lexical;
mod load;
mod operation;
mod parts;
mod record;
mod references;
mod status;
mod tables;
mod version;
mod words;

pub use address::{AddressFault, address_fault, is_address};
pub use constraints::{Consequence, Constraint, Path, Start, Test, constraints, constraints_of};
pub use country::Country;
pub use data_type::DataType;
pub use element::root;
pub use operation::{Kind, Operation, operation, operations, request, requests, response, responses};
pub use parts::{Attribute, Child, Choice, Element, Particle};
pub use record::{is_single, made_by, record, records, records_of, types_in_records};
pub use references::{accounts_of, also_known_by, kind_element, referred};
pub use status::{
    Evidence, Hresult, Outcome, Severity, StatusCode, Who, hresult, hresults, mentioned, status,
    status_codes, web_connector_code, web_connector_codes,
};
pub use version::{NotAVersion, Version};
pub use words::{is_inner, words, words_of_path, words_of_value};
