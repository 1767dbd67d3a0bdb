//! Optional layers of the rules, switched on and off for one company file.

use std::collections::{BTreeMap, BTreeSet};

use crate::language::{Spoken, say};
use crate::rules::OptionalLayer;
use crate::rules::settings::SettingError;
use crate::sync::session::{RuleSet, RulebookError};
use crate::sync::settings;
use crate::sync::stored::{CompanyFile, Layers, Store, StoreError};

/// Why layers are not switched. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The rules with them are not right.
    #[error(transparent)]
    Rules(#[from] RulebookError),
    /// A setting that was kept from earlier is none that the rules take.
    #[error("{}", say!("the settings of the company file: {error}", error = .0))]
    Settings(#[from] SettingError),
    /// The layer is part of the rules for every company file.
    #[error("{}", say!("{layer} is on for every company file of this server, because it was started with it", layer = .0))]
    Given(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Spoken for SwitchError {}

/// Switches layers on and off. Nothing is kept unless the checker takes the rules as they are then, and they take the
/// settings. The settings of a layer that is off are put aside, and come back with it. Gives what changed, in words for
/// the audit; nothing if all was so already.
///
/// # Errors
/// The layers do not belong together, or the store failed.
pub fn switch_layers(
    store: &dyn Store,
    set: &RuleSet,
    file: &CompanyFile,
    changes: &[(String, bool)],
) -> Result<Vec<String>, SwitchError> {
    let before: BTreeSet<&String> = file.layers.iter().collect();
    let mut after = before.clone();
    for (name, is_on) in changes {
        match set.shelf().get(name) {
            Some(given) if given.is_given => return Err(SwitchError::Given(given.about.title.clone())),
            _ if *is_on => _ = after.insert(name),
            _ => _ = after.remove(name),
        }
    }
    let words = |name: &&String, word: &str| format!("{name}: {word}");
    let on = after.difference(&before).map(|name| words(name, "on"));
    let off = before.difference(&after).map(|name| words(name, "off"));
    let told: Vec<String> = on.chain(off).collect();
    if told.is_empty() {
        return Ok(told);
    }
    let on: Vec<String> = after.into_iter().cloned().collect();
    let book = set.with(&on)?;
    let kept = file.settings.clone().into_iter().chain(file.settings_aside.clone());
    let (known, aside): (BTreeMap<_, _>, BTreeMap<_, _>) =
        kept.partition(|(name, _)| book.program.settings.find(name).is_some());
    let then = CompanyFile { settings: known, ..file.clone() };
    settings(&book.program, &then)?;
    store.set_layers(file.id, &Layers { on, settings: then.settings, aside })?;
    Ok(told)
}

/// How many documents of a layer's objects are connected to records. While it is off they stay as they are, on both sides.
///
/// # Errors
/// The store failed.
pub fn connected_of(
    store: &dyn Store,
    file: &CompanyFile,
    layers: &[OptionalLayer],
) -> Result<BTreeMap<String, usize>, StoreError> {
    let mut counts = BTreeMap::new();
    for connection in store.connections(file.id)?.iter().filter(|it| !it.is_archived) {
        let own = layers.iter().find(|layer| layer.objects.contains(&connection.document.object));
        if let Some(layer) = own {
            *counts.entry(layer.name.clone()).or_default() += 1;
        }
    }
    Ok(counts)
}
