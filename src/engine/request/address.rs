//! Whether QuickBooks takes an address as it was written.

use crate::catalogue::{self, AddressFault, Element};
use crate::document::Code;
use crate::engine::terms::fault::Fault;
use crate::qbxml::Mark;
use crate::rules::field_file::Overflow;
use crate::rules::program::Expr;

use super::emitter::Emitter;

/// What a clerk does about an address that is too long.
const HELP: &str = "Shorten it in Steelhead: leave out a line, or write two short lines as one";

impl Emitter<'_, '_> {
    /// There was no room for a part of an address: nothing of it is sent, unless the rule says to leave that out.
    pub(super) fn left_out(&mut self, left: &str, overflow: Option<Overflow>, expr: &Expr) {
        if matches!(overflow, None | Some(Overflow::Reject)) {
            let message = format!(
                "QuickBooks prints five lines of an address, and there is no room for `{left}`. {HELP}"
            );
            return self.reject(Fault::new(Code::AddressTooLong, message), None, Some(expr));
        }
        let note = self.note(Code::LeftOut, format!("there is no room for `{left}`"), None, Some(expr));
        self.warnings.push(note);
    }

    /// Checks an address that was written since `mark`, its opening tag included.
    pub(super) fn address(&mut self, element: Element, mark: Mark) {
        if !catalogue::is_address(element) {
            return;
        }
        let written = self.writer.since(mark);
        let fault = catalogue::address_fault(|name| has_value(written, name));
        match fault {
            None => {}
            Some(AddressFault::PerhapsTooManyLines(what)) => {
                let message = format!(
                    "QuickBooks prints five lines of an address. It may count the {what} as a sixth, and refuse the request"
                );
                let note = self.note(Code::PerhapsTooLong, message, None, None);
                self.warnings.push(note);
            }
            Some(AddressFault::TooManyLines { printed, most }) => {
                let message = format!(
                    "the address would be printed as {printed} lines, and QuickBooks takes {most}; city, state and postal code are one line, the country is another. {HELP}"
                );
                self.reject(Fault::new(Code::AddressTooLong, message), None, None);
            }
            Some(AddressFault::LineBesideTown(line)) => {
                let message = format!(
                    "QuickBooks takes no {line} beside a city, state, postal code or country: three lines with those, or five lines alone. {HELP}"
                );
                self.reject(Fault::new(Code::AddressTooLong, message), None, None);
            }
        }
    }
}

/// Whether the element of that name was written with a value.
fn has_value(written: &[u8], name: &str) -> bool {
    let tag = format!("<{name}>");
    let at = written.windows(tag.len()).position(|window| window == tag.as_bytes());
    at.and_then(|at| written.get(at + tag.len())).is_some_and(|next| *next != b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_element_has_no_value() {
        let written = b"<BillAddress><Addr1>x</Addr1><Addr2></Addr2></BillAddress>";
        assert_eq!(["Addr1", "Addr2", "Addr3"].map(|name| has_value(written, name)), [true, false, false]);
    }
}
