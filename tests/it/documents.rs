//! Documents from JSON, through the public face.

use ferrule::document::{Code, Decoder, Origin, Value, unknown_fields};

use crate::documents_shapes::{INVOICE, decode, get, need, shapes, slots, with};

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn a_document_is_read_as_its_shape_says() {
    let shapes = shapes();
    let document = decode(INVOICE).unwrap();
    assert_eq!(Some(document.shape), shapes.object("invoice"));
    assert_eq!(document.warnings, []);
    for (path, value) in [
        ("id", number("1031271")),
        ("invoicedAtAsDate", Value::text("2026-07-01")),
        ("finalizedAt", Value::text("2026-07-01T13:25:40.100+00:00")),
        ("paid", Value::Bool(false)),
        ("notes", Value::text("Thank \"you\"\né")),
        ("tags.1", Value::text("b")),
        ("customer.name", Value::text("Hale Fasteners Inc")),
        ("customer.favourite", Value::Absent),
        ("lines.0.partNumber.name", Value::text("SEC11000-H02")),
        ("lines.0.items.0.description", Value::Absent),
        ("lines.0.items.0.rate", number("1.250")),
        ("lines.0.items.1.quantity", number("6.3933979999999995")),
        ("lines.1.id", number("2")),
        ("lines.1.items", Value::List([].into())),
        ("customInputs.b.none", Value::Absent),
    ] {
        assert_eq!(get(&shapes, &document, path), value, "{path}");
    }
}

#[test]
fn free_json_is_kept_with_sorted_keys_and_exact_numbers() {
    let document = decode(INVOICE).unwrap();
    let Value::Map(free) = get(&shapes(), &document, "customInputs") else { panic!() };
    let keys: Vec<_> = free.iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["a", "b"]);
    let list = [Value::Bool(true), Value::Absent, Value::text("x"), number("1000")];
    assert_eq!(free[0].1, Value::List(list.into()));
    let Value::Map(inner) = &free[1].1 else { panic!() };
    let (key, Value::Number(days)) = &inner[0] else { panic!() };
    assert_eq!((&**key, days.to_string()), ("Délai (days)", "1.10".to_owned()));
}

#[test]
fn the_object_may_be_any_member() {
    for json in [
        r#"{"id":1,"idInDomain":2,"object":"invoice"}"#,
        r#" {"id":1,"\u006fbject":"invoice","idInDomain":2} "#,
        r#"{"object":"inv\u006fice","id":1,"idInDomain":2}"#,
        "{\n\t\"object\" :\r\n\"invoice\" , \"id\":1,\"idInDomain\":2}",
    ] {
        assert!(decode(json).is_ok(), "{json}");
    }
}

#[test]
fn numbers_that_are_no_trouble_but_odd_are_warned_of() {
    let json =
        with(r#""notes":1594.10,"lines":[{"id":1,"items":[{"rate":0.33333333333333333333333333333333}]}]"#);
    let document = decode(&json).unwrap();
    assert_eq!(get(&shapes(), &document, "notes"), Value::text("1594.10"));
    let warned: Vec<_> =
        document.warnings.iter().map(|warning| (warning.code, warning.path.as_str())).collect();
    assert_eq!(warned, [(Code::NumberAsText, "notes"), (Code::RoundedWhenRead, "lines[0].items[0].rate")]);
}

#[test]
fn what_nobody_needs_is_passed_over_but_must_be_there() {
    let shapes = shapes();
    let few = need(&shapes, &["notes", "lines.items.rate"]);
    let decoder = Decoder::new(&shapes, |_| &few);
    // Wrong types where nobody looks; a wrong type and a missing id where somebody does.
    let json = with(r#""paid":7,"customer":3,"notes":"x","lines":[{"id":1,"items":[{"quantity":[]}]}]"#);
    let document = decoder.decode(&json, &Origin::default()).unwrap();
    assert_eq!(get(&shapes, &document, "paid"), Value::Absent);
    assert_eq!(get(&shapes, &document, "notes"), Value::text("x"));
    for (json, code) in [
        (with(r#""lines":[{"items":[]}]"#), Code::MissingField),
        (with(r#""lines":[{"id":null}]"#), Code::MissingField),
        (with(r#""paid":1,"paid":2"#), Code::DuplicateKey),
        (with(r#""lines":[{"id":1,"items":[{"rate":true}]}]"#), Code::WrongFieldType),
    ] {
        let problems = decoder.decode(&json, &Origin::default()).unwrap_err();
        assert_eq!(problems[0].code, code, "{json}");
    }
}

#[test]
fn unknown_fields_are_listed_with_what_was_meant() {
    let json = with(
        r#""note":"x","customer":{"object":"customer","id":1,"name":"n","nmae":2},"lines":[{"id":1,"zzz":1}],"customInputs":{"note":1}"#,
    );
    assert!(decode(&json).is_ok());
    let found = unknown_fields(&json, &shapes(), &Origin::default());
    let found: Vec<_> = found
        .iter()
        .map(|found| (found.code, found.at.unwrap().column, found.path.as_str(), found.message.as_str()))
        .collect();
    let place = |text: &str| json.find(text).unwrap() + 1;
    assert_eq!(
        found,
        [
            (
                Code::FieldNotInShape,
                place("\"x\""),
                "note",
                "`invoice` has no field `note`; did you mean `notes`?"
            ),
            (
                Code::FieldNotInShape,
                place("2},"),
                "customer.nmae",
                "`customer` has no field `nmae`; did you mean `name`?"
            ),
            (Code::FieldNotInShape, place("1}],"), "lines[0].zzz", "`invoice.lines` has no field `zzz`"),
        ]
    );
    assert_eq!(unknown_fields("{", &shapes(), &Origin::default()), []);
    assert_eq!(unknown_fields(INVOICE, &shapes(), &Origin::default()), []);
}

#[test]
fn a_path_of_slots_leads_where_its_names_say() {
    let shapes = shapes();
    assert_eq!(slots(&shapes, "invoice", "lines.items.rate"), [8, 2, 2]);
}
