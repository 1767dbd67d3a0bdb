//! What is kept: company files, documents, jobs, connections, records, exchanges and sessions, and the
//! [`Store`] that keeps them.
//!
//! Everything but the list of company files belongs to one company file, and its [`CompanyId`] is a
//! part of every key: nothing of one is ever found with another's.

mod apart;
mod commit;
mod company_file;
mod connection;
mod document;
mod exchange;
mod flaw;
mod history;
mod job;
mod job_reason;
mod merging;
mod pull;
mod reconciled;
mod record;
mod refused;
mod server;
mod session;
mod settlement;
mod standing;
mod store;
mod store_error;
mod tally;
mod trouble;

pub use apart::Apart;
pub use commit::{Closed, Commit, Committed, NewExchange};
pub use company_file::{CompanyFile, CompanyId, Identity, Layers, NewCompanyFile};
pub use connection::{Agreement, Connection, NewImport};
pub use document::{DocumentKey, Finalized, Loaded, NewDocument, NewVersion, StoredDocument};
pub use exchange::{Exchange, ExchangeId, ExchangeItem, ExchangeKind};
pub use flaw::{KeptFlaw, MetFlaw};
pub use history::{HistoryStore, Looked, Old};
pub use job::{Candidate, Job, JobChange, JobError, JobId, JobState, Played};
pub use job_reason::JobReason;
pub use merging::{Held, Merged, NewMerge};
pub use pull::{Place, Pull};
pub use reconciled::Reconciled;
pub use record::{RecordKey, StoredRecord, Traversal, Unfinished};
pub use refused::RefusedSignIn;
pub use server::{Server, ServerRules, ServerStore};
pub use session::{Called, Ending, SessionId, StoredSession};
pub use settlement::{Settled, Settlement};
pub use standing::{Past, Standing};
pub use store::Store;
pub use store_error::StoreError;
pub use tally::{Followed, SessionTimes, Since, Tally};
pub use trouble::{Trouble, TroubleChange, TroubleSubject};

/// A moment of the injected clock.
pub type Moment = chrono::DateTime<chrono::Utc>;
