//! Whatever is given to the commands: one clear error with its place, exit code 1, nothing on
//! standard output, no panic.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn ferrule(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Says that exactly one error is told, which holds these words.
fn refused(arguments: &[&str], words: &str) {
    let (code, out, err) = ferrule(arguments);
    assert_eq!(code, Some(1), "{arguments:?}: {err}");
    assert_eq!(out, "", "{arguments:?}");
    assert_eq!(err.matches("error: ").count(), 1, "{arguments:?}: {err}");
    assert!(err.contains(words), "{arguments:?}: `{words}` is not in {err}");
}

fn path(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

const SHOP: &str = "fixtures/shop/documents";

#[test]
fn files_of_documents_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cases: [(&str, &[u8], &str); 9] = [
        ("not_json.json", b"{\"object\":\"customer\",\n}", "not_json.json:2:1: not JSON"),
        ("not_utf8.json", b"{\"object\":\"\xFF\"}", "not_utf8.json:1:12: not UTF-8: the byte 0xFF"),
        ("utf16.json", b"\xFF\xFE{\0}\0", "utf16.json:1:1: not UTF-8: this looks like UTF-16"),
        (
            "cut.json",
            b"[{\"object\":\"customer\"},\n{\"obj",
            "in the middle of the document that begins on line 2",
        ),
        ("empty.json", b"", "empty.json: the file is empty"),
        ("none.json", b"[]", "none.json: no documents"),
        ("xml.json", b"<QBXML/>", "xml.json:1:1: not JSON"),
        ("yaml.json", b"object: customer", "yaml.json:1:1: not JSON"),
        ("nul.json", b"\0\0\0\0", "nul.json:1:1: not JSON"),
    ];
    for (name, content, words) in cases {
        let file = path(folder, name, content);
        refused(&["diff", "--steelhead", &file], words);
        refused(&["map", "customer", &file], words);
        refused(&["explain", "customer", &file], words);
    }
}

#[test]
fn files_and_folders_that_are_not_there_or_empty() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    refused(&["diff", "--steelhead", "no/such"], "no/such: there is no such file or folder");
    refused(&["diff", "--steelhead", empty], "no documents in this folder");
    refused(&["diff", "--steelhead", SHOP, "--quickbooks", "no/such"], "cannot read `no/such`");
    refused(&["diff", "--steelhead", SHOP, "--quickbooks", empty], "holds no .xml file");
    refused(&["diff", "--steelhead", SHOP, "--settings", "no/such"], "cannot read `no/such`");
    refused(&["diff", "--steelhead", SHOP, "--connections", "no/such"], "cannot read `no/such`");
    refused(&["check", "--rules", "no/such"], "cannot read `no/such`");
    refused(&["check", "--rules", empty], "has no rule files");
    refused(&["diff", "--against", empty], "has no rule files");
}

#[test]
fn responses_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let deep = "<a>".repeat(100_000);
    let deep = format!("<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode=\"0\"><CustomerRet>{deep}");
    let cases: [(&str, &[u8], &str); 8] = [
        ("html.xml", b"<html></html>", "expected `QBXML`, found `html`: line 1, column 1"),
        ("json.xml", b"{}", "not well-formed XML"),
        ("empty.xml", b"", "the document is empty"),
        (
            "cut.xml",
            b"<QBXML><QBXMLMsgsRs>\n<CustomerQueryRs statusCode=\"0\">",
            "cut off inside `CustomerQueryRs`: line 2",
        ),
        (
            "doctype.xml",
            b"<!DOCTYPE x [<!ENTITY a \"b\">]><QBXML/>",
            "a document type declaration is not allowed",
        ),
        (
            "entity.xml",
            b"<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode=\"0\"><CustomerRet><Name>&x;",
            "the entity `&x;` is not known",
        ),
        ("utf8.xml", b"<QBXML>\xFF</QBXML>", "not UTF-8"),
        ("deep.xml", deep.as_bytes(), "nested deeper than"),
    ];
    for (name, content, words) in cases {
        let file = path(folder, name, content);
        refused(&["diff", "--steelhead", SHOP, "--quickbooks", &file], words);
    }
}

#[test]
fn a_file_of_200_mb_is_refused_like_a_small_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = b"{\"object\":\"customer\",\"id\":1,\"name\":\"A\"}\n".to_vec();
    content.resize(200_000_000, b'x');
    let file = path(folder.path(), "large.json", &content);
    refused(&["diff", "--steelhead", &file], "large.json:2:1: not JSON");
}

#[test]
fn names_that_are_not_known() {
    refused(&["map", "invoce", SHOP], "did you mean `invoice`?");
    refused(&["diff", "--steelhead", SHOP, "--object", "frob"], "no object is called `frob`");
    refused(&["diff", "--steelhead", SHOP, "--id", "1"], "there is no document with the id 1");
    refused(&["fields", "InvoiceAd"], "did you mean `InvoiceAdd`?");
    refused(&["explain", "R9999"], "R9999");
    refused(&["diff", "--against", "--upload-pack=x"], "");
    refused(&["diff", "--against", "-x"], "");
}

#[test]
fn arguments_that_are_wrong_are_1_and_help_is_0() {
    for arguments in
        [&["diff"][..], &["frob"], &["map"], &[], &["diff", "--steelhead", SHOP, "--qbxml", "--json"]]
    {
        assert_eq!(ferrule(arguments).0, Some(1), "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["--version"], &["diff", "--help"]] {
        assert_eq!(ferrule(arguments).0, Some(0), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = path(folder.path(), "closed.json", b"{}");
    let closed = fs::Permissions::from_mode(0o000);
    fs::set_permissions(&file, closed).unwrap();
    if fs::read(&file).is_ok() {
        // The superuser may read everything; a link to itself nobody can follow.
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&file, &file).unwrap();
    }
    refused(&["diff", "--steelhead", &file], "closed.json: cannot be read");
}
