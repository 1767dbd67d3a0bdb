//! How fast documents become qbXML under the default rules, and how fast a program written by hand
//! for the same purpose is.
//!
//! ```text
//! cargo bench --bench map                   # all of it; the ratios come first
//! cargo bench --bench map -- twenty_lines   # only some
//! ```
//!
//! Both programs give the same bytes: that is seen to before anything is measured. The ratios are
//! of medians of runs that take turns, so that what else the machine does hits both alike.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::fs::File;
use std::hint::black_box;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use ferrule::rules::Program;
use rayon::prelude::*;
use support::rules::Mapping;
use support::{documents, hand, process, rules};

/// One program, run once.
type Run<'r> = &'r dyn Fn();

fn main() {
    let program = rules::program();
    for lines in [5, 20] {
        same_bytes(&program, lines);
        ratios(&program, lines);
    }
    command(&program);
    divan::main();
}

fn same_bytes(program: &Program, lines: u32) {
    let mapping = Mapping::new(program);
    for number in 1..200 {
        let json = documents::invoice(number, lines);
        let ours = mapping.request(json.as_bytes());
        let by_hand = hand::request(json.as_bytes(), &hand::Settings::default());
        assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&by_hand), "invoice {number}");
    }
}

/// Prints how fast `ferrule map` is over a file, from its start to its end, next to mapping the same
/// documents on all cores here: that reads no files, looks for no unknown fields, and writes nothing.
fn command(program: &Program) {
    const RUNS: usize = 7;
    let folder = tempfile::tempdir().unwrap();
    let content = many(20_000);
    std::fs::write(folder.path().join("invoices.ndjson"), &content).unwrap();
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_ferrule"))
            .args(["map", "invoice", "invoices.ndjson", "--rules"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
            .current_dir(folder.path())
            .stdout(File::create(folder.path().join("invoices.xml")).unwrap())
            .spawn()
            .unwrap()
    };
    let end = |mut child: Child| assert!(child.wait().unwrap().success());
    let (mut times, mut spent) = ([Vec::new(), Vec::new()], (0, 0));
    for _ in 0..RUNS {
        let content = content.clone();
        let (before, begin) = (process::processor(), Instant::now());
        drop(black_box(map_all(program, content)));
        times[0].push(begin.elapsed().as_secs_f64());
        let between = process::processor();
        times[1].push(process::time(start, end).as_secs_f64());
        if let (Some(before), Some(between), Some(after)) = (before, between, process::processor()) {
            spent.0 += between.0 - before.0;
            spent.1 += after.1 - between.1;
        }
    }
    let [here, command] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        20_000.0 / times[RUNS / 2]
    });
    let memory = process::memory(start, end).map_or(0, |kilobytes| kilobytes / 1024);
    println!(
        "20,000 invoices, all cores: {here:.0} a second here, {command:.0} by `ferrule map`: {:.2} of it, in {memory} MB",
        command / here
    );
    println!(
        "processor time for as many: {} ms here, {} ms by `ferrule map`",
        spent.0 * 10 / RUNS as u64,
        spent.1 * 10 / RUNS as u64
    );
}

/// Cuts a file and maps its documents, on all cores.
fn map_all(program: &Program, file: Vec<u8>) -> Vec<Vec<u8>> {
    let documents = ferrule::steelhead::split("shop.json", file).unwrap();
    let engine = || Mapping::new(program);
    let mapped = documents
        .par_iter()
        .map_init(engine, |mapping, document| mapping.request(document.json().as_bytes()));
    mapped.collect()
}

