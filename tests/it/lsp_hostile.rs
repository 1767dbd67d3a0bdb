//! The language server among half-typed files, dying editors, broken messages and files that change beneath it: it never crashes,
//! and nothing that it told goes on to stand once it no longer holds.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::lsp_support::{Editor, INVOICE, at, shop};

/// What people have typed when they stop for a moment.
const HALF_TYPED: [&str; 10] = [
    "",
    "exp",
    "export: {",
    "object: invoice\nexport:\n  fields:\n    Mem",
    "object: invoice\nexport:\n  fields:\n    Memo: =invoice.",
    "object: invoice\nexport:\n  fields:\n    Memo: \"=join(",
    "object: invoice\nexport:\n  skip:\n    - id: a\n      when: =`${",
    "\t- : -\n  : [}\n",
    "a: &b [*b, *b]\n",
    "\u{0}\u{fffd}\u{1f600}: \u{e4}\n",
];

#[test]
fn a_message_that_is_none_is_answered_and_the_conversation_goes_on() {
    let shop = shop();
    let mut editor = Editor::open(shop.path());
    editor.write(b"what is this?\r\n\r\n");
    let (code, _) = editor.ask("textDocument/hover", json!({ "position": "here" })).unwrap_err();
    assert_eq!(code, -32602);
    let (code, _) = editor.ask("textDocument/inventive", json!({})).unwrap_err();
    assert_eq!(code, -32601);
    editor.tell("textDocument/didChange", json!({ "textDocument": 1 }));
    editor.tell("textDocument/didOpen", json!([]));
    editor.tell("$/cancelRequest", json!({ "id": 3 }));
    editor.settle();
    assert!(editor.leave());
}

#[test]
fn the_order_of_the_protocol_is_kept() {
    let mut editor = Editor::silent();
    let (code, _) = editor.ask("textDocument/hover", json!({})).unwrap_err();
    assert_eq!(code, -32002);
    let (code, _) = editor.ask("initialize", json!({ "capabilities": 5 })).unwrap_err();
    assert_eq!(code, -32602);
    editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    editor.ask("shutdown", Value::Null).unwrap();
    let (code, _) = editor.ask("textDocument/hover", json!({})).unwrap_err();
    assert_eq!(code, -32600);
    editor.tell("exit", Value::Null);
    assert!(editor.gone());
}

#[test]
fn an_editor_that_dies_ends_the_server() {
    let shop = shop();
    let mut editor = Editor::open(shop.path());
    editor.write(b"Content-Length: 500\r\n\r\n{\"jsonrpc\"");
    assert!(!editor.gone());
}

#[test]
fn every_place_of_what_is_half_typed_has_answers() {
    let shop = shop();
    let path = shop.path().join("site/invoice.yaml");
    let mut editor = Editor::open(shop.path());
    editor.open_file(&path, "");
    for text in HALF_TYPED {
        editor.type_all(&path, text);
        for line in 0..6 {
            for character in [0, 3, 9, 17, 4_000_000_000] {
                for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
                    editor.ask(method, at(&path, line, character)).unwrap();
                }
            }
        }
    }
    editor.type_all(&path, INVOICE);
    assert!(editor.codes(&path).is_empty(), "{:?}", editor.told);
    assert!(editor.leave());
}

#[test]
fn every_beginning_of_a_file_has_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut editor = Editor::open(root);
    for name in ["rules/invoice.yaml", "rules/scripts/line.rhai", "rules/shapes/invoice.yaml"] {
        let path = root.join(name);
        let whole = std::fs::read_to_string(&path).unwrap();
        editor.open_file(&path, &whole);
        let step = whole.len() / 12;
        for end in (0..whole.len()).step_by(step) {
            let text = &whole[..whole.floor_char_boundary(end)];
            editor.type_all(&path, text);
            let line = u32::try_from(text.matches('\n').count()).unwrap();
            let character =
                u32::try_from(text.len() - text.rfind('\n').map_or(0, |newline| newline + 1)).unwrap();
            for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
                editor.ask(method, at(&path, line, character)).unwrap();
            }
        }
        editor.close(&path);
        assert!(editor.codes(&path).is_empty(), "{:?}", editor.told);
    }
}

