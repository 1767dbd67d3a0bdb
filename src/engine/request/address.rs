//! Whether QuickBooks takes an address as it was written.

use crate::catalogue::{self, AddressFault, Element};
use crate::document::Code;
use crate::engine::terms::fault::Fault;
use crate::qbxml::MessageMark;
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

    /// Writes what is inside an aggregate, and checks it if that is an address; says whether any came out.
    pub(super) fn checked(&mut self, element: Element, inside: impl FnOnce(&mut Self) -> bool) -> bool {
        let mark = self.writer.mark();
        let any = inside(self);
        if any && catalogue::is_address(element) {
            self.address(mark);
        }
        any
    }

    /// Checks an address whose elements were written since `mark`.
    fn address(&mut self, mark: MessageMark) {
        let fault = catalogue::address_fault(|name| self.writer.has_filled(name, mark));
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
