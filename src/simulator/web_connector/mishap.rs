//! Something that goes wrong at one moment of an update.

use super::watch::{Moment, Then, Watch};
use crate::simulator::CompanyFile;

/// Something that goes wrong at one moment of an update, told by its number from 0. With numbers from 0
/// until one [has not happened](Mishap::has_happened), each moment gets its turn.
#[derive(Clone, Debug)]
pub struct Mishap {
    place: usize,
    then: Then,
    seen: usize,
    what: Option<String>,
}

impl Mishap {
    /// `then`, at the moment of number `place`.
    pub fn new(place: usize, then: Then) -> Mishap {
        Mishap { place, then, seen: 0, what: None }
    }

    /// Whether there was such a moment.
    pub fn has_happened(&self) -> bool {
        self.what.is_some()
    }

    /// Which moment it was: `before sendRequestXML`, `after the message set`.
    pub fn what(&self) -> Option<&str> {
        self.what.as_deref()
    }
}

impl Watch for Mishap {
    fn at(&mut self, moment: Moment<'_>, _file: &mut CompanyFile) -> Then {
        let is_now = self.seen == self.place;
        self.seen += 1;
        if !is_now {
            return Then::GoOn;
        }
        self.what = Some(match moment {
            Moment::Calling(call) => format!("before {}", call.operation().name()),
            Moment::Called(call, _) => format!("after {}", call.operation().name()),
            Moment::Processing(_) => "before the message set".to_owned(),
            Moment::Processed(..) => "after the message set".to_owned(),
            Moment::Pausing(_) => "before a pause".to_owned(),
        });
        self.then
    }
}
