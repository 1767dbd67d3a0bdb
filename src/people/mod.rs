//! Who may use the pages: people, their links and sign-ins, and what they did.

mod api_token;
mod attempts;
mod audit;
mod care;
mod person;
mod scope;
mod store;
mod token;
mod waiting;

pub use api_token::{ApiSecret, ApiToken, ApiTokenStore};
pub use attempts::{Acquaintance, Attempt, AttemptStore, Counter};
pub use audit::{AuditAction, AuditArea, AuditEntry, AuditSubject, NewAuditEntry};
pub use care::{Care, CareKey};
pub use person::{BadName, LONGEST_NAME, NewPerson, Person, PersonId, Role, good_name};
pub use scope::Scope;
pub use store::{Change, Invited, Member, PeopleStore, SignedIn};
pub use token::{IDLE, LINK_LIFE, LONGEST, Token, TokenHash};
pub use waiting::Waiting;
