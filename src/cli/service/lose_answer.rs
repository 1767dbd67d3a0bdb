//! An answer of QuickBooks that is lost on its way.

use crate::simulator::{CompanyFile, Moment, Then, Watch};
use crate::wire::Call;

/// Loses the answer to the last of so many message sets that write, after QuickBooks did it: the connection breaks.
pub struct LoseAnswer<'w> {
    left: u32,
    beside: &'w mut dyn Watch,
}

impl<'w> LoseAnswer<'w> {
    /// The answer to the set of number `nth`, counted from 1, is lost. `beside` sees all that happens.
    pub fn new(nth: u32, beside: &'w mut dyn Watch) -> Self {
        Self { left: nth, beside }
    }
}

impl Watch for LoseAnswer<'_> {
    fn at(&mut self, moment: Moment<'_>, file: &mut CompanyFile) -> Then {
        let then = self.beside.at(moment, file);
        match moment {
            _ if then != Then::GoOn => then,
            Moment::Processed(request, _) if request.contains("newMessageSetID") && self.left > 0 => {
                self.left -= 1;
                then
            }
            Moment::Calling(Call::ReceiveResponse { .. }) if self.left == 0 => Then::Lose,
            _ => then,
        }
    }
}
