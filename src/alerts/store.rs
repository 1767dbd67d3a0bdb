//! What keeps alerts: a trait whose methods are whole use-cases.

use super::{AlertMessage, MessageState, NewRecipient, OpenCause, Raised, Recipient, RecipientId};
use crate::sync::stored::{CompanyId, Moment, StoreError};

/// Keeps who is told of what, what is open, and the messages that wait to be sent.
pub trait AlertStore: Send + Sync {
    /// Who is told of a company file, by key.
    fn recipients(&self, company: CompanyId) -> Result<Vec<Recipient>, StoreError>;
    /// Keeps what was chosen: in the place of what the person chose before, or of a webhook with the same address.
    fn keep_recipient(&self, company: CompanyId, chosen: &NewRecipient) -> Result<RecipientId, StoreError>;
    /// Forgets a recipient, with all that waits for it. False if there is none of that key.
    fn remove_recipient(&self, company: CompanyId, recipient: RecipientId) -> Result<bool, StoreError>;
    /// What is open in a company file, with who was told of it.
    fn open_causes(&self, company: CompanyId) -> Result<Vec<OpenCause>, StoreError>;
    /// Keeps what is open now, in the place of what was, and queues the messages about it, all or nothing. A message that
    /// is known already is not queued again. Forgets messages that were written before `old`.
    fn keep_raised(&self, company: CompanyId, raised: &Raised, old: Moment) -> Result<(), StoreError>;
    /// The first messages that may be tried now, oldest first.
    fn due_messages(&self, now: Moment, limit: usize) -> Result<Vec<(AlertMessage, Recipient)>, StoreError>;
    /// Takes a message out of the others' sight until then, before it is sent. False if another server was faster.
    fn hold_message(&self, message: &AlertMessage, until: Moment) -> Result<bool, StoreError>;
    /// Notes what became of a message.
    fn note_message(&self, id: &str, state: &MessageState) -> Result<(), StoreError>;
    /// The last messages about a company file, newest first.
    fn messages(&self, company: CompanyId, limit: usize) -> Result<Vec<AlertMessage>, StoreError>;
}
