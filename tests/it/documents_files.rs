//! Files, folders and YAML as sources of documents.

use std::fs;
use std::path::Path;

use ferrule::document::{Decoder, DocumentProblem, Origin, Position};
use ferrule::steelhead::{Chunks, DocumentFiles, RawDocument, files, read, read_file, split, yaml_to_json};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::documents_shapes::shapes;

fn texts(documents: &[RawDocument]) -> Vec<&str> {
    documents.iter().map(RawDocument::json).collect()
}

fn places(documents: &[RawDocument]) -> Vec<(usize, usize, usize)> {
    documents
        .iter()
        .map(|document| document.origin().start)
        .map(|Position { line, column, offset }| (line, column, offset))
        .collect()
}

#[test]
fn a_file_is_told_apart_by_its_content() {
    for (content, documents, at) in [
        ("{\"a\":1}\n", vec!["{\"a\":1}"], vec![(1, 1, 0)]),
        ("\n  {\"a\":\n1}", vec!["{\"a\":\n1}"], vec![(2, 3, 3)]),
        ("\u{feff}{\"a\":1}", vec!["{\"a\":1}"], vec![(1, 1, 3)]),
        ("{\"a\":\"é\"} {\"b\":2}", vec!["{\"a\":\"é\"}", "{\"b\":2}"], vec![(1, 1, 0), (1, 11, 11)]),
        ("{\"a\":1}\r\n\r\n{\"b\":2}\r\n", vec!["{\"a\":1}", "{\"b\":2}"], vec![(1, 1, 0), (3, 1, 11)]),
        ("[ {\"a\":1},\n {\"b\":2} ]\n", vec!["{\"a\":1}", "{\"b\":2}"], vec![(1, 3, 2), (2, 2, 12)]),
        ("[]", vec![], vec![]),
        ("[1,[2]]", vec!["1", "[2]"], vec![(1, 2, 1), (1, 4, 3)]),
    ] {
        let found = split("f", content.as_bytes().to_vec()).unwrap();
        assert_eq!(texts(&found), documents, "{content:?}");
        assert_eq!(places(&found), at, "{content:?}");
    }
}

/// The code, line and column of a problem, and its message.
fn of(problem: &DocumentProblem) -> (&str, Option<(usize, usize)>, &str) {
    (problem.code.as_str(), problem.at.map(|at| (at.line, at.column)), &problem.message)
}

