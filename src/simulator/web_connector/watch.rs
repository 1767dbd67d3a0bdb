//! Watching an update, and interfering with it.

use crate::simulator::company_file::CompanyFile;
use crate::simulator::hresult::HResult;
use crate::wire::Call;
use crate::wire::client::Reply;

/// A moment in an update.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'m> {
    /// The server is about to be called.
    Calling(&'m Call),
    /// The server has answered, or could not be reached or understood.
    Called(&'m Call, Result<&'m Reply, &'m str>),
    /// QuickBooks is about to get this document.
    Processing(&'m str),
    /// QuickBooks has done what the first document asks, and this is its answer.
    Processed(&'m str, Result<&'m str, HResult>),
    /// The server wants a pause of so many seconds.
    Pausing(u64),
}

/// How an update goes on after a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// As it should.
    #[default]
    GoOn,
    /// What is about to be sent, or has just come, is lost. Before a call the server does not see it,
    /// after a call its answer does not arrive; QuickBooks does not get a document, or does what it asks
    /// and fails with [`HResult::SERVER_FAULT`]. A pause is left out.
    Lose,
    /// The call that is about to be made reaches the server twice; the second answer counts. Elsewhere
    /// this is the same as [`Then::GoOn`].
    Repeat,
    /// The Web Connector is killed: it says nothing to nobody any more, and QuickBooks ends its session.
    Die,
}

/// Watches an update.
pub trait Watch {
    /// Says how to go on. The company file is there to be looked at, saved, or changed as a user would.
    fn at(&mut self, moment: Moment<'_>, file: &mut CompanyFile) -> Then;
}

impl<F> Watch for F
where
    F: FnMut(Moment<'_>, &mut CompanyFile) -> Then,
{
    fn at(&mut self, moment: Moment<'_>, file: &mut CompanyFile) -> Then {
        self(moment, file)
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn at(&mut self, _moment: Moment<'_>, _file: &mut CompanyFile) -> Then {
        Then::GoOn
    }
}
