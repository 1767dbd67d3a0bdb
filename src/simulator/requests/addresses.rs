//! How many lines an address is printed as.

use crate::simulator::elements::text;
use crate::simulator::settings::AddressNotes;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Refuses a record for an address that has no room on paper. Only addresses that a request names are looked
/// at: those that somebody typed before are none of its business.
pub(crate) fn check_addresses(record: &Node, named: &[String], notes: AddressNotes) -> Result<(), Status> {
    let is_too_long = |name: &&String| record.child(name).is_some_and(|address| !has_room(address, notes));
    match named.iter().find(is_too_long) {
        Some(name) => Err(Status::new(Reason::AddressTooLong, &[name])),
        None => Ok(()),
    }
}

/// The addresses that a request names.
pub(crate) fn addresses(given: &Node) -> Vec<String> {
    let all = given.children().iter().map(|child| child.name.to_string());
    all.filter(|name| name.ends_with("Address")).collect()
}

/// Five lines are printed: the town with its state and postal code is one, the country another. The fourth and
/// fifth line have room only if there are neither.
fn has_room(address: &Node, notes: AddressNotes) -> bool {
    let has = |name: &str| text(address, name).is_some();
    let count = |names: &[&str]| names.iter().filter(|name| has(name)).count();
    let lines = count(&["Addr1", "Addr2", "Addr3"]);
    let more = count(&["Addr4", "Addr5"]);
    let town = usize::from(count(&["City", "State", "PostalCode"]) > 0);
    let end = town + usize::from(has("Country"));
    let note = usize::from(notes == AddressNotes::Printed && has("Note"));
    lines + more + end + note <= 5 && (more == 0 || end == 0)
}
