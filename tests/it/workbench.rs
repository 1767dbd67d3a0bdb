//! `ferrule test --coverage` and `--mutants`: what no case touches, and what no snapshot notices.

use std::path::{Path, PathBuf};

use ferrule::snapshots::{Item, Kind, MutantError, Verdict, check_covered, find, mutants, orphans};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A rule set of one object, with a condition, a branch, a setting and a function.
const RULES: [(&str, &str); 5] = [
    ("rules/ruleset.yaml", "name: A\nqbxml: \"13.0\"\n"),
    (
        "rules/settings.yaml",
        "settings:\n  named: { label: Named, type: boolean, default: true }\n  idle: { label: Idle, type: text }\n",
    ),
    (
        "rules/shapes/thing.yaml",
        "shape: thing\nfields: { id: integer!, name: text, note: text, gone: boolean }\n",
    ),
    (
        "rules/thing.yaml",
        "object: thing\nexport:\n  skip:\n    - { id: gone, when: =thing.gone == true, message: Gone. }\n  add: ClassAdd\n  fields:\n    Name: { value: \"=shown(thing.name)\", overflow: reject }\n    IsActive: { when: =settings.named, value: true }\n",
    ),
    ("rules/scripts/a.rhai", "fn shown(name) {\n  name ?? inner(1)\n}\n\nfn inner(n) {\n  \"nameless\"\n}\n"),
];

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn case(documents: &str, settings: &str) -> String {
    format!("about: A case.\nsettings: {settings}\ndocuments:\n{documents}\n")
}

/// The rules, with one case after the other and their snapshots taken over.
fn rule_set(cases: &[String]) -> (tempfile::TempDir, [PathBuf; 1], Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &RULES);
    for (number, text) in cases.iter().enumerate() {
        write(folder.path(), &[(&format!("fixtures/{number}.yaml"), text)]);
    }
    let rules = [folder.path().join("rules")];
    let paths = find(&[folder.path().join("fixtures")]).unwrap();
    for checked in check_covered(&rules, &paths).unwrap().0 {
        checked.verdict.fresh().expect("there is no snapshot yet").accept().unwrap();
    }
    (folder, rules, paths)
}

fn untouched(rules: &[PathBuf], paths: &[PathBuf]) -> Vec<String> {
    let (_, coverage) = check_covered(rules, paths).unwrap();
    coverage.untouched().iter().map(|item| item.what.clone()).collect()
}

fn unnoticed(rules: &[PathBuf], paths: &[PathBuf]) -> Vec<String> {
    let all = mutants(rules, paths, None, &|_, _| {}).unwrap();
    assert_eq!(all.tried, 9);
    all.unnoticed.iter().map(|mutant| mutant.what.clone()).collect()
}

#[test]
fn what_no_case_touches_is_named_until_one_does() {
    let plain = case("  - { object: thing, id: 1, name: A }", "{}");
    let (_folder, rules, paths) = rule_set(std::slice::from_ref(&plain));
    assert_eq!(
        untouched(&rules, &paths),
        [
            "thing: gone never holds",
            "`when` of ClassAdd/IsActive always holds, or is never asked",
            "`inner(1)` never has a value where it is asked for"
        ]
    );
    let (_, coverage) = check_covered(&rules, &paths).unwrap();
    assert!(coverage.per_mille() < 1000);
    let gone = case("  - { object: thing, id: 2, name: B, gone: true }", "{}");
    let unnamed = case("  - { object: thing, id: 3 }", "{ named: false }");
    let (_folder, rules, paths) = rule_set(&[plain, gone, unnamed]);
    assert_eq!(untouched(&rules, &paths), [""; 0]);
    assert_eq!(check_covered(&rules, &paths).unwrap().1.per_mille(), 1000);
}

/// A function with everything that decides: `if`, `&&`, `||`, a loop, and what asks only whether something is there.
const DECIDES: &str = "fn shown(name) {\n  let all = \"\";\n  for part in split(name, \"-\") {\n    if part == \"A\" || part == \"B\" && all == \"\" { all += part; }\n  }\n  if name != () && name > \"M\" { all + \"!\" } else { all + \".\" }\n}\n";

