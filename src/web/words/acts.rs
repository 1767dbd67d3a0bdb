//! What people did, in sentences: `Ann played Invoice 1055`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::t;
use crate::people::AuditAction;

static ACTS: LazyLock<Acts> = LazyLock::new(|| read().unwrap_or_default());

/// Where the document stands in a sentence.
const IT: &str = "{it}";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acts {
    says: BTreeMap<String, String>,
    quiet: Vec<String>,
}

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Acts, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/acts.yaml"))
}

/// What stands behind the person's name, before and behind what it is about; nothing behind where it is about nothing.
pub fn said(action: AuditAction) -> (&'static str, Option<&'static str>) {
    let text = t(ACTS.says.get(action.name()).map_or(action.name(), String::as_str));
    text.split_once(IT).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether the details of such an act say nothing that a person needs.
pub fn is_quiet(action: AuditAction) -> bool {
    ACTS.quiet.iter().any(|name| name == action.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_sentence_and_no_other() {
        let acts = read().unwrap();
        for action in AuditAction::ALL {
            assert!(acts.says.contains_key(action.name()), "{}", action.name());
        }
        assert_eq!(acts.says.len(), AuditAction::ALL.len());
        assert!(acts.quiet.iter().all(|name| AuditAction::named(name).is_some()));
        assert_eq!(said(AuditAction::Settle), ("settled ", Some(" by hand")));
    }
}
