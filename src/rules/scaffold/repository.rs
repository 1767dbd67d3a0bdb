//! A shop's repository: what `ferrule init` writes.

use std::path::Path;

use super::Draft;
use crate::rules::files::project::PROJECT;
use crate::rules::files::shipped_files;

/// Where a repository keeps the rules that shipped when it was made: a newer base is compared with them.
pub const BASE_COPY: &str = ".ferrule/base";

/// The files of a new repository.
pub fn repository() -> Vec<Draft> {
    let own = [
        (PROJECT, include_str!("data/ferrule.yaml")),
        ("site/layer.yaml", include_str!("data/layer.yaml")),
        ("site/settings.yaml", include_str!("data/settings.yaml")),
        ("fixtures/begin/our-prefix.yaml", include_str!("data/first.yaml")),
        (".github/workflows/rules.yml", include_str!("data/ci.yml")),
    ];
    let own = own.into_iter().map(|(path, text)| (path.into(), text.to_owned()));
    own.chain(base_copy()).collect()
}

/// The copy of the base that this program has.
pub fn base_copy() -> impl Iterator<Item = Draft> {
    shipped_files().map(|(name, text)| (Path::new(BASE_COPY).join(name), text.to_owned()))
}