#[test]
fn each_way_that_a_function_can_go_is_told_with_its_place() {
    let one = case("  - { object: thing, id: 1, name: A }", "{}");
    let (folder, rules, paths) = rule_set(&[one]);
    write(folder.path(), &[("rules/scripts/a.rhai", DECIDES)]);
    let (_, coverage) = check_covered(&rules, &paths).unwrap();
    let ways: Vec<String> = coverage
        .untouched()
        .into_iter()
        .filter(|item| item.kind == Kind::Way)
        .map(|item| format!("{} {}", item.place.rsplit_once(".rhai:").unwrap().1, item.what))
        .collect();
    assert_eq!(
        ways,
        [
            "4:23 `part == \"B\" && all == \"\"` always holds, or is never asked",
            "4:23 `part == \"B\" && all == \"\"` never holds",
            "4:23 `part == \"B\"` always holds, or is never asked",
            "4:38 `all == \"\"` always holds, or is never asked",
            "4:38 `all == \"\"` never holds",
            "4:8 `part == \"A\" || part == \"B\" && all == \"\"` always holds, or is never asked",
            "6:20 `name > \"M\"` never holds",
            "6:6 `name != () && name > \"M\"` never holds",
            "6:6 `name != ()` always holds, or is never asked"
        ]
    );
}

