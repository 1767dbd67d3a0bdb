//! Intuit's files, by which we are judged and which are no part of the project.

use std::path::{Path, PathBuf};

/// The path of `name` under the directory that `FERRULE_ORACLE` names, or else `../shared`.
pub fn path(name: &str) -> PathBuf {
    let root = std::env::var_os("FERRULE_ORACLE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let path = root.join(name);
    assert!(
        path.exists(),
        "`{}` is missing: set FERRULE_ORACLE to the folder with oracle/",
        path.display()
    );
    path
}

/// The text of `name` there.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}