#[test]
fn columns_are_those_that_were_agreed() {
    let shop = shop();
    let path = shop.path().join("site/invoice.yaml");
    let text = INVOICE.replace("=own(invoice)", "=\"\u{1f600}\u{e4}\" + onw(invoice)");
    for (offer, column) in
        [(json!({}), 29), (json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } }), 32)]
    {
        let mut editor = Editor::open_with(shop.path(), &offer);
        let quoted =
            text.replace("=\"\u{1f600}\u{e4}\" + onw(invoice)", "'=\"\u{1f600}\u{e4}\" + onw(invoice)'");
        editor.open_file(&path, &quoted);
        assert_eq!(editor.codes(&path), ["R220"], "{:?}", editor.told);
        let start = &editor.told[&path][0]["range"]["start"];
        assert_eq!(start, &json!({ "line": 3, "character": column }));
    }
}

#[test]
fn two_editors_see_what_the_other_saves() {
    let shop = shop();
    let path = shop.path().join("site/invoice.yaml");
    let (mut one, mut other) = (Editor::open(shop.path()), Editor::open(shop.path()));
    let wrong = INVOICE.replace("Memo", "Mamo");
    one.open_file(&path, &wrong);
    assert!(one.codes(&path).contains(&"R301".to_owned()));
    assert!(other.codes(&path).is_empty());
    std::fs::write(&path, &wrong).unwrap();
    other.disk_changed();
    assert!(other.codes(&path).contains(&"R301".to_owned()));
    std::fs::write(&path, INVOICE).unwrap();
    other.disk_changed();
    assert!(other.codes(&path).is_empty());
    assert!(one.leave() && other.leave());
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    Open(usize, usize),
    Type(usize, usize),
    Close(usize),
    Save(usize, usize),
    Delete(usize),
}

const FILES: [&str; 5] = [
    "site/invoice.yaml",
    "site/vendor.yaml",
    "site/scripts/own.rhai",
    "ferrule.yaml",
    "site/shapes/invoice.yaml",
];

/// What is typed into each of them; the first is right.
fn texts(file: usize) -> Vec<&'static str> {
    match FILES[file] {
        "site/invoice.yaml" => {
            vec![INVOICE, "object: invoice\nexport: { fields: { Mamo: x } }\n", "export: ["]
        }
        "site/vendor.yaml" => {
            vec!["object: vendor\n", "object: vendro\n", "export: { fields: { Nmae: x } }\n"]
        }
        "site/scripts/own.rhai" => {
            vec!["fn own(invoice) { invoice.shipVia }\n", "fn onw(x) { x }\n", "fn own(x) {"]
        }
        "ferrule.yaml" => vec!["layers: [base, site]\n", "layers: [base, sight]\n", "layers: ["],
        _ => vec!["shape: invoice\n", "shape: invoice\nfields: { extra: txt }\n", "shape"],
    }
}

fn step() -> impl Strategy<Value = Step> {
    let file = 0..FILES.len();
    prop_oneof![
        (file.clone(), 0..3usize).prop_map(|(file, text)| Step::Open(file, text)),
        (file.clone(), 0..3usize).prop_map(|(file, text)| Step::Type(file, text)),
        file.clone().prop_map(Step::Close),
        (file.clone(), 0..3usize).prop_map(|(file, text)| Step::Save(file, text)),
        file.prop_map(Step::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was typed, opened, closed, saved and deleted: what is told in the end is what an editor is told that comes anew.
    #[test]
    fn nothing_stale_is_left_behind(steps in prop::collection::vec(step(), 1..14)) {
        let shop = shop();
        let path = |file: usize| shop.path().join(FILES[file]);
        let mut open: std::collections::BTreeMap<PathBuf, &str> = std::collections::BTreeMap::new();
        let mut editor = Editor::open(shop.path());
        for step in &steps {
            match *step {
                Step::Open(file, text) | Step::Type(file, text) => {
                    let text = texts(file)[text];
                    if open.insert(path(file), text).is_some() {
                        editor.type_all(&path(file), text);
                    } else {
                        editor.open_file(&path(file), text);
                    }
                }
                Step::Close(file) => {
                    open.remove(&path(file));
                    editor.close(&path(file));
                }
                Step::Save(file, text) => {
                    std::fs::create_dir_all(path(file).parent().unwrap()).unwrap();
                    std::fs::write(path(file), texts(file)[text]).unwrap();
                    editor.disk_changed();
                }
                Step::Delete(file) => {
                    _ = std::fs::remove_file(path(file));
                    editor.disk_changed();
                }
            }
            editor.settle();
        }
        let mut anew = Editor::open(shop.path());
        for (path, text) in &open {
            anew.open_file(path, text);
        }
        anew.settle();
        prop_assert_eq!(&editor.told, &anew.told);
    }
}