#[test]
fn what_only_a_value_with_a_name_asks_for_is_touched() {
    let lines = "  - { object: thing, id: 1, name: A, lines: [{ note: B }] }";
    let (folder, rules, paths) = rule_set(&[case(lines, "{}")]);
    write(
        folder.path(),
        &[
            (
                "rules/shapes/thing.yaml",
                "shape: thing\nfields: { id: integer!, name: text, gone: boolean, lines: [{ note: text }] }\n",
            ),
            (
                "rules/thing.yaml",
                "object: thing\nexport:\n  add: JournalEntryAdd\n  fields:\n    JournalDebitLine:\n      for: { line: =thing.lines }\n      let: { said: =shown(line.note) }\n      Memo: { value: =said, overflow: reject }\n",
            ),
        ],
    );
    let named = |what: &String| what.contains("never called");
    assert_eq!(untouched(&rules, &paths).into_iter().filter(named).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn what_no_snapshot_notices_is_named_until_one_does() {
    let plain = case("  - { object: thing, id: 1, name: A }", "{}");
    let (_folder, rules, paths) = rule_set(std::slice::from_ref(&plain));
    assert_eq!(
        unnoticed(&rules, &paths),
        [
            "`inner(1)` has no value",
            "thing: gone never holds",
            "thing: gone has no value",
            "`when` of ClassAdd/IsActive always holds"
        ]
    );
    let gone = case("  - { object: thing, id: 2, name: B, gone: true }", "{}");
    let unnamed = case("  - { object: thing, id: 3 }", "{ named: false }");
    let (folder, rules, paths) = rule_set(&[plain, gone, unnamed]);
    assert_eq!(unnoticed(&rules, &paths), [""; 0]);
    std::fs::write(folder.path().join("fixtures/0.snap"), "---\n---\nanother\n").unwrap();
    assert!(matches!(mutants(&rules, &paths, None, &|_, _| {}), Err(MutantError::NotClean { .. })));
    // The one that cannot be read is named, not just any.
    let broken = folder.path().join("fixtures/2.yaml");
    std::fs::write(&broken, "nothing: here\n").unwrap();
    let Err(MutantError::NotClean { path }) = mutants(&rules, &paths, None, &|_, _| {}) else { panic!() };
    assert_eq!(path, broken);
}

#[test]
fn a_snapshot_without_a_case_is_found() {
    let (folder, ..) = rule_set(&[case("  - { object: thing, id: 1, name: A }", "{}")]);
    let fixtures = folder.path().join("fixtures");
    assert_eq!(orphans(&[&fixtures]).unwrap(), [""; 0].map(PathBuf::from));
    std::fs::rename(fixtures.join("0.yaml"), fixtures.join("1.yaml")).unwrap();
    assert_eq!(orphans(&[&fixtures]).unwrap(), [fixtures.join("0.snap")]);
    assert_eq!(orphans(&[root().join("fixtures")]).unwrap(), [""; 0].map(PathBuf::from));
}

/// The rules that ship, with their optional layers: the cases try each part of them, and each change shows.
#[test]
fn the_cases_that_ship_touch_the_rules_that_ship() {
    let (rules, paths) = ([root().join("rules")], find(&[root().join("fixtures")]).unwrap());
    let coverage = check_covered(&rules, &paths).unwrap().1;
    assert_eq!(coverage.untouched(), [] as [&Item; 0]);
    let (all, _) = coverage.count();
    assert!(all > 1000, "only {all} things can be touched: are they found?");
    let of_base = coverage.of_layer(rules[0].to_str().unwrap()).count().0;
    assert!(of_base > 500 && of_base < all, "{of_base} of {all} stand in the base");
    let all = mutants(&rules, &paths, None, &|_, _| {}).unwrap();
    let unnoticed: Vec<_> = all.unnoticed.iter().map(|it| format!("{}: {}", it.place, it.what)).collect();
    assert_eq!(unnoticed, [""; 0]);
    assert!(all.tried > 1000, "only {} changes were tried: are they found?", all.tried);
}

/// What comes of a case with this `expect` under [`RULES`]: what it says that did not come, or why it cannot be.
fn expecting(expect: &str) -> String {
    let documents =
        "  - { object: thing, id: 1, name: A }\n  - { object: thing, id: 2, name: B, gone: true }";
    let (folder, rules, paths) = rule_set(&[case(documents, "{}")]);
    let known = std::fs::read_to_string(&paths[0]).unwrap();
    std::fs::write(&paths[0], format!("{known}expect:\n{expect}")).unwrap();
    let told = match check_covered(&rules, &paths).unwrap().0.remove(0).verdict {
        Verdict::Same { .. } => String::new(),
        Verdict::Unmet(unmet) => unmet.join("\n"),
        Verdict::Broken(error) => error.to_string(),
        other => panic!("{other:?}"),
    };
    told.replace(&folder.path().join("fixtures").display().to_string(), "")
}

#[test]
fn what_a_case_expects_is_held_against_its_result() {
    let met = "  ClassAdd/Name: A\n  ClassAdd[1]/IsActive: [true]\n  ClassAdd/Name[2]: absent\n  ClassAdd/ParentRef/FullName:\n  \"ClassAdd/Name\": /^[AB]$/\n  skipped: gone\n  rejected: absent\n";
    assert_eq!(expecting(&met.replace("  \"ClassAdd/Name\": /^[AB]$/\n", "")), "");
    assert_eq!(expecting("  ClassAdd/Name: /^[AB]$/\n"), "");
    assert_eq!(
        expecting(
            "  ClassAdd/Name: B\n  ClassAdd/IsActive: absent\n  ClassAdd/Name[2]: A\n  ClassAdd/IsActive[1]: [true, true]\n  skipped: [Gone., gold]\n  warned: R650\n"
        ),
        "/0.yaml:7:3: ClassAdd/Name: expected B, is A\n\
         /0.yaml:8:3: ClassAdd/IsActive: expected absent, is true\n\
         /0.yaml:9:3: ClassAdd/Name[2]: expected A, is absent\n\
         /0.yaml:10:3: ClassAdd/IsActive[1]: expected true, true, is true\n\
         /0.yaml:11:3: skipped: expected Gone., gold, is gone (Gone.)\n\
         /0.yaml:12:3: warned: expected R650, is absent"
    );
    // What can never be there would always be absent.
    let misspelt = expecting("  ClassAdd/Nmae: absent\n");
    assert!(
        misspelt.contains("/0.yaml:7:3: `Nmae` is not an element of ClassAdd; did you mean `Name`?"),
        "{misspelt}"
    );
    let unknown = expecting("  ClasAdd/Name: A\n");
    assert!(unknown.contains("`ClasAdd` is no message"), "{unknown}");
}
