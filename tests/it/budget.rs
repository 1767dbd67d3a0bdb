//! No rule runs without a budget: what functions, texts, lists and loops come to is counted in steps, so that the same
//! document gives the same answer on every computer; and the checker itself takes no longer for a line the more there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Context, Decision, Engine, Links, Options};
use ferrule::qbxml::Company;
use ferrule::rules::files::RuleFile;
use ferrule::rules::program::Stop;
use ferrule::rules::render::render;
use ferrule::rules::{Program, RuleFiles, compile};

fn file(name: &str, text: String) -> RuleFile {
    RuleFile { name: name.into(), path: name.into(), text }
}

fn program(script: &str, export: &str) -> Program {
    let layer = vec![
        file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n".into()),
        file("scripts/own.rhai", script.into()),
        file(
            "shapes/thing.yaml",
            "shape: thing\nfields: { id: integer!, all: [ integer ], note: text }\n".into(),
        ),
        file("thing.yaml", format!("object: thing\nexport:\n  add: ClassAdd\n{export}")),
    ];
    let compiled = compile(&RuleFiles { layers: vec![layer] });
    compiled.program.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

/// The codes and words of what is told of a document with a list of a thousand.
fn told(program: &Program) -> Vec<(String, String)> {
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let all: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
    let note = "x".repeat(2_000);
    let json = format!(r#"{{"object":"thing","id":1,"all":[{}],"note":"{note}"}}"#, all.join(","));
    let document = decoder.decode_bytes(json.as_bytes(), &Origin::default()).unwrap();
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &[], company: &company, links: &links };
    let outcome = Engine::new(program).export(&document.root, context, Options::default());
    match outcome.decision {
        Decision::Reject(notes) => notes.into_iter().map(|note| (note.code, note.message)).collect(),
        other => panic!("{other:?}"),
    }
}

const NAME: &str = "  fields: { Name: { value: \"=text(f(thing))\", overflow: truncate } }\n";

fn is_over_its_limits(script: &str, export: &str) {
    let told = told(&program(script, export));
    // Each loop around the one that was stopped may tell it once more.
    assert!((1..=3).contains(&told.len()) && told.iter().all(|(code, _)| code == "R637"), "{told:?}");
}

#[test]
fn a_text_that_is_doubled_without_a_loop_comes_to_an_end() {
    let functions: String = (0..30)
        .map(|n| format!("fn f{n}(x) {{ let y = x + x; f{}(y) }}\n", n + 1))
        .chain(["fn f30(x) { x }\n".to_owned(), "fn f(thing) { f0(thing.note) }\n".to_owned()])
        .collect();
    is_over_its_limits(&functions, NAME);
}

/// What a choice hangs on is asked once, however deep one choice stands in another and whatever is compared.
#[test]
fn a_choice_within_a_choice_is_asked_once() {
    let functions: String = (1..=30)
        .map(|n| format!("fn f{n}(x) {{ if f{}(x) == \"A\" {{ \"A\" }} else {{ \"B\" }} }}\n", n - 1))
        .chain(["fn f0(x) { upper(x) }\n".to_owned(), "fn f(thing) { f30(\"a\") }\n".to_owned()])
        .collect();
    let reject = "  reject:\n    - { id: a, when: =true, message: =f(thing) }\n  fields: { Name: x }\n";
    assert_eq!(told(&program(&functions, reject)), [("a".to_owned(), "A".to_owned())]);
}

#[test]
fn functions_count_by_what_they_are_given() {
    let doubled = "let s = thing.note; for n in [1, 2, 3, 4, 5] { s += s; }";
    let script = format!(
        "fn f(thing) {{ {doubled} let t = 0; for a in thing.all {{ let z = plain(s); t += count([z]); }} t }}"
    );
    is_over_its_limits(&script, NAME);
}

#[test]
fn loops_of_conditions_and_elements_count() {
    let warn = "  reject:\n    - { id: a, for: { a: =thing.all, b: =thing.all, c: =thing.all }, when: =a + b + c < 0, message: m }\n  fields: { Name: x }\n";
    is_over_its_limits("", warn);
}

#[test]
fn choosing_from_a_list_counts_its_members() {
    let script = "fn f(thing) { let t = 0; for a in thing.all { for b in [1, 2, 3] { t += count(unique(thing.all)); } } t }";
    is_over_its_limits(script, NAME);
}

#[test]
fn what_is_only_tried_ends_when_it_is_told_to() {
    let script = "fn f(thing) { let t = 0; for a in thing.all { t += a; } t }";
    let mut program = program(script, NAME);
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    program.stop = Stop::once(move || {
        count.fetch_add(1, Ordering::Relaxed);
        true
    });
    assert_eq!(told(&program)[0].0, "R637");
    assert_eq!(asked.load(Ordering::Relaxed), 1, "it is asked once, and then all work ends");
}

/// The processor time of this thread: what else the machine does is not in it.
fn used() -> std::time::Duration {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    std::time::Duration::from_nanos(schedule.split(' ').next().unwrap().parse().unwrap())
}

/// How a file begins, and one of its faulty lines.
type Faulty = (&'static str, fn(usize) -> String);

/// Four times the lines take four times as long; if each looked at all others, it would be sixteen times.
#[test]
fn four_times_the_faulty_lines_take_about_four_times_as_long() {
    let base =
        RuleFiles::read(&[std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")]).unwrap().layers;
    let timed = |lines: usize, (head, line): Faulty| {
        let text: String = std::iter::once(head.to_owned()).chain((0..lines).map(line)).collect();
        let files = RuleFiles { layers: [base.clone(), vec![vec![file("invoice.yaml", text)]]].concat() };
        let runs = (0..3).map(|_| {
            let began = used();
            let compiled = compile(&files);
            assert!(compiled.program.is_none());
            render(&compiled.diagnostics, &compiled.sources, false);
            used().saturating_sub(began)
        });
        runs.min().unwrap()
    };
    let kinds: [Faulty; 4] = [
        ("", |_| "a: 1\n".to_owned()),
        ("", |n| format!("a{n}: 1\n")),
        ("export:\n  fields:\n", |n| format!("    A{n}: =invoice.x\n")),
        ("export:\n  reject:\n", |n| format!("    - {{ id: n{n}, when: =invoice.x{n} }}\n")),
    ];
    for kind in kinds {
        let (few, many) = (timed(2_500, kind), timed(10_000, kind));
        assert!(many < few * 7, "{few:?} for 2,500 lines, {many:?} for 10,000");
    }
}
