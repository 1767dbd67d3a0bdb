//! What keeps people: a trait whose methods are whole use-cases.

use super::{AuditAction, AuditEntry, Care, NewAuditEntry, NewPerson, Person, PersonId, Role, TokenHash};
use crate::sync::stored::{CompanyId, DocumentKey, Moment, StoreError};

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// When this sign-in was last noted to be used.
    pub active_at: Moment,
}

/// A person of a domain, and how things stand with the sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// When this person last signed in.
    pub signed_in_at: Option<Moment>,
    /// Whether a sign-in is good now.
    pub is_in: bool,
    /// Until when a link is good that was not used yet.
    pub link_until: Option<Moment>,
    /// When an attempt was one too many last, unless the right password came since, or somebody has forgiven it.
    pub refused_at: Option<Moment>,
}

/// What became of a change of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was made.
    Made,
    /// There is no such person.
    NoSuchPerson,
    /// It was not made: nobody with a password would be left to administrate the domain.
    LastAdministrator,
}

/// A person whom a link lets in.
pub type Invited = Person;

/// Keeps people and what they did. Each method is one transaction, and what it returns stands on disk.
pub trait PeopleStore: Send + Sync {
    /// Lets somebody in, by a link that can be used once before `expires_at`.
    ///
    /// # Errors
    /// [`StoreError::Taken`], if somebody has that name.
    fn add_person(
        &self,
        new: &NewPerson,
        link: &TokenHash,
        expires_at: Moment,
        entry: &NewAuditEntry,
    ) -> Result<PersonId, StoreError>;
    /// The people of a domain, or of all, by domain and name.
    fn people(&self, domain: Option<&str>) -> Result<Vec<Person>, StoreError>;
    /// The people of a domain by name, with how their sign-ins stand.
    fn members(&self, domain: &str, now: Moment) -> Result<Vec<Member>, StoreError>;
    /// The person of that name, whatever its case, with the hash of the password.
    fn person(&self, name: &str) -> Result<Option<(Person, Option<String>)>, StoreError>;
    /// Gives a person another role.
    fn set_role(&self, person: PersonId, role: Role, entry: &NewAuditEntry) -> Result<Change, StoreError>;
    /// Removes a person with links and sign-ins; what was done stays in the audit.
    fn remove_person(&self, person: PersonId, entry: &NewAuditEntry) -> Result<Change, StoreError>;
    /// A new link for a person, in place of one that is open. The password stays good until the link is
    /// used. False if there is no such person.
    fn renew_link(
        &self,
        person: PersonId,
        link: &TokenHash,
        expires_at: Moment,
        entry: &NewAuditEntry,
    ) -> Result<bool, StoreError>;
    /// Whom a link lets in now; nobody if it is used, replaced or too old.
    fn invited(&self, link: &TokenHash, now: Moment) -> Result<Option<Invited>, StoreError>;
    /// Uses a link: sets the password, and ends every sign-in there is. Nobody, and nothing is done, if
    /// [`invited`](PeopleStore::invited) would give nobody.
    fn use_link(
        &self,
        link: &TokenHash,
        password_hash: &str,
        now: Moment,
    ) -> Result<Option<Person>, StoreError>;
    /// Sets another password for a person: every sign-in ends but `kept`, and no link lets in any more. False if there is
    /// no such person.
    fn change_password(
        &self,
        person: PersonId,
        password_hash: &str,
        kept: &TokenHash,
        now: Moment,
    ) -> Result<bool, StoreError>;
    /// Signs a person in. Old sign-ins of everyone are swept out.
    fn sign_in(&self, person: PersonId, token: &TokenHash, now: Moment) -> Result<(), StoreError>;
    /// Notes that an attempt of a person was one too many, at most once a minute; or that it is forgiven.
    fn note_refused_person(&self, person: PersonId, at: Option<Moment>) -> Result<(), StoreError>;
    /// Who is signed in by that token, unless that was too long ago.
    fn signed_in(&self, token: &TokenHash, now: Moment) -> Result<Option<SignedIn>, StoreError>;
    /// Notes that a sign-in is used.
    fn note_active(&self, token: &TokenHash, now: Moment) -> Result<(), StoreError>;
    /// Ends a sign-in.
    fn sign_out(&self, token: &TokenHash) -> Result<(), StoreError>;
    /// What people have said of what waits in a company file: who looks after it, and until when it is put off.
    fn cares(&self, company: CompanyId) -> Result<Vec<Care>, StoreError>;
    /// Keeps what a person says of what waits, in the place of what was said of the same before.
    fn take_care(&self, company: CompanyId, all: &[Care]) -> Result<(), StoreError>;
    /// Notes what a person did.
    fn note(&self, entry: &NewAuditEntry) -> Result<(), StoreError>;
    /// The last entries about a document, newest first.
    fn audit_of(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError>;
    /// The documents to which a person did something at that moment, in order.
    fn done_at(
        &self,
        domain: &str,
        company: CompanyId,
        person: &str,
        action: AuditAction,
        at: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError>;
    /// The last changes of settings and layers of a company file and of its domain, newest first.
    fn settings_changed(
        &self,
        domain: &str,
        company: CompanyId,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError>;
    /// The last entries of a domain, newest first; those about one company file, if one is named.
    fn audit(
        &self,
        domain: &str,
        company: Option<CompanyId>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError>;
}
