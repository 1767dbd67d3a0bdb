//! Events as lines of the log: the words, and what is in them once more as fields.

use tracing::{error, warn};

use super::Event;
use super::event::shown;
use crate::text::visible::visible;

/// Writes an event into the log of this program.
pub fn log(event: &Event) {
    let kind = event.kind();
    let words = visible(&event.to_string()).into_owned();
    match event {
        Event::WrongPassword { user_name, from } | Event::Limited { user_name, from } => {
            warn!(kind, user = shown(user_name), %from, "{words}");
        }
        Event::OldClient { version, from } => warn!(kind, version = shown(version), %from, "{words}"),
        Event::Refused { from, why } => warn!(kind, %from, cause = %visible(why), "{words}"),
        Event::Failed { operation, why } => {
            error!(kind, operation = operation.name(), cause = %visible(why), "{words}");
        }
        Event::PageFailed { path, why } => {
            error!(kind, path = shown(path), cause = %visible(why), "{words}");
        }
        Event::CertificateKept { why } => warn!(kind, cause = %visible(why), "{words}"),
        Event::NotConnected { from, why, others } => {
            let from = from.map(|from| from.to_string());
            warn!(kind, from, cause = %visible(why), others, "{words}");
        }
    }
}