/// The content of a file; the code, line and column, and message that it is refused with.
type Refused = (&'static [u8], &'static str, Option<(usize, usize)>, &'static str);

const NO_DOCUMENTS: &[Refused] = &[
    (b"", "R611", None, "the file is empty"),
    (b"\xEF\xBB\xBF \n", "R611", None, "the file is empty"),
    (b"\xFF\xFE{\0", "R602", Some((1, 1)), "not UTF-8: this looks like UTF-16; save it as UTF-8"),
    (
        b"{\"a\":1}\n{\"b\":\"M\xFCller\"}",
        "R602",
        Some((2, 8)),
        "not UTF-8: the byte 0xFC; save the file as UTF-8",
    ),
    (b"<?xml version=\"1.0\"?>", "R601", Some((1, 1)), "not JSON: expected value"),
    (b"{\"a\":1}\n{'b':2}\n", "R601", Some((2, 2)), "not JSON: key must be a string"),
    (b"[{\"a\":1},\n{\"b\":tru}]", "R601", Some((2, 9)), "not JSON: expected ident"),
    (b"[{\"a\":1}] {}", "R601", Some((1, 11)), "not JSON: trailing characters"),
    (b"[{\"a\":1} {\"b\":1}]", "R601", Some((1, 10)), "not JSON: expected `,` or `]`"),
    (
        b"{\"a\":1}\n\n{\"b\":[1,2",
        "R613",
        Some((3, 10)),
        "the file is cut off in the middle of the document that begins on line 3",
    ),
    (
        b"[\n{\"a\":1},\n{\"b\":\"x",
        "R613",
        Some((3, 8)),
        "the file is cut off in the middle of the document that begins on line 3",
    ),
    (b"[\n{\"a\":1}", "R613", Some((2, 8)), "the file is cut off: the list has no end"),
    (b"[{\"a\":1},\n", "R613", Some((2, 1)), "the file is cut off: the list has no end"),
    (b"[", "R613", Some((1, 2)), "the file is cut off: the list has no end"),
];

#[test]
fn a_file_that_holds_no_documents_is_refused_at_its_place() {
    for (content, code, at, message) in NO_DOCUMENTS {
        let problem = split("f.json", content.to_vec()).unwrap_err();
        assert_eq!(of(&problem), (*code, *at, *message));
        assert_eq!(problem.file.as_deref(), Some("f.json"));
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn refusals(path: &Path) -> Vec<(&'static str, String)> {
    let problems = read(path).unwrap_err();
    problems.into_iter().map(|problem| (problem.code.as_str(), problem.message)).collect()
}

#[test]
fn a_folder_is_read_in_order_with_all_folders_in_it() {
    let folder = folder(&[
        ("b.ndjson", "2\n3"),
        ("a/z.JSON", "1"),
        ("c.jsonl", "[4]"),
        ("notes.txt", "not json"),
        ("json", "not json"),
        ("x.json/inner.json", "5"),
    ]);
    let found = read(folder.path()).unwrap();
    assert_eq!(texts(&found), ["1", "2", "3", "4", "5"]);
    let second = found[2].origin();
    assert!(second.file.unwrap().ends_with("b.ndjson"));
    assert_eq!(second.start.line, 2);
    assert_eq!(texts(&read(&folder.path().join("c.jsonl")).unwrap()), ["4"]);
}

#[test]
fn what_cannot_be_read_is_said_once_for_each_file() {
    let empty = folder(&[("readme.md", "")]);
    let no_file = "no documents in this folder: it holds no .json, .ndjson or .jsonl file";
    assert_eq!(refusals(empty.path()), [("R612", no_file.to_owned())]);
    let missing = "there is no such file or folder".to_owned();
    assert_eq!(refusals(&empty.path().join("x.json")), [("R610", missing.clone())]);

    let lists = folder(&[("a.json", "[]"), ("b.json", " [ ] ")]);
    assert_eq!(refusals(lists.path()), [("R612", "no documents: there are only empty lists".to_owned())]);

    let bad = folder(&[("a.json", "{"), ("b.json", "{}"), ("c.json", "")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", bad.path().join("d.json")).unwrap();
    let codes: Vec<_> = refusals(bad.path()).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, if cfg!(unix) { vec!["R613", "R611", "R610"] } else { vec!["R613", "R611"] });
}

/// Documents that can be read again are those that are read once, each also by its place.
fn read_twice(path: &std::path::Path) -> Vec<RawDocument> {
    let files = DocumentFiles::open(path).unwrap();
    let mut checked = Vec::new();
    files.check(|documents| checked.extend_from_slice(documents)).unwrap();
    let batches: Vec<Vec<RawDocument>> = files.batches().collect::<Result<_, _>>().unwrap();
    assert!(batches.iter().all(|batch| !batch.is_empty()));
    let all: Vec<RawDocument> = batches.concat();
    assert_eq!(texts(&checked), texts(&all));
    for document in &all {
        let again = files.document(&document.origin()).unwrap();
        assert_eq!((again.json(), again.origin()), (document.json(), document.origin()));
    }
    all
}

#[test]
fn documents_can_be_read_again_a_batch_at_a_time() {
    let long: Vec<String> =
        (0..3000).map(|number| format!("{{\"n\":[{number},\"{}\"]}}", "é".repeat(300))).collect();
    let folder = folder(&[
        ("a.json", "\u{feff}[ 1 , [\n2] ]"),
        ("b.ndjson", &long.join("\n")),
        ("c.json", &format!("[{}]", long.join(", "))),
        ("d.json", "[]"),
    ]);
    let all = read_twice(folder.path());
    assert_eq!(texts(&all), texts(&read(folder.path()).unwrap()));
    assert_eq!(all.len(), 6002);
}

#[test]
fn what_is_wrong_with_files_that_are_read_again_is_the_same() {
    let bad = folder(&[("a.json", "{"), ("b.json", "{}"), ("c.json", "")]);
    let lists = folder(&[("a.json", "[]"), ("b.json", " [ ] ")]);
    for path in [bad.path(), lists.path()] {
        let problems = DocumentFiles::open(path).unwrap().check(|_| ()).unwrap_err();
        assert_eq!(problems, read(path).unwrap_err());
    }
    let missing = bad.path().join("x.json");
    assert_eq!(vec![DocumentFiles::open(&missing).unwrap_err()], read(&missing).unwrap_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_can_be_read_again() {
    for count in [3, 20_000] {
        let folder = folder(&[]);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let documents: Vec<String> =
            (0..count).map(|number| format!("{{\"n\":[{number},\"{}\"]}}", "x".repeat(500))).collect();
        let content = documents.join("\n");
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, content).unwrap()
        });
        let files = DocumentFiles::open(&pipe).unwrap();
        writer.join().unwrap();
        let all: Vec<RawDocument> =
            files.batches().collect::<Result<Vec<_>, _>>().unwrap().into_iter().flatten().collect();
        assert_eq!(texts(&all), documents);
        let last = all.last().unwrap();
        assert_eq!(files.document(&last.origin()).unwrap().json(), last.json());
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    let folder = folder(&[("x.json/inner.json", "5")]);
    let problem = read_file(&folder.path().join("x.json")).unwrap_err();
    assert_eq!(problem.code, "R610");
    assert!(problem.message.starts_with("cannot be read: "), "{problem}");
}

#[test]
fn links_to_folders_do_not_lead_in_circles() {
    let folder = folder(&[("a.json", "1")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again.json")).unwrap();
    assert_eq!(files(folder.path()).unwrap(), [folder.path().join("a.json")]);
}

#[test]
fn a_problem_in_a_document_is_placed_in_its_file() {
    let content =
        "[\n  {\"object\":\"invoice\",\"id\":1,\"idInDomain\":2},\n  {\"object\":\"invoice\",\"id\":1}\n]";
    let found = split("in.json", content.into()).unwrap();
    let decoder = Decoder::whole(&shapes());
    assert!(decoder.decode(found[0].json(), &found[0].origin()).is_ok());
    let problems = decoder.decode(found[1].json(), &found[1].origin()).unwrap_err();
    assert_eq!(problems[0].to_string(), "in.json:3:3: `idInDomain` is missing [R604]");
}

#[test]
fn yaml_becomes_json_with_numbers_as_written() {
    for (yaml, json) in [
        ("a: 410.00", r#"{"a":410.00}"#),
        ("- 6.3933979999999995\n- -0.5\n- 1e3\n- 0", "[6.3933979999999995,\n-0.5,\n1e3,\n0]"),
        ("[.5, +1, 007, 0x1F, .inf, 1_000, 1.]", r#"[".5","+1","007","0x1F",".inf","1_000","1."]"#),
        ("[null, ~, true, False, yes, \"true\", 'null']", r#"[null,null,true,false,"yes","true","null"]"#),
        ("{a: }", r#"{"a":null}"#),
        ("2026-07-01", r#""2026-07-01""#),
        ("!!str 12", r#""12""#),
        ("! 12", r#""12""#),
        ("12: x", r#"{"12":"x"}"#),
        ("a: |\n  one\n  two\nb: 1", "{\"a\":\n\"one\\ntwo\\n\",\n\n\"b\":1}"),
        ("a: &x {n: 1.10}\nb: *x", "{\"a\":{\"n\":1.10},\n\"b\":{\"n\":1.10}}"),
        ("{a: 1, a: 2}", r#"{"a":1,"a":2}"#),
        ("", "null"),
        ("# nothing", "null"),
    ] {
        assert_eq!(yaml_to_json(yaml).unwrap(), json, "{yaml:?}");
    }
}

#[test]
fn problems_with_documents_in_yaml_have_the_yaml_line() {
    let yaml = "object: invoice\nid: 1\n\n# a comment\nidInDomain: 2\nlines:\n  - id: 1\n    items:\n      - { rate: x }\n";
    let json = yaml_to_json(yaml).unwrap();
    let problems = Decoder::whole(&shapes()).decode(&json, &Origin::default()).unwrap_err();
    assert_eq!(problems[0].path, "lines[0].items[0].rate");
    assert_eq!(problems[0].at.unwrap().line, 9);
}

#[test]
fn yaml_that_json_cannot_say_is_refused_at_its_place() {
    for (yaml, at, message) in [
        ("a: [1", (1, 6), "not YAML: "),
        ("é: 1\nb: %", (2, 4), "not YAML: "),
        ("a: 1\n---\nb: 2", (2, 1), "a second YAML document"),
        ("a: !point 1", (1, 4), "the tag `!point` means nothing here"),
        ("? [a]\n: 1", (1, 3), "a key must be a single value"),
        ("&a [*a]", (1, 5), "an alias that leads to itself"),
    ] {
        let problem = yaml_to_json(yaml).unwrap_err();
        assert_eq!(problem.code, "R614", "{yaml:?}");
        let found = problem.at.unwrap();
        assert!(problem.message.starts_with(message), "{yaml:?}: {problem}");
        assert_eq!((found.line, found.column), at, "{yaml:?}: {problem}");
    }
}

#[test]
fn aliases_do_not_blow_a_text_up_without_end() {
    let mut yaml = String::from("a0: &a0 [xxxxxxxxxx]\n");
    for level in 1..12 {
        let before = format!("*a{},", level - 1).repeat(10);
        yaml = format!("{yaml}a{level}: &a{level} [{before}]\n");
    }
    assert!(yaml_to_json(&yaml).unwrap_err().message.contains("too large"));
}

/// Gives so many bytes at a time.
struct Drops(std::io::Cursor<Vec<u8>>, usize);

impl std::io::Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

/// The documents of a file with their places, read piece by piece.
fn streamed(content: Vec<u8>) -> Result<Vec<(String, Position)>, DocumentProblem> {
    let mut all = Vec::new();
    for chunk in Chunks::read("f", Drops(std::io::Cursor::new(content), 1000)) {
        all.extend(chunk?.iter().map(|document| (document.json().to_owned(), document.origin().start)));
    }
    Ok(all)
}

fn whole(content: Vec<u8>) -> Result<Vec<(String, Position)>, DocumentProblem> {
    let all = split("f", content)?;
    Ok(all.iter().map(|document| (document.json().to_owned(), document.origin().start)).collect())
}

/// Documents of all sizes, so that pieces end anywhere in them, some larger than a piece.
#[test]
fn a_long_file_is_read_piece_by_piece_as_it_is_read_whole() {
    let long = |seed: usize| {
        format!("{{\"a\":\"{}é\",\n\"b\":[{seed}, \"\\\"]\"]}}", "ß".repeat(seed * 7919 % 5000))
    };
    let mut documents: Vec<String> = (0..700).map(long).collect();
    documents.extend([
        "12345".repeat(9),
        "null".into(),
        "\"x\"".into(),
        format!("[\"{}\"]", "é ".repeat(2_000_000)),
    ]);
    documents.push(documents[0].clone());
    for content in [
        documents.join("\n"),
        documents.join("\r\n\r\n") + "\n",
        format!("\u{feff} [{}]\n", documents.join(",")),
        format!("[\n{}\n]", documents.join("\n,\n  ")),
    ] {
        assert!(content.len() > 6 << 20);
        let found = streamed(content.clone().into()).unwrap();
        assert_eq!(found.len(), documents.len());
        assert!(found == whole(content.clone().into()).unwrap());
        for end in [content.len() - 4, content.len() / 2, content.len() / 3] {
            let cut = content.as_bytes()[..end].to_vec();
            assert_eq!(streamed(cut.clone()), whole(cut), "{end}");
        }
        let broken = content.replacen("\"b\":[600", "\"b\":[6x0", 1);
        let problem = streamed(broken.clone().into()).unwrap_err();
        assert_eq!(problem, whole(broken.into()).unwrap_err());
        assert!(problem.at.unwrap().line > 600, "{problem}");
    }
}

#[test]
fn what_is_no_file_of_documents_is_not_read_to_its_end() {
    let quote = std::io::Read::chain(&b"[\""[..], std::io::repeat(b'x'));
    let problem = Chunks::read("f", quote).find_map(Result::err).unwrap();
    assert_eq!(problem.to_string(), "f:1:2: a document of more than 16 MB begins here [R607]");
    let spaces = std::io::Read::take(std::io::repeat(b' '), 3 << 20);
    assert_eq!(Chunks::read("f", spaces).find_map(Result::err).unwrap().code, "R611");
}

proptest! {
    #[test]
    fn a_list_and_lines_give_the_same_documents(
        values in prop::collection::vec((any::<i32>(), "[ -~é\n]{0,12}"), 1..8),
        gaps in prop::collection::vec("[ \n\t]{0,3}", 16),
    ) {
        let documents: Vec<String> = values
            .iter()
            .map(|(id, text)| serde_json::json!({ "id": id, "text": text }).to_string())
            .collect();
        let spaced: Vec<String> = documents
            .iter()
            .zip(gaps.chunks(2))
            .map(|(document, gap)| format!("{}{document}{}", gap[0], gap[1]))
            .collect();
        let array = split("a", format!("[{}]", spaced.join(",")).into()).unwrap();
        let lines = split("b", spaced.join("\n").into()).unwrap();
        prop_assert_eq!(texts(&array), documents.iter().map(String::as_str).collect::<Vec<_>>());
        prop_assert_eq!(texts(&array), texts(&lines));
        for document in array.iter().chain(&lines) {
            let start = document.origin().start;
            let before = &document.source().text[..start.offset];
            prop_assert_eq!(start, Position::START.advance(before));
        }
    }

    #[test]
    fn any_file_is_split_or_refused_inside_its_text(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"[]{}\",:1n \n".to_vec())], 0..40),
    ) {
        if let Err(problem) = split("f", bytes.clone()) {
            prop_assert!(problem.at.is_none_or(|at| at.offset <= bytes.len()));
        }
    }

    #[test]
    fn any_yaml_becomes_json_or_is_refused(yaml in "[-a:{}\\[\\],&*!|>'\" \n#%0-9?]{0,30}") {
        if let Ok(json) = yaml_to_json(&yaml) {
            prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok(), "{}", json);
        }
    }
}
