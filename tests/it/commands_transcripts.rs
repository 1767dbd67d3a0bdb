//! What each of the loop's commands says to people and to programs, as snapshots.

use std::fmt::Write as _;

use ferrule::simulator::ManualClock;
use regex::Regex;

use crate::commands_support::{Desk, SHOP, URL};
use crate::loop_support::{BEGIN, Break, Shop};

/// What commands said, with what differs from run to run called by its kind.
struct Transcript<'d> {
    desk: &'d Desk,
    text: String,
}

impl<'d> Transcript<'d> {
    fn of(desk: &'d Desk) -> Self {
        Self { desk, text: String::new() }
    }

    /// Runs a command, which may fail.
    fn run(&mut self, arguments: &[&str]) -> &mut Self {
        let said = self.desk.run(arguments);
        let quoted = arguments
            .iter()
            .map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() });
        writeln!(self.text, "$ ferrule {}", quoted.collect::<Vec<_>>().join(" ")).unwrap();
        for (text, mark) in [(&said.out, ""), (&said.err, "2> ")] {
            for line in text.lines() {
                writeln!(self.text, "{mark}{line}").unwrap();
            }
        }
        if said.code != 0 {
            writeln!(self.text, "exit code {}", said.code).unwrap();
        }
        self.text.push('\n');
        self
    }

    /// The same for people and for programs.
    fn both(&mut self, arguments: &[&str]) -> &mut Self {
        self.run(arguments).run(&[arguments, &["--json"]].concat())
    }

    fn plain(&self) -> String {
        let mut text = self.text.replace(self.desk.folder.path().to_str().unwrap(), "DIR");
        for (pattern, kind) in [
            (r"\{[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\}", "{GUID}"),
            (r#"(password(?: +|": "))[^\s"]{20,}"#, "${1}PASSWORD"),
            (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00| UTC)?", "TIME"),
            (r"ferrule_[0-9a-f]{16}_\S+", "TOKEN"),
            (r"(settled it by hand on) \d{4}-\d\d-\d\d", "${1} TODAY"),
            (r"\(in \d+ \w+\)|\(?\d+ (seconds?|minutes?|hours?|days?) ago\)?", "(SOME TIME)"),
        ] {
            text = Regex::new(pattern).unwrap().replace_all(&text, kind).into_owned();
        }
        text.trim_end().to_owned() + "\n"
    }
}

macro_rules! assert_transcript {
    ($name:literal, $transcript:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/commands" }, {
            insta::assert_snapshot!($name, $transcript.plain());
        });
    };
}

/// The sample shop: some customers, bills and invoices played, and a whole visit.
fn visited() -> (Desk, Shop) {
    let desk = Desk::empty();
    let mut shop = Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    desk.well(&["load", SHOP]);
    desk.well(&["play", "customer", "301", "302"]);
    desk.well(&["play", "bill", "--all"]);
    shop.clock.advance(200_000_000);
    shop.visit(Break::Never);
    (desk, shop)
}

#[test]
fn qwc() {
    let desk = Desk::empty();
    let out = desk.path("lakeside.qwc");
    let made = ["qwc", "--domain", "lakeside", "--name", "Lakeside Plating", "--url", URL, "--out", &out];
    let north = desk.path("north.qwc");
    let mut told = Transcript::of(&desk);
    told.run(&["qwc", "--again", "--url", URL]).run(&made).run(&made);
    told.run(&["qwc", "--domain", "north", "--name", "North", "--url", URL, "--out", &north, "--json"]);
    told.run(&["qwc", "--again", "--url", URL]);
    told.run(&[
        "qwc",
        "--again",
        "--company",
        "North",
        "--url",
        "http://books.example.com/qbwc",
        "--out",
        &north,
    ]);
    told.run(&["qwc", "--again", "--company", "North", "--url", URL, "--out", &north]);
    told.run(&["qwc", "--new-password", "--company", "lakeside"]);
    assert_transcript!("qwc", told);
}

#[test]
fn token() {
    let desk = Desk::connected();
    let mut told = Transcript::of(&desk);
    told.run(&["token", "list"]);
    let add = ["token", "add", "erp", "--scope", "documents:write", "--scope", "status:read"];
    told.run(&add).run(&add);
    told.run(&["token", "add", "night", "--scope", "plan:read", "--days", "30"]).both(&["token", "list"]);
    told.run(&["token", "add", "x", "--scope", "documents:read"]);
    told.run(&["token", "add", "x", "--scope", "status:read", "--domain", "other"]);
    told.run(&["token", "remove", "ERP"]).run(&["token", "remove", "erp"]);
    told.run(&["token", "add", " ", "--scope", "status:read"]);
    assert_transcript!("token", told);
}

#[test]
fn load() {
    let desk = Desk::connected();
    let mixed = desk.write(
        "mixed.ndjson",
        "{\"object\":\"customer\",\"id\":1,\"name\":\"A\",\"fone\":\"1\"}\n{\"object\":\"custmer\",\"id\":2}\n{\"object\":\"vendor\",\"id\":\"x\"}\n",
    );
    let cut =
        desk.write("cut.json", "[{\"object\":\"customer\",\"id\":1,\"name\":\"A\"},\n{\"object\":\"cus");
    let mut told = Transcript::of(&desk);
    told.both(&["load", SHOP]).both(&["load", &mixed]).both(&["load", &cut]).both(&["load", "no/such.json"]);
    assert_transcript!("load", told);
}

