//! The steps of the README, in a clone, as a newcomer takes them: word for word.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::fixtures::root;

const HEADING: &str = "## Change a rule in ten minutes";

/// What a step of the README says, and the texts in it that are code.
struct Step {
    text: String,
    code: Vec<String>,
}

/// The numbered steps below the heading.
fn steps() -> Vec<Step> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once(HEADING).expect("the README has lost a heading");
    let section = rest.split("\n## ").next().unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("1. "));
    let mut texts: Vec<String> = Vec::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        match line.split_once(". ") {
            Some((number, text)) if number == (texts.len() + 1).to_string() => texts.push(text.to_owned()),
            _ => texts.last_mut().unwrap().extend([" ", line.trim()]),
        }
    }
    texts.into_iter().map(|text| Step { code: code(&text), text }).collect()
}

/// What stands between backticks, single or double.
fn code(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        rest = &rest[at..];
        let ticks = &rest[..rest.len() - rest.trim_start_matches('`').len()];
        let (inner, after) = rest[ticks.len()..].split_once(ticks).expect("a backtick is alone");
        found.push(inner.trim().to_owned());
        rest = after;
    }
    found
}

/// A clone of the project as it lies here, with a commit of its own, and the program where the first command builds it.
struct Clone(TempDir);

impl Clone {
    fn new() -> Self {
        let clone = Self(tempfile::tempdir().unwrap());
        let list = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(list.status.success(), "{}", told(&list));
        let names = String::from_utf8(list.stdout).unwrap();
        for name in names.split_terminator('\0').filter(|name| root().join(name).is_file()) {
            let to = clone.path().join(name);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(root().join(name), to).unwrap();
        }
        clone.does("git init --quiet && git add --all && git commit --quiet --message Start");
        let built = clone.path().join("target/debug");
        std::fs::create_dir_all(&built).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_ferrule"));
        std::fs::hard_link(program, built.join("ferrule"))
            .or_else(|_| std::fs::copy(program, built.join("ferrule")).map(|_| ()))
            .unwrap();
        clone
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn shell(&self, line: &str) -> Output {
        let somebody = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
        Command::new("sh")
            .args(["-c", &format!("{}\n{line}", shell_of_the_readme())])
            .current_dir(self.path())
            .envs(somebody.map(|name| (name, "newcomer@example.com")))
            .output()
            .unwrap()
    }

    /// Runs what must succeed; what it says.
    fn does(&self, line: &str) -> String {
        self.ends(line, 0)
    }

    /// Runs what must end with that code; what it says.
    fn ends(&self, line: &str, code: i32) -> String {
        let output = self.shell(line);
        assert_eq!(output.status.code(), Some(code), "`{line}` says:\n{}", told(&output));
        told(&output)
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{file} must hold `{from}` once");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }
}

/// The line by which the README makes the program a command.
fn shell_of_the_readme() -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = readme.split_once(HEADING).unwrap();
    let line = section.lines().find(|line| line.starts_with("export PATH="));
    line.expect("the README does not say how `ferrule` becomes a command").to_owned()
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said).into_owned()).concat()
}

#[test]
fn the_steps_of_the_readme_lead_where_they_say() {
    let steps = steps();
    let [open, change, check, diff, test, commit] = steps.as_slice() else {
        panic!("{} steps", steps.len());
    };
    let clone = Clone::new();

    let [file, rule, ..] = open.code.as_slice() else { panic!("{}", open.text) };
    let [changed] = change.code.as_slice() else { panic!("{}", change.text) };
    clone.replace(file, rule, changed);

    let [command, misspelt, help] = check.code.as_slice() else { panic!("{}", check.text) };
    clone.does(command);
    let right = changed.replacen("Memo", misspelt, 1);
    clone.replace(file, changed, &right);
    let said = clone.ends(command, 1);
    assert!(said.contains(misspelt.as_str()) && said.contains(help.as_str()), "{said}");
    clone.replace(file, &right, changed);

    let [command] = diff.code.as_slice() else { panic!("{}", diff.text) };
    let said = clone.ends(command, 2);
    let first = said.lines().next().unwrap();
    assert!(first.starts_with("invoice: ") && first.ends_with(": Memo"), "{said}");
    assert!(said.contains(" -> Steelhead "), "{said}");
    assert!(said.trim_end().ends_with("under HEAD."), "{said}");

    let [command, accept] = test.code.as_slice() else { panic!("{}", test.text) };
    let said = clone.ends(command, 1);
    assert!(said.contains("<Memo>Steelhead "), "{said}");
    let said = clone.does(accept);
    assert!(said.contains("accepted"), "{said}");

    let [guard] = commit.code.as_slice() else { panic!("{}", commit.text) };
    clone.does("git commit --quiet --all --message Memo && test -z \"$(git status --porcelain)\"");
    clone.does(guard);
    let said = clone.does(&diff.code[0]);
    assert!(said.lines().last().unwrap().starts_with("0 of "), "{said}");
}

/// The pages for people, and the folder of each.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let docs = docs.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let readmes = ["README.md", "rules/README.md"].map(|name| root().join(name));
    let all = readmes.into_iter().chain(docs);
    all.map(|path| (path.parent().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn every_file_that_a_page_names_is_there() {
    const FOLDERS: [&str; 6] = ["src/", "tests/", "rules/", "fixtures/", "docs/", "benches/"];
    let mut seen = 0;
    for (folder, text) in pages() {
        let links = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
        let links = links.filter(|link| !link.starts_with("http") && !link.starts_with('#'));
        // `links.rs` looks whether a page has the heading that stands behind `#`.
        let links = links.filter_map(|link| link.split('#').next());
        let spans = text
            .lines()
            .filter(|line| line.matches('`').count() % 2 == 0)
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        let is_path = |span: &&str| {
            FOLDERS.iter().any(|it| span.starts_with(it)) && !span.contains([' ', '<', '*', '{'])
        };
        // A room of `src` goes by its name there.
        let place = |name: &str| {
            let place = root().join(name);
            if place.exists() { place } else { root().join("src").join(name) }
        };
        let named = links.map(|link| folder.join(link)).chain(spans.filter(is_path).map(place));
        for path in named {
            assert!(path.exists(), "a page names {}, which is not there", path.display());
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
