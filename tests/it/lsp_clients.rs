//! The language server, asked by clients that none of us wrote: pytest-lsp from `PyPI`, and Neovim.

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

#[test]
fn neovim_changes_a_rule_of_a_shop() {
    let scratch = tempfile::tempdir().unwrap();
    let shop = scratch.path().join("shop");
    let ferrule = env!("CARGO_BIN_EXE_ferrule");
    run(Command::new(ferrule).arg("init").arg(&shop));
    run(Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"])
        .arg(format!("luafile {}", root().join("tests/lsp/neovim.lua").display()))
        .env("FERRULE", ferrule)
        .env("SHOP", &shop)
        .env("XDG_STATE_HOME", scratch.path())
        .env("XDG_CACHE_HOME", scratch.path()));
    let written = std::fs::read_to_string(shop.join("site/invoice.yaml")).unwrap();
    assert_eq!(
        written,
        "object: invoice\nexport:\n  fields:\n    Memo: { value: =plain(invoice.notes), overflow: truncate }\n    \
         PONumber: { value: =invoice.shipVia, overflow: truncate }\n"
    );
    run(Command::new(ferrule).args(["check", "--strict"]).current_dir(&shop));
    run(Command::new(ferrule).args(["fmt", "--check"]).current_dir(&shop));
}
