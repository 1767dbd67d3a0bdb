//! The language server, asked by clients that none of us wrote: pytest-lsp from PyPI, and Neovim.

use std::path::Path;
use std::process::Command;

use crate::connector_zeep::python;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", told(&output.stdout), told(&output.stderr));
}

#[test]
fn pytest_lsp_types_in_a_shops_repository() {
    let scratch = tempfile::tempdir().unwrap();
    run(Command::new(python())
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir"])
        .arg(scratch.path())
        .arg(root().join("tests/lsp/test_editor.py"))
        .env("FERRULE", env!("CARGO_BIN_EXE_ferrule"))
        .env("SHOP", scratch.path().join("shop"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(scratch.path()));
}
