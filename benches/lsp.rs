//! How long an editor waits for the language server on the default rules: from a keystroke to what is wrong, for completion, and for
//! what a word means with the value that it has for a case. The medians must stay below 50, 100 and 100 ms.
//!
//! ```text
//! cargo bench --bench lsp
//! ```

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what it cannot measure")]

use std::io::{BufReader, PipeReader, PipeWriter, pipe};
use std::path::Path;

use ferrule::lsp::serve;
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

/// An editor that has opened this repository and its rules for invoices.
struct Editor {
    input: PipeWriter,
    output: BufReader<PipeReader>,
    uri: String,
    text: String,
    typed: i32,
}

impl Editor {
    fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = root.join("rules/invoice.yaml");
        let ((theirs, input), (output, back)) = (pipe().unwrap(), pipe().unwrap());
        std::thread::spawn(move || serve(theirs, back));
        let url = |path: &Path| lsp_types::Url::from_file_path(path).unwrap().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut editor = Self { input, output: BufReader::new(output), uri: url(&path), text, typed: 0 };
        editor.ask("initialize", &json!({ "capabilities": {}, "rootUri": url(root) }));
        let document = json!({ "uri": editor.uri, "languageId": "yaml", "version": 0, "text": editor.text });
        editor.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        editor
    }

    fn tell(&mut self, method: &str, params: &Value) {
        let message: Message = Notification::new(method.to_owned(), params).into();
        message.write(&mut self.input).unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) {
        let message: Message = Request::new(1.into(), method.to_owned(), params).into();
        message.write(&mut self.input).unwrap();
        while !matches!(Message::read(&mut self.output).unwrap().unwrap(), Message::Response(_)) {}
    }

    /// Asks about the place behind a part of the text.
    fn ask_behind(&mut self, method: &str, part: &str) {
        let before = self.text.split_inclusive(part).next().unwrap();
        let (line, column) = (before.matches('\n').count(), before.len() - before.rfind('\n').unwrap() - 1);
        let position = json!({ "line": line, "character": column });
        self.ask(method, &json!({ "textDocument": { "uri": self.uri }, "position": position }));
    }

    /// Types a mistake, or mends it, and waits for what is said of it.
    fn type_one(&mut self) {
        self.typed += 1;
        let text =
            if self.typed % 2 == 1 { self.text.replace("PONumber:", "PONumbr:") } else { self.text.clone() };
        let document = json!({ "uri": self.uri, "version": self.typed });
        let changes = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", &changes);
        assert!(matches!(Message::read(&mut self.output).unwrap().unwrap(), Message::Notification(_)));
    }
}

#[divan::bench]
fn keystroke_to_diagnostics(bencher: divan::Bencher<'_, '_>) {
    let mut editor = Editor::open();
    bencher.bench_local(|| editor.type_one());
}

#[divan::bench]
fn completion_of_elements(bencher: divan::Bencher<'_, '_>) {
    let mut editor = Editor::open();
    bencher.bench_local(|| editor.ask_behind("textDocument/completion", "    PONu"));
}

#[divan::bench]
fn completion_of_names(bencher: divan::Bencher<'_, '_>) {
    let mut editor = Editor::open();
    bencher.bench_local(|| editor.ask_behind("textDocument/completion", "=po_num"));
}

#[divan::bench]
fn hover_with_a_value(bencher: divan::Bencher<'_, '_>) {
    let mut editor = Editor::open();
    bencher.bench_local(|| editor.ask_behind("textDocument/hover", "    PONum"));
}
