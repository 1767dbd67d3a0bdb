//! The seeded mistakes, checked: code, place and help as the case says, the words as the snapshot says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rayon::prelude::*;

use super::case::{self, Outcome};

/// What there was to say of every case, by its file.
static OUTCOMES: LazyLock<Vec<(PathBuf, Vec<Told>)>> = LazyLock::new(|| {
    let told = |case: case::Case| Told { outcome: case.run(), about: case.about };
    let run = |(path, cases): (PathBuf, Vec<case::Case>)| (path, cases.into_par_iter().map(told).collect());
    case::all().into_par_iter().map(run).collect()
});

/// A case, and what there was to say of it.
struct Told {
    about: String,
    outcome: Outcome,
}

fn each() -> impl Iterator<Item = (&'static Path, &'static Told)> {
    OUTCOMES.iter().flat_map(|(path, all)| all.iter().map(|told| (path.as_path(), told)))
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(std::ffi::OsStr::to_str).unwrap()
}

#[test]
fn every_seeded_mistake_is_found_at_its_place() {
    let wrong = each().filter(|(_, told)| !told.outcome.wrong.is_empty());
    let wrong: Vec<_> = wrong
        .map(|(path, told)| format!("{}: {}\n{}", path.display(), told.about, told.outcome.wrong))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many of all mistakes are told, told at their line, and told with what helps; in thousandths.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are asked for with `--nocapture`")]
fn nearly_all_mistakes_are_told_at_their_line_with_help() {
    let all: Vec<&Outcome> = each().map(|(_, told)| &told.outcome).collect();
    let share = |is: fn(&&&Outcome) -> bool| all.iter().filter(is).count() * 1000 / all.len();
    let told = share(|outcome| outcome.is_told);
    let at_its_line = share(|outcome| outcome.is_at_its_line);
    let helped = share(|outcome| outcome.has_help);
    println!("{} mistakes: {told} ‰ told, {at_its_line} ‰ at their line, {helped} ‰ with help", all.len());
    assert!(all.len() >= 600, "{} mistakes", all.len());
    assert!(told >= 980 && at_its_line >= 970 && helped >= 800, "{told}, {at_its_line}, {helped}");
}

#[test]
fn every_diagnostic_reads_as_it_did() {
    let differs = |(path, all): &&(PathBuf, Vec<Told>)| {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let rendered = match all.as_slice() {
            [one] => one.outcome.rendered.clone(),
            all => {
                let each = all.iter().map(|told| format!("# {}\n{}", told.about, told.outcome.rendered));
                each.collect::<Vec<_>>().join("\n")
            }
        };
        let assert = || settings.bind(|| insta::assert_snapshot!(name(path), rendered));
        catch_unwind(AssertUnwindSafe(assert)).is_err()
    };
    let wrong: Vec<_> = OUTCOMES.iter().filter(differs).map(|(path, _)| path).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
