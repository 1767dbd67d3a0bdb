//! What stands in the way of a request although nothing is wrong with it.

use super::request::Request;
use crate::catalogue::Kind;
use crate::simulator::books::{Books, name_of};
use crate::simulator::condition::Condition;
use crate::simulator::elements::text;
use crate::simulator::status::{Reason, Status};

/// Fails if a condition stands in the way of a request.
pub(crate) fn check_conditions(books: &mut Books, request: Request<'_>) -> Result<(), Status> {
    let (kind, noun, body) = (request.operation.kind, request.operation.noun, request.body());
    let id = ["ListID", "TxnID"].iter().find_map(|name| text(body, name)).unwrap_or_default();
    let record = books.table.get(id);
    let name = name_of(body).or_else(|| text(body, "Name")).unwrap_or_default();
    let met = books.conditions.meet(|condition| match condition {
        Condition::FeatureOff(what) if what == noun => Some(Reason::FeatureOff.into()),
        Condition::NoPermission(what) if what == noun => Some(Reason::NoPermission.into()),
        Condition::Locked(locked) if kind != Kind::Query && locked == id => Some(match record {
            Some(record) if !record.is_transaction() => Status::new(Reason::RecordLocked, &[record.kind()]),
            _ => Reason::TransactionLocked.into(),
        }),
        Condition::ListBusy(list) if list == noun && kind == Kind::Add => {
            Some(Status::new(Reason::ListBusy, &[&format!("{list}s"), name]))
        }
        Condition::ListBusy(list) if list == noun && kind == Kind::Mod => {
            Some(Status::new(Reason::ObjectBusy, &[list]))
        }
        _ => None,
    });
    met.map_or(Ok(()), Err)
}