/// Prints how the two compare, from bytes and from documents that are read already.
fn ratios(program: &Program, lines: u32) {
    let mapping = Mapping::new(program);
    let settings = hand::Settings::default();
    let json = documents::invoice(232, lines);
    let document = mapping.decode(json.as_bytes());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let pairs: [(&str, Run<'_>, Run<'_>); 3] = [
        ("bytes to bytes", &|| drop(black_box(mapping.request(black_box(json.as_bytes())))), &|| {
            drop(black_box(hand::request(black_box(json.as_bytes()), &settings)));
        }),
        ("mapping alone", &|| drop(black_box(mapping.map(black_box(&document)))), &|| {
            drop(black_box(hand::map(black_box(&value), &settings)));
        }),
        ("decoding alone", &|| drop(black_box(mapping.decode(black_box(json.as_bytes())))), &|| {
            drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(json.as_bytes()))));
        }),
    ];
    for (name, ours, by_hand) in pairs {
        let (ours, by_hand) = compare(ours, by_hand);
        println!(
            "{lines:2} lines, {name:14}: {:6.2} us, by hand {:6.2} us: {:.2} times its speed",
            ours * 1e6,
            by_hand * 1e6,
            by_hand / ours
        );
    }
}

/// The medians of two programs that take turns, in seconds for one run.
fn compare(one: &dyn Fn(), other: &dyn Fn()) -> (f64, f64) {
    const RUNS: u32 = 200;
    let mut times = [Vec::new(), Vec::new()];
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(1500) {
        for (program, times) in [one, other].into_iter().zip(&mut times) {
            let start = Instant::now();
            for _ in 0..RUNS {
                program();
            }
            times.push(start.elapsed().as_secs_f64() / f64::from(RUNS));
        }
    }
    let [one, other] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    });
    (one, other)
}

#[divan::bench(args = [5, 20])]
fn bytes_to_bytes(bencher: Bencher<'_, '_>, lines: u32) {
    let program = rules::program();
    let mapping = Mapping::new(&program);
    let json = documents::invoice(232, lines);
    bencher.counter(BytesCount::of_str(&json)).bench_local(|| mapping.request(black_box(json.as_bytes())));
}

#[divan::bench(args = [5, 20])]
fn bytes_to_bytes_by_hand(bencher: Bencher<'_, '_>, lines: u32) {
    let settings = hand::Settings::default();
    let json = documents::invoice(232, lines);
    bencher
        .counter(BytesCount::of_str(&json))
        .bench_local(|| hand::request(black_box(json.as_bytes()), &settings));
}

#[divan::bench(args = [5, 20])]
fn mapping_alone(bencher: Bencher<'_, '_>, lines: u32) {
    let program = rules::program();
    let mapping = Mapping::new(&program);
    let document = mapping.decode(documents::invoice(232, lines).as_bytes());
    bencher.bench_local(|| mapping.map(black_box(&document)));
}

#[divan::bench(args = [5, 20])]
fn mapping_alone_by_hand(bencher: Bencher<'_, '_>, lines: u32) {
    let settings = hand::Settings::default();
    let value: serde_json::Value = serde_json::from_str(&documents::invoice(232, lines)).unwrap();
    bencher.bench_local(|| hand::map(black_box(&value), &settings));
}

/// A file with 10,000 invoices of five lines, cut and mapped on all cores.
#[divan::bench(sample_count = 10)]
fn all_cores(bencher: Bencher<'_, '_>) {
    let program = rules::program();
    let file = many(10_000);
    bencher
        .counter(ItemsCount::new(10_000_usize))
        .with_inputs(|| file.clone())
        .bench_local_values(|file| map_all(&program, file));
}

/// The same on one core.
#[divan::bench(sample_count = 10)]
fn one_core(bencher: Bencher<'_, '_>) {
    let program = rules::program();
    let mapping = Mapping::new(&program);
    let file = many(10_000);
    bencher.counter(ItemsCount::new(10_000_usize)).with_inputs(|| file.clone()).bench_local_values(|file| {
        let documents = ferrule::steelhead::split("shop.json", file).unwrap();
        let requests: Vec<Vec<u8>> =
            documents.iter().map(|document| mapping.request(document.json().as_bytes())).collect();
        requests
    });
}

fn many(count: u32) -> Vec<u8> {
    let documents: Vec<String> = (0..count).map(|number| documents::invoice(number, 5)).collect();
    documents.join("\n").into_bytes()
}
