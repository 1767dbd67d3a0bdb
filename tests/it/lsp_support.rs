//! An editor in this process, for tests that type a lot.

use std::collections::BTreeMap;
use std::io::{BufReader, PipeReader, PipeWriter, Write as _, pipe};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use ferrule::lsp::serve;
use lsp_server::{Message, Notification, Request, Response};
use serde_json::{Value, json};

/// An editor that talks to a server of its own.
pub struct Editor {
    input: Option<PipeWriter>,
    output: BufReader<PipeReader>,
    server: Option<JoinHandle<std::io::Result<bool>>>,
    asked: i32,
    version: i32,
    /// What was told last of each file, by its path; of a file where nothing is wrong there is nothing.
    pub told: BTreeMap<PathBuf, Vec<Value>>,
}

/// The address of a file.
pub fn url(path: &Path) -> String {
    lsp_types::Url::from_file_path(path).unwrap().to_string()
}

impl Editor {
    /// One that has said nothing yet.
    pub fn silent() -> Self {
        let ((their_input, input), (output, their_output)) = (pipe().unwrap(), pipe().unwrap());
        let server = std::thread::spawn(move || serve(their_input, their_output));
        let (input, server) = (Some(input), Some(server));
        let output = BufReader::new(output);
        Self { input, output, server, asked: 0, version: 0, told: BTreeMap::new() }
    }

    /// One that has opened a folder.
    pub fn open(root: &Path) -> Self {
        Self::open_with(root, &json!({}))
    }

    /// One that can do certain things.
    pub fn open_with(root: &Path, capabilities: &Value) -> Self {
        let mut editor = Self::silent();
        editor.ask("initialize", json!({ "capabilities": capabilities, "rootUri": url(root) })).unwrap();
        editor.tell("initialized", json!({}));
        editor
    }

    /// Writes bytes, whatever they are.
    pub fn write(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        let message: Message = Notification::new(method.to_owned(), params).into();
        message.write(self.input.as_mut().unwrap()).unwrap();
    }

    /// The answer to a request; the error's code and words if there is none.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        self.asked += 1;
        let request: Message = Request::new(self.asked.into(), method.to_owned(), params).into();
        request.write(self.input.as_mut().unwrap()).unwrap();
        loop {
            if let Message::Response(Response { id, response_result }) =
                self.read().expect("the server is gone")
                && id == self.asked.into()
            {
                return response_result.map_err(|error| (error.code, error.message));
            }
        }
    }

    /// The next message; what is told of files is noted.
    pub fn read(&mut self) -> Option<Message> {
        let message = Message::read(&mut self.output).unwrap()?;
        if let Message::Notification(told) = &message {
            assert_eq!(told.method, "textDocument/publishDiagnostics");
            let path =
                lsp_types::Url::parse(told.params["uri"].as_str().unwrap()).unwrap().to_file_path().unwrap();
            match told.params["diagnostics"].as_array().unwrap().as_slice() {
                [] => _ = self.told.remove(&path),
                all => _ = self.told.insert(path, all.to_vec()),
            }
        }
        Some(message)
    }

    pub fn open_file(&mut self, path: &Path, text: &str) {
        self.version += 1;
        let document =
            json!({ "uri": url(path), "languageId": "yaml", "version": self.version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn type_all(&mut self, path: &Path, text: &str) {
        self.version += 1;
        let document = json!({ "uri": url(path), "version": self.version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    pub fn close(&mut self, path: &Path) {
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": url(path) } }));
    }

    /// The files on disk have changed.
    pub fn disk_changed(&mut self) {
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    }

    /// Waits until all that was said was taken in.
    pub fn settle(&mut self) {
        let at =
            json!({ "textDocument": { "uri": "file:///none" }, "position": { "line": 0, "character": 0 } });
        assert_eq!(self.ask("textDocument/hover", at), Ok(Value::Null));
    }

    /// The codes of what is wrong with a file.
    pub fn codes(&mut self, path: &Path) -> Vec<String> {
        self.settle();
        let told = self.told.get(path).into_iter().flatten();
        told.map(|it| it["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Says goodbye. Gives whether the server takes it as one.
    pub fn leave(mut self) -> bool {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        self.gone()
    }

    /// Dies.
    pub fn gone(mut self) -> bool {
        self.input = None;
        self.server.take().unwrap().join().unwrap().unwrap()
    }
}

/// A place in a file, as requests name it.
pub fn at(path: &Path, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": url(path) }, "position": { "line": line, "character": character } })
}

/// A shop's repository: a layer over the rules that ship, and a case.
pub fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("ferrule.yaml", "layers: [base, site]\n");
    write("site/settings.yaml", "settings:\n  custom_prefix:\n    default: \"S-\"\n");
    write("site/invoice.yaml", INVOICE);
    write("site/scripts/own.rhai", "/// Words.\nfn own(invoice) {\n    invoice.shipVia\n}\n");
    folder
}

/// A layer's file for invoices.
pub const INVOICE: &str =
    "object: invoice\nexport:\n  fields:\n    Memo: { value: =own(invoice), overflow: truncate }\n";
