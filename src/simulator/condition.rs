//! What can go wrong with a company file while it is in use, brought about on purpose.

use super::HResult;
use super::books::Books;
use super::edit::text;
use super::status::{Reason, Status};
use super::table::{kind_of, name_of};
use crate::catalogue::{Kind, Operation};
use crate::qbxml::element::Node;

/// Something that is the matter with a company file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// No session can begin, for this reason.
    NoSession(HResult),
    /// No message set is taken, for this reason; [`HResult::MODAL_DIALOG`], say. Nothing is done.
    Refused(HResult),
    /// Message sets are done, but their answers are lost and the call fails for this reason.
    AnswerLost(HResult),
    /// A user has the record with this id open: changing or deleting it fails with 3175, or with 3176
    /// if it is an element of a list.
    Locked(String),
    /// A user is changing the list of this name (`Customer`): adding to it fails with 3180, changing
    /// its elements with 3170.
    ListBusy(String),
    /// What concerns this (`InventorySite`) is not enabled: 3250.
    FeatureOff(String),
    /// The user may not do what concerns this: 3260.
    NoPermission(String),
    /// No answer can be kept for a message set: 9005.
    CannotKeep,
}

/// How long a condition lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Until it is cleared.
    UntilCleared,
    /// For so many calls that it makes a difference to, from 1.
    Times(u32),
}

/// The conditions there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions(Vec<(Condition, Lasting)>);

impl Conditions {
    pub(super) fn add(&mut self, condition: Condition, lasting: Lasting) {
        self.clear(&condition);
        if lasting != Lasting::Times(0) {
            self.0.push((condition, lasting));
        }
    }

    pub(super) fn clear(&mut self, condition: &Condition) {
        self.0.retain(|(known, _)| known != condition);
    }

    /// The first condition for which `meets` gives something; that is one time less that it lasts.
    pub(super) fn meet<T>(&mut self, meets: impl Fn(&Condition) -> Option<T>) -> Option<T> {
        let found =
            self.0.iter().enumerate().find_map(|(place, (condition, _))| Some((place, meets(condition)?)));
        let (place, met) = found?;
        let is_over = match self.0.get_mut(place) {
            Some((_, Lasting::Times(times))) => {
                *times = times.saturating_sub(1);
                *times == 0
            }
            _ => false,
        };
        if is_over {
            self.0.remove(place);
        }
        Some(met)
    }
}

impl Books {
    /// Fails if a condition stands in the way of a request.
    pub(super) fn check_conditions(&mut self, operation: Operation, request: &Node) -> Result<(), Status> {
        let changes = operation.kind != Kind::Query;
        let noun = operation.noun;
        let body = operation.body.and_then(|body| request.child(body.name())).unwrap_or(request);
        let id = ["ListID", "TxnID"].iter().find_map(|name| text(body, name)).unwrap_or_default();
        let record =
            self.table.get(id).map(|record| (record.is_transaction(), kind_of(&record.node).to_owned()));
        let name = name_of(body).or_else(|| text(body, "Name")).unwrap_or_default();
        let met = self.conditions.meet(|condition| match condition {
            Condition::FeatureOff(kind) if kind == noun => Some(Reason::FeatureOff.into()),
            Condition::NoPermission(kind) if kind == noun => Some(Reason::NoPermission.into()),
            Condition::Locked(locked) if changes && locked == id => Some(match &record {
                Some((true, _)) | None => Reason::TransactionLocked.into(),
                Some((false, kind)) => Status::new(Reason::RecordLocked, &[kind]),
            }),
            Condition::ListBusy(kind) if kind == noun && operation.kind == Kind::Add => {
                Some(Status::new(Reason::ListBusy, &[&format!("{kind}s"), name]))
            }
            Condition::ListBusy(kind) if kind == noun && operation.kind == Kind::Mod => {
                Some(Status::new(Reason::ObjectBusy, &[kind]))
            }
            _ => None,
        });
        met.map_or(Ok(()), Err)
    }
}
