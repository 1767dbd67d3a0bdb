//! How many instructions the parts take. Counts, unlike times, are the same whatever else the
//! machine does, so a change of one per cent is seen.
//!
//! ```text
//! apt-get install valgrind
//! cargo install gungraun-runner --version 0.20.0
//! cargo bench --bench instructions
//! ```
//!
//! Each figure is compared with that of the run before.

#![expect(clippy::print_stdout, reason = "a benchmark says what it lacks")]

mod support;

use std::process::{Command, ExitCode, Stdio};

/// As in `Cargo.toml`: library and runner must be of one version.
const RUNNER: &str = "gungraun-runner";
const INSTALL_RUNNER: &str = "cargo install gungraun-runner --version 0.20.0";

fn main() -> ExitCode {
    let lacking: Vec<&str> = [("valgrind", "apt-get install valgrind"), (runner(), INSTALL_RUNNER)]
        .into_iter()
        .filter(|(program, _)| !runs(program))
        .map(|(_, install)| install)
        .collect();
    if lacking.is_empty() {
        counted::run();
        return ExitCode::SUCCESS;
    }
    println!("instructions are counted by valgrind and gungraun-runner; first: {}", lacking.join(" && "));
    ExitCode::FAILURE
}

/// The runner, which may be named when the bench is built.
fn runner() -> &'static str {
    option_env!("GUNGRAUN_RUNNER").unwrap_or(RUNNER)
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    // The runner refuses an option it does not know, which is as good a sign.
    command.status().is_ok()
}

/// In a room of their own, because gungraun writes a `main`.
mod counted {
    use std::hint::black_box;

    use ferrule::catalogue;
    use ferrule::document::Document;
    use ferrule::engine::Outcome;
    use ferrule::rules::{RuleFiles, compile};
    use gungraun::{library_benchmark, library_benchmark_group, main};

    use super::support::rules::Mapping;
    use super::support::{documents, rules};

    type Prepared = (Mapping<'static>, String);

    /// A mapping that has mapped before, and an invoice.
    fn prepared(lines: u32) -> Prepared {
        let mapping = Mapping::new(Box::leak(Box::new(rules::program())));
        mapping.request(documents::invoice(231, lines).as_bytes());
        (mapping, documents::invoice(232, lines))
    }

    fn decoded(lines: u32) -> (Mapping<'static>, Document) {
        let (mapping, json) = prepared(lines);
        let document = mapping.decode(json.as_bytes());
        (mapping, document)
    }

    #[library_benchmark]
    #[bench::of_5_lines(args = (5), setup = prepared)]
    #[bench::of_20_lines(args = (20), setup = prepared)]
    fn decode((mapping, json): Prepared) -> (Document, Prepared) {
        (black_box(mapping.decode(json.as_bytes())), (mapping, json))
    }

    #[library_benchmark]
    #[bench::of_5_lines(args = (5), setup = decoded)]
    #[bench::of_20_lines(args = (20), setup = decoded)]
    fn map((mapping, document): (Mapping<'static>, Document)) -> (Outcome, Document, Mapping<'static>) {
        (black_box(mapping.map(&document)), document, mapping)
    }

    #[library_benchmark]
    #[bench::of_5_lines(args = (5), setup = prepared)]
    #[bench::of_20_lines(args = (20), setup = prepared)]
    fn whole((mapping, json): Prepared) -> (Vec<u8>, Prepared) {
        (black_box(mapping.request(json.as_bytes())), (mapping, json))
    }

    #[library_benchmark]
    #[bench::default_rules(args = (), setup = rules::files)]
    fn check(files: RuleFiles) -> bool {
        black_box(compile(&files)).program.is_some()
    }

    #[library_benchmark]
    fn load_catalogue() -> &'static str {
        black_box(catalogue::root()).name()
    }

    library_benchmark_group!(name = counts, benchmarks = [decode, map, whole, check, load_catalogue]);

    main!(library_benchmark_groups = counts);

    /// What gungraun made of the above.
    pub fn run() {
        main();
    }
}
