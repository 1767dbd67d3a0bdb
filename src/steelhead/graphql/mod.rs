//! Documents from Steelhead's GraphQL API.
//!
//! Nothing here knows an object. What is asked, and where in the answer each field of a document stands, is said by the
//! rules, and comes as an [`ApiSource`].
//!
//! - `source`: what the rules say; `query`: the question in GraphQL; `answer`: from an answer to documents.
//! - `access`: the address and what opens it; `lane`: not too many requests at once, nor too soon; `api`: asking.
//! - `read`: all documents, page by page; `failure`: why not.

mod access;
mod answer;
mod api;
mod failure;
mod lane;
mod query;
mod read;
mod source;

pub use access::{Access, AccessFile, TOKEN_VARIABLE, is_address};
pub use answer::Page;
pub use api::Api;
pub use failure::ApiError;
pub use read::{Reading, read_all};
pub use source::{ApiSource, Form, Paging, Persisted, Way, is_name};
