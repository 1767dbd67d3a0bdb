//! Script functions without loops are put in place of their calls; the variables of one must not get
//! into those of another.

use ferrule::engine::{Context, Engine, Links};
use ferrule::qbxml::{Company, Record};
use ferrule::rules::compile;
use ferrule::rules::files::{RuleFile, RuleFiles};

const SCRIPT: &str = r#"
fn twice(x) { let y = x + x; y }
fn joined(a, b) { let c = a + "-"; c + b }
fn deep(a, b) { let inner = joined(twice(b), twice(a)); if inner == "" { return a; } inner }
fn summed(a, b) { let t = 0; for x in [a, b] { t += x; } t }
fn subtracted(a, b) { let t = a; for x in [b] { t -= x; } t }
fn multiplied(a, b) { let t = 1; for x in [a, b] { t *= x; } t }
fn looped(a, b) { let t = ""; for x in [a, b] { t += x; } t }
"#;

fn value(expression: &str) -> String {
    let file = |name: &str, text: &str| RuleFile { name: name.into(), path: name.into(), text: text.into() };
    let quoted = serde_json::to_string(&format!("={expression}")).unwrap();
    let layer = vec![
        file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n"),
        file("scripts/own.rhai", SCRIPT),
        file("shapes/thing.yaml", "shape: thing\nfields: { id: integer!, value: any }\n"),
        file(
            "thing.yaml",
            &format!("object: thing\nimport:\n  from: [ClassRet]\n  fields: {{ value: {quoted} }}\n"),
        ),
    ];
    let compiled = compile(&RuleFiles { layers: vec![layer] });
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &[], company: &company, links: &links };
    let record =
        Record::from_xml("<ClassRet><Name>n</Name><FullName>f</FullName></ClassRet>").unwrap().into();
    let import = program.objects[0].import.as_ref().unwrap();
    let imported = Engine::new(&program).import("thing", import, &record, context);
    let document = imported.document.unwrap_or_else(|| panic!("{:?}", imported.reasons));
    document.get("value").and_then(|value| value.as_text()).unwrap().to_owned()
}

#[test]
fn arguments_do_not_meet_each_other() {
    assert_eq!(value("joined(twice(record.Name), twice(record.FullName))"), "nn-ff");
    assert_eq!(value("deep(record.Name, record.FullName)"), "ff-nn");
    assert_eq!(
        value("joined(joined(twice(\"a\"), twice(\"b\")), joined(twice(\"c\"), twice(\"d\")))"),
        "aa-bb-cc-dd"
    );
    assert_eq!(value("looped(twice(record.Name), joined(record.Name, twice(record.FullName)))"), "nnn-ff");
}

/// Where a function runs makes no difference to what it computes.
#[test]
fn sums_and_products_are_exact_or_refused_in_expressions_and_in_scripts() {
    let (long, longer) = ("0.30000000000000004", "6.3933979999999995");
    for (ours, theirs, wanted) in [
        ("1.50 + 1.50", "summed(1.50, 1.50)", "3.00"),
        ("1.5 * 0.50", "multiplied(1.5, 0.50)", "0.750"),
        ("2 - 0.01", "subtracted(2, 0.01)", "1.99"),
    ] {
        assert_eq!(value(&format!("text({ours})")), wanted);
        assert_eq!(value(&format!("text({theirs})")), wanted);
    }
    for wrong in [
        format!("{long} * {longer}"),
        format!("multiplied({long}, {longer})"),
        "summed(1000000000000000.5, 0.0000000000000001)".to_owned(),
        "1000000000000000.5 - 0.0000000000000001".to_owned(),
    ] {
        let failed = std::panic::catch_unwind(|| value(&wrong)).unwrap_err();
        let message = failed.downcast::<String>().unwrap();
        assert!(message.contains("has more digits than can be kept exactly"), "{wrong}: {message}");
    }
}
