//! A database in a folder of its own, and the commands over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::stored::{CompanyFile, Store as _};

/// The example address of a service.
pub const URL: &str = "https://books.example.com/qbwc";

pub struct Desk {
    pub folder: tempfile::TempDir,
}

/// What a command said.
#[derive(Debug, PartialEq)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    /// Without a database.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With the connection of one company file.
    pub fn connected() -> Self {
        let desk = Self::empty();
        let qwc = desk.path("lakeside.qwc");
        let said = desk.run(&[
            "qwc",
            "--domain",
            "lakeside",
            "--name",
            "Lakeside Plating",
            "--url",
            URL,
            "--out",
            &qwc,
        ]);
        assert_eq!(said.code, 0, "{said:?}");
        desk
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("ferrule.db")
    }

    pub fn store(&self) -> Arc<AnyStore> {
        Arc::new(SqliteStore::open(&self.database()).unwrap().into())
    }

    pub fn file(&self) -> CompanyFile {
        self.store().company_files().unwrap().pop().unwrap()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        // `ferrule token` has commands of its own, which take the database.
        let (name, rest) = arguments.split_at(if arguments[0] == "token" { 2 } else { 1 });
        command
            .args(name)
            .arg("--database")
            .arg(self.database())
            .args(rest)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("NO_COLOR");
        command
    }

    /// Runs a command on the database.
    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Runs a command that needs no database.
    pub fn run_bare(arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("NO_COLOR");
        said(command.output().unwrap())
    }

    /// Runs a command with this on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        said(self.command(arguments).write_stdin(input).output().unwrap())
    }

    /// Runs a command that must go well; gives what it printed.
    pub fn well(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.out
    }

    /// `errors`, which ends with code 1 as there are some; gives what it printed.
    pub fn errors(&self, arguments: &[&str]) -> String {
        let said = self.run(&[&["errors"], arguments].concat());
        assert_eq!((said.code, said.err.as_str()), (1, ""), "{arguments:?}: {said:?}");
        said.out
    }

    /// The same, as JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.well(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// A command that fails with these words, and nothing on standard output.
    pub fn refused(&self, arguments: &[&str], words: &str) {
        let said = self.run(arguments);
        assert_eq!(said.code, 1, "{arguments:?}: {said:?}");
        assert!(said.err.contains(words), "{arguments:?}: `{words}` is not in {said:?}");
        assert_eq!(said.out, "", "{arguments:?}");
    }
}

fn said(output: std::process::Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// The sample shop's folder of documents.
pub const SHOP: &str = "fixtures/shop/documents";

/// One of its files.
pub fn shop(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SHOP).join(name);
    std::fs::read_to_string(path).unwrap()
}