#[test]
fn play() {
    let desk = Desk::connected();
    desk.well(&["load", SHOP]);
    let mut told = Transcript::of(&desk);
    told.both(&["play", "customer", "301", "302"]).both(&["play", "bill", "--all"]);
    told.run(&["play", "invoice", "1"]).run(&["play", "invoce", "1"]).run(&["play", "invoice"]);
    told.both(&["play", "--all"]);
    assert_transcript!("play", told);
}

#[test]
fn settle() {
    let desk = Desk::connected();
    desk.well(&["load", SHOP]);
    desk.well(&["play", "invoice", "1031042"]);
    let mut told = Transcript::of(&desk);
    told.both(&["settle", "--before", "2026-03-06", "--why", "booked by the old integration"]);
    told.run(&["settle", "--by", "Kim", "invoice", "1031046", "1031046"])
        .run(&["settle", "invoice", "1031046"]);
    told.run(&["play", "invoice", "1031046"]).run(&["errors", "invoice", "1031046"]);
    told.both(&["settle", "--list"]).run(&["settle", "--list", "bill"]).both(&["status"]);
    told.both(&["settle", "--undo", "invoice", "1031046"]);
    told.run(&["settle", "--undo", "--before", "2026-03-06"]).run(&["settle", "--list"]);
    told.run(&["settle", "--before", "2026-03-06", "customer"]).run(&["settle", "invoice"]);
    assert_transcript!("settle", told);
}

#[test]
fn read_and_pause() {
    let desk = Desk::connected();
    let mut told = Transcript::of(&desk);
    told.both(&["read"]).both(&["pause"]).run(&["pause"]).run(&["read"]);
    told.both(&["pause", "--off"]).run(&["read", "--company", "Lakesid Plating"]);
    assert_transcript!("read_and_pause", told);
}

#[test]
fn import_and_ignore() {
    let (desk, shop) = visited();
    let id =
        shop.file.records("Vendor").find_map(|node| node.child("ListID")?.text().map(str::to_owned)).unwrap();
    let mut told = Transcript::of(&desk);
    told.both(&["import", "vendor", "--list"]).run(&["import", "vendor", "--why"]);
    let listed = desk.json(&["import", "vendor", "--list"]);
    let first = listed[0]["record_id"].as_str().unwrap_or(&id).to_owned();
    told.both(&["ignore", "Vendor", &first])
        .run(&["ignore", "vendor", "1-1"])
        .run(&["ignore", "Vendr", "1-1"]);
    told.run(&["import", "vendor", &first]).run(&["ignore", "VendorRet", &first, "--undo"]);
    told.run(&["import", "vendor", &first])
        .run(&["import", "vendor", &first])
        .run(&["import", "vendr", "--list"]);
    assert_transcript!("import_and_ignore", told);
}

#[test]
fn connect_and_archive() {
    let (desk, shop) = visited();
    let id = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    let mut told = Transcript::of(&desk);
    told.both(&["archive", "customer", "302"])
        .run(&["archive", "customer", "302"])
        .run(&["archive", "customer", "9"]);
    told.both(&["archive", "customer", "302", "--restore"]);
    told.both(&["connect", "customer", "303", "Customer", &id])
        .run(&["connect", "customer", "303", "Customer", "1-1"]);
    assert_transcript!("connect_and_archive", told);
}

#[test]
fn status_and_errors() {
    let (desk, _shop) = visited();
    let mut told = Transcript::of(&desk);
    told.both(&["status"]).both(&["errors"]).run(&["errors", "bill"]).run(&["errors", "invoice", "1"]);
    assert_transcript!("status_and_errors", told);
    let empty = Desk::empty();
    let mut told = Transcript::of(&empty);
    told.run(&["status"]).run(&["errors"]);
    assert_transcript!("no_database", told);
}

#[test]
fn history() {
    let (desk, _shop) = visited();
    let mut told = Transcript::of(&desk);
    told.run(&["history"]).run(&["history", "vendor", "403"]).run(&["history", "vendor", "403", "--json"]);
    told.run(&["history", "vendor", "403", "--full"]).run(&["history", "customer", "303"]);
    assert_transcript!("history", told);
}

#[test]
fn doctor_and_settings() {
    let desk = Desk::connected();
    desk.well(&["load", SHOP]);
    let mut told = Transcript::of(&desk);
    told.both(&["doctor"]).run(&["doctor", "--backup", &desk.path("copy.db")]);
    told.run(&["settings", "import_every=25"]).run(&["settings"]).run(&["settings", "--changed", "--json"]);
    told.run(&["settings", "items_into_part_numbers_filter"]).run(&["settings", "receivable_acount=x"]);
    assert_transcript!("doctor_and_settings", told);
}
