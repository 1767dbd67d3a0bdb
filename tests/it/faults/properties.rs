//! Whatever is done to the rule files, the checker answers: no panic, every span within its file, the
//! same answer for the same files.

use ferrule::rules::{Compiled, RuleFiles, compile};
use proptest::prelude::*;
use proptest::sample::Index;

use super::case::default_rules;

/// A change to one file.
#[derive(Clone, Debug)]
enum Mutation {
    /// A line goes.
    DeleteLine(Index),
    /// A line comes twice.
    RepeatLine(Index),
    /// A line changes its place with the next.
    SwapLines(Index),
    /// Two lines' indentation grows or shrinks.
    Indent(Index, bool),
    /// A character becomes another.
    Replace(Index, char),
    /// A character goes.
    Delete(Index),
    /// The file ends early.
    Cut(Index),
}

/// Characters that mean something in YAML or Rhai, and some of several bytes.
const CHARACTERS: &str = "{}[]()\"'`=:,.#|>&*!%@-+/<>?~\\\t\n $0aZ_ÄßИ€😀\u{0}\u{7f}\u{a0}\u{2028}";

fn mutation() -> impl Strategy<Value = Mutation> {
    let character = any::<Index>().prop_map(|at| {
        let all: Vec<char> = CHARACTERS.chars().collect();
        *at.get(&all)
    });
    prop_oneof![
        any::<Index>().prop_map(Mutation::DeleteLine),
        any::<Index>().prop_map(Mutation::RepeatLine),
        any::<Index>().prop_map(Mutation::SwapLines),
        (any::<Index>(), any::<bool>()).prop_map(|(at, more)| Mutation::Indent(at, more)),
        (any::<Index>(), character).prop_map(|(at, with)| Mutation::Replace(at, with)),
        any::<Index>().prop_map(Mutation::Delete),
        any::<Index>().prop_map(Mutation::Cut),
    ]
}

impl Mutation {
    fn of(&self, text: &str) -> String {
        match self {
            Self::Replace(at, _) | Self::Delete(at) | Self::Cut(at) => {
                let mut all: Vec<char> = text.chars().collect();
                let at = at.index(all.len().max(1)).min(all.len().saturating_sub(1));
                match self {
                    _ if all.is_empty() => {}
                    Self::Replace(_, with) => all[at] = *with,
                    Self::Cut(_) => all.truncate(at),
                    _ => drop(all.remove(at)),
                }
                all.into_iter().collect()
            }
            Self::DeleteLine(at) | Self::RepeatLine(at) | Self::SwapLines(at) | Self::Indent(at, _) => {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                if !lines.is_empty() {
                    self.change_lines(&mut lines, at.index(text.lines().count()));
                }
                lines.join("\n") + "\n"
            }
        }
    }

    fn change_lines(&self, lines: &mut Vec<String>, at: usize) {
        match self {
            Self::DeleteLine(_) => drop(lines.remove(at)),
            Self::RepeatLine(_) => lines.insert(at, lines[at].clone()),
            Self::Indent(_, true) => lines[at].insert_str(0, "  "),
            Self::Indent(_, false) => {
                lines[at] = lines[at].strip_prefix("  ").unwrap_or(&lines[at]).to_owned();
            }
            _ => {
                let next = (at + 1) % lines.len();
                lines.swap(at, next);
            }
        }
    }
}

fn changed(mutations: &[(Index, Mutation)]) -> RuleFiles {
    let mut files = default_rules();
    for (file, mutation) in mutations {
        let layer = &mut files.layers[0];
        let at = file.index(layer.len());
        layer[at].text = mutation.of(&layer[at].text);
    }
    files
}

fn spans_lie_within_their_files(compiled: &Compiled) -> Result<(), TestCaseError> {
    for diagnostic in &compiled.diagnostics {
        let span = diagnostic.span;
        let source = compiled.sources.get(span.file);
        prop_assert!(source.is_some(), "{diagnostic:?}");
        let text = &source.unwrap().text;
        let range = span.start as usize..span.end as usize;
        prop_assert!(text.get(range).is_some(), "{diagnostic:?} in {} bytes", text.len());
    }
    Ok(())
}

const CASES: u32 = 250;

proptest! {
    // Each case compiles the whole rule set.
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checker_answers_whatever_the_files_say(mutations in prop::collection::vec((any::<Index>(), mutation()), 1..4)) {
        let files = changed(&mutations);
        let compiled = compile(&files);
        spans_lie_within_their_files(&compiled)?;
        let errors = compiled.diagnostics.iter().any(|found| found.severity == ferrule::rules::Severity::Error);
        prop_assert_eq!(compiled.program.is_none(), errors);
        let text = ferrule::rules::render::render(&compiled.diagnostics, &compiled.sources, false);
        prop_assert_eq!(text.is_empty(), compiled.diagnostics.is_empty());
    }

    #[test]
    fn the_same_files_give_the_same_answer(mutations in prop::collection::vec((any::<Index>(), mutation()), 1..3)) {
        let files = changed(&mutations);
        let (first, second) = (compile(&files), compile(&files));
        prop_assert_eq!(first.diagnostics, second.diagnostics);
        prop_assert_eq!(format!("{:?}", first.program.map(|it| it.objects)), format!("{:?}", second.program.map(|it| it.objects)));
    }
}
