//! Documents that must be refused: with which code, and at which place.

use ferrule::document::{Code, Decoder, Origin, Position};

use crate::documents_shapes::{decode, shapes, with};

/// What is wrong with a document: code, column in the only line, path, a piece of the message.
type Wrong = (&'static str, usize, &'static str, &'static str);

fn wrong(json: &str) -> Vec<(String, usize, String, String)> {
    let problems = decode(json).expect_err(json);
    problems
        .into_iter()
        .map(|problem| {
            let at = problem.at.unwrap();
            assert_eq!((at.line, problem.file.as_deref()), (1, Some("a.json")), "{json}");
            (problem.code.to_string(), at.column, problem.path, problem.message)
        })
        .collect()
}

#[track_caller]
fn assert_wrong(json: &str, expected: &[Wrong]) {
    let found = wrong(json);
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| {
            (&*found.0, found.1, &*found.2) == (expected.0, expected.1, expected.2)
                && found.3.contains(expected.3)
        });
    assert!(same, "{json}\nfound    {found:?}\nexpected {expected:?}");
}

#[test]
fn what_is_no_document_is_refused() {
    assert_wrong("", &[("R613", 1, "", "ends in the middle")]);
    assert_wrong("  ", &[("R613", 3, "", "ends in the middle")]);
    assert_wrong("hello", &[("R601", 1, "", "not JSON: expected value")]);
    assert_wrong(" [1]", &[("R603", 2, "", "found a list")]);
    assert_wrong("42", &[("R603", 1, "", "found the number `42`")]);
    assert_wrong("null", &[("R603", 1, "", "found null")]);
    assert_wrong("{}", &[("R603", 1, "", "`object` is missing")]);
    assert_wrong(r#"{"id":1}"#, &[("R603", 1, "", "`object` is missing")]);
    assert_wrong(r#"{"object":7}"#, &[("R603", 11, "", "found the number `7`")]);
    assert_wrong(r#"{"id":1,"object":"invioce"}"#, &[("R603", 18, "", "did you mean `invoice`?")]);
    let known = "there are customer, invoice, partNumber";
    assert_wrong(r#"{"object":"zebra"}"#, &[("R603", 11, "", known)]);
}

#[test]
fn what_is_no_json_is_refused_at_its_place() {
    assert_wrong(r#"{"object":"invoice","id":1,"idInDomain":2"#, &[("R613", 42, "", "ends in")]);
    assert_wrong(r#"{"object":"invoice","id":x}"#, &[("R601", 26, "", "expected value")]);
    assert_wrong(r#"{"object":"invoice","id":01}"#, &[("R601", 27, "", "invalid number")]);
    assert_wrong(&format!("{}x", with(r#""paid":true"#)), &[("R601", 55, "", "trailing")]);
    assert_wrong(&with("\"notes\":\"\u{1}\""), &[("R601", 51, "", "control character")]);
    assert_wrong(&with(r#""notes":"\ud800""#), &[("R601", 51, "notes", "surrogate")]);
    assert_wrong(&with(r#""customInputs":{"\ud800":1}"#), &[("R601", 58, "customInputs", "surrogate")]);
    let deep = with(&format!(r#""customInputs":{}{}"#, "[".repeat(200), "]".repeat(200)));
    let found = wrong(&deep);
    assert_eq!((found.len(), &*found[0].0), (1, "R607"));
    let deeper = format!(r#"{{"object":{}"#, "[".repeat(100_000));
    assert_eq!(wrong(&deeper)[0].0, "R613");
    let nested = r#"{"id":1,"name":"a","favourite":{"id":1,"name":"a","customer":"#.repeat(100);
    let nested = with(&format!(r#""customer":{nested}null{}"#, "}".repeat(200)));
    assert_eq!(wrong(&nested)[0].0, "R607");
}

/// Members of an invoice, the wrong place marked with `^`; the code, the path and a piece of the
/// message.
const BREAKS_THE_SHAPE: &[(&str, &str, &str, &str)] = &[
    (r#""notes":^true"#, "R605", "notes", "expected text, found `true`"),
    (r#""notes":^{}"#, "R605", "notes", "expected text, found"),
    (r#""notes":^["x"]"#, "R605", "notes", "expected text, found"),
    (r#""paid":^"true""#, "R605", "paid", "expected true or false, found the text `true`"),
    (r#""paid":^1"#, "R605", "paid", "found the number `1`"),
    (r#""tags":^{}"#, "R605", "tags", "expected a list, found a structure"),
    (r#""tags":^"a""#, "R605", "tags", "expected a list, found text"),
    (r#""tags":["a",^null]"#, "R605", "tags[1]", "must not hold null"),
    (r#""customer":^[{"id":1}]"#, "R605", "customer", "expected a structure, found a list"),
    (r#""customer":^1e999"#, "R605", "customer", "expected a structure, found a number"),
    (r#""customer":^17"#, "R605", "customer", "expected a structure, found a number"),
    (r#""customer":^{"id":1}"#, "R604", "customer", "`name` is missing"),
    (r#""customer":{"id":1,"name":^null}"#, "R604", "customer.name", "must not be null"),
    (r#""invoicedAtAsDate":^"2026-02-30""#, "R605", "invoicedAtAsDate", "`2026-02-30`"),
    (r#""invoicedAtAsDate":^"2026-7-1""#, "R605", "invoicedAtAsDate", "a date (YYYY-MM-DD)"),
    (r#""invoicedAtAsDate":^"2026-07-01T00:00:00Z""#, "R605", "invoicedAtAsDate", "a date"),
    (r#""invoicedAtAsDate":^20260701"#, "R605", "invoicedAtAsDate", "a date"),
    (r#""finalizedAt":^"2026-07-01 noon""#, "R605", "finalizedAt", "a time (ISO 8601"),
    (r#""finalizedAt":^"2026-07-01T10:00:00""#, "R605", "finalizedAt", "with offset"),
    (r#""lines":[{"id":^1.5}]"#, "R605", "lines[0].id", "expected a whole number"),
    (r#""lines":[{"id":^"x"}]"#, "R605", "lines[0].id", "the text `x`"),
    (r#""lines":[{"id":1,"items":[{"rate":^"1,5"}]}]"#, "R605", "lines[0].items[0].rate", "`1,5`"),
    (r#""lines":[{"id":1,"items":[{"rate":^""}]}]"#, "R605", "lines[0].items[0].rate", "a number"),
    (r#""lines":[{"id":1,"items":[{"rate":^1e30}]}]"#, "R607", "lines[0].items[0].rate", "28 digits"),
    (r#""customInputs":{"a b":{"c":^9e99}}"#, "R607", "customInputs[\"a b\"].c", "28 digits"),
    (r#""customInputs":{"a":1,"a":^2}"#, "R606", "customInputs.a", "`a` occurs twice"),
    (r#""paid":true,"paid":^false"#, "R606", "paid", "`paid` occurs twice"),
    (r#""object":^"bill""#, "R606", "object", "`object` occurs twice"),
];

#[test]
fn values_that_break_the_shape_are_refused_at_their_place() {
    for (members, code, path, message) in BREAKS_THE_SHAPE {
        let json = with(members);
        let column = json.find('^').unwrap() + 1;
        assert_wrong(&json.replace('^', ""), &[(*code, column, *path, *message)]);
    }
}

#[test]
fn a_text_longer_than_the_shape_knows_is_refused() {
    let part = |name: &str| format!(r#"{{"object":"partNumber","id":1,"name":"{name}"}}"#);
    assert!(decode(&part(&"é".repeat(31))).is_ok());
    let found = wrong(&part(&"é".repeat(32)));
    assert_eq!((&*found[0].0, found[0].1, &*found[0].2), ("R605", 38, "name"));
    assert_eq!(found[0].3, "expected text of at most 31 characters, found 32");
}

#[test]
fn several_things_wrong_are_reported_at_once_in_the_order_of_the_text() {
    assert_wrong(
        r#"{"object":"invoice","paid":1,"lines":[{"items":[{"rate":"x"}]}],"tags":0}"#,
        &[
            ("R604", 1, "", "`id` is missing"),
            ("R604", 1, "", "`idInDomain` is missing"),
            ("R605", 28, "paid", "true or false"),
            ("R604", 39, "lines[0]", "`id` is missing"),
            ("R605", 57, "lines[0].items[0].rate", "a number"),
            ("R605", 72, "tags", "a list"),
        ],
    );
    let many = with(&format!(r#""tags":[{}true]"#, "true,".repeat(500)));
    assert_eq!(wrong(&many).len(), 20);
}

#[test]
fn places_count_from_where_the_document_begins_in_its_file() {
    let start = Position { line: 7, column: 5, offset: 100 };
    let origin = Origin { file: Some("b.json".into()), start };
    let decoder = Decoder::whole(&shapes());
    let first = decoder.decode(r#"{"object":"é","x":1}"#, &origin).unwrap_err();
    assert_eq!(first[0].at, Some(Position { line: 7, column: 15, offset: 110 }));
    let json = "{\"object\":\"invoice\",\"id\":1,\n \"idInDomain\":2,\"notes\":\"é\",\"paid\":0}";
    let second = decoder.decode(json, &origin).unwrap_err();
    let offset = 100 + json.find(":0}").unwrap() + 1;
    assert_eq!(second[0].at, Some(Position { line: 8, column: 36, offset }));
    assert_eq!(second[0].length, 1);
    assert_eq!(
        second[0].to_string(),
        "b.json:8:36: `paid`: expected true or false, found the number `0` [R605]"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let decoder = Decoder::whole(&shapes());
    let problems = decoder.decode_bytes(b"{\"object\":\n\"in\xFFvoice\"}", &Origin::default());
    let problem = &problems.unwrap_err()[0];
    assert_eq!(problem.code, Code::NotUtf8);
    assert_eq!(problem.at, Some(Position { line: 2, column: 4, offset: 14 }));
    assert!(problem.message.contains("0xFF"), "{problem}");
}
