//! What can go wrong with a company file while it is in use, brought about on purpose.

use super::hresult::HResult;

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
    /// Where an answer would hold this text, it holds another one: a character that XML forbids, a date that is none,
    /// a tag that does not fit. So a damaged record shows itself.
    Damaged {
        /// The text as it should be.
        text: String,
        /// What stands there.
        becomes: String,
    },
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
pub(crate) struct Conditions(Vec<(Condition, Lasting)>);

impl Conditions {
    pub(crate) fn add(&mut self, condition: Condition, lasting: Lasting) {
        self.clear(&condition);
        if lasting != Lasting::Times(0) {
            self.0.push((condition, lasting));
        }
    }

    pub(crate) fn clear(&mut self, condition: &Condition) {
        self.0.retain(|(known, _)| known != condition);
    }

    /// The first condition for which `meets` gives something; that is one time less that it lasts.
    pub(crate) fn meet<T>(&mut self, meets: impl Fn(&Condition) -> Option<T>) -> Option<T> {
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
