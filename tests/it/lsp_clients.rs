//! The language server, asked by clients that none of us wrote: pytest-lsp from `PyPI`, and Neovim.

use std::path::Path;
use std::process::Command;

use crate::connector_zeep::python;
use crate::scaffold::its_own_checks_are_green;

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

/// Does what is told in `neovim.lua` in a shop's repository.
fn neovim(story: &str, shop: &Path) {
    run(Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"])
        .arg(format!("luafile {}", root().join("tests/lsp/neovim.lua").display()))
        .env("FERRULE", env!("CARGO_BIN_EXE_ferrule"))
        .env("SHOP", shop)
        .env("STORY", story)
        .env("XDG_STATE_HOME", shop)
        .env("XDG_CACHE_HOME", shop));
}

fn ferrule(shop: &Path, arguments: &str) {
    run(Command::new(env!("CARGO_BIN_EXE_ferrule")).args(arguments.split(' ')).current_dir(shop));
}

#[test]
fn neovim_changes_a_rule_of_a_shop() {
    let scratch = tempfile::tempdir().unwrap();
    let shop = scratch.path().join("shop");
    ferrule(scratch.path(), "init shop");
    neovim("invoice", &shop);
    let written = std::fs::read_to_string(shop.join("site/invoice.yaml")).unwrap();
    assert_eq!(
        written,
        "object: invoice\nexport:\n  fields:\n    Memo: { value: =plain(invoice.notes), overflow: truncate }\n    \
         PONumber: { value: =invoice.shipVia, overflow: truncate }\n"
    );
    ferrule(&shop, "check --strict");
    ferrule(&shop, "fmt --check");
}

/// A shop's repository, an object, a change of it in the editor, and all checks that the repository brings.
#[test]
fn neovim_changes_what_new_has_made_and_its_checks_are_green() {
    let scratch = tempfile::tempdir().unwrap();
    let shop = scratch.path().join("shop");
    ferrule(scratch.path(), "init shop");
    ferrule(&shop, "new object payment --message ReceivePaymentAdd");
    neovim("payment", &shop);
    ferrule(&shop, "fmt --check");
    its_own_checks_are_green(&shop);
    ferrule(&shop, "upgrade");
}
