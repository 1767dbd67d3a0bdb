//! What holds of any document.

use std::collections::BTreeMap;

use ferrule::document::{Decoder, Need, Origin, Structure, Value, unknown_fields};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::documents_shapes::{INVOICE, decode, get, need, shapes, with};

/// `value` with only what `need` says.
fn project(value: &Value, need: &Need) -> Value {
    match (value, need) {
        (_, Need::Nothing) => Value::Absent,
        (Value::Structure(inner), Need::Slots(_)) => {
            // After the last that is needed there is none.
            let last = (0..inner.slots.len()).rev().find(|slot| *need.slot(*slot) != Need::Nothing);
            let slots = inner.slots.iter().enumerate().take(last.map_or(0, |last| last + 1));
            Value::Structure(Structure {
                shape: inner.shape,
                slots: slots.map(|(slot, value)| project(value, need.slot(slot))).collect(),
            })
        }
        (Value::List(members), Need::Slots(_)) => {
            Value::List(members.iter().map(|member| project(member, need)).collect())
        }
        _ => value.clone(),
    }
}

const PATHS: &[&str] = &[
    "id",
    "invoicedAtAsDate",
    "finalizedAt",
    "paid",
    "notes",
    "customer",
    "customer.id",
    "customer.name",
    "tags",
    "lines",
    "lines.id",
    "lines.partNumber.name",
    "lines.items",
    "lines.items.rate",
    "lines.items.quantity",
    "customInputs",
];

proptest! {
    #[test]
    fn any_text_is_decoded_or_refused(text in "\\PC{0,60}") {
        let _ = decode(&text);
        let _ = unknown_fields(&text, &shapes(), &Origin::default());
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Decoder::whole(&shapes()).decode_bytes(&bytes, &Origin::default());
    }

    #[test]
    fn a_damaged_document_is_decoded_or_refused_inside_its_text(
        edits in prop::collection::vec((0..INVOICE.len(), any::<u8>(), any::<bool>()), 1..4),
    ) {
        let mut bytes = INVOICE.as_bytes().to_vec();
        for (place, byte, remove) in edits {
            let place = place.min(bytes.len() - 1);
            if remove { bytes.remove(place); } else { bytes[place] = byte; }
        }
        match Decoder::whole(&shapes()).decode_bytes(&bytes, &Origin::default()) {
            Ok(document) => prop_assert_eq!(document.root.slots.len(), 10),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    prop_assert!(problem.at.unwrap().offset + problem.length <= bytes.len().max(1));
                }
            }
        }
    }

    #[test]
    fn decoding_sees_whether_there_are_unknown_fields(
        picked in prop::sample::subsequence(PATHS, 0..PATHS.len()), place in 0..INVOICE.len(), letter in "[a-z]",
    ) {
        let (shapes, mut json) = (shapes(), INVOICE.to_owned());
        if json.as_bytes()[place].is_ascii_alphabetic() {
            json.replace_range(place..=place, &letter);
        }
        let few = need(&shapes, &picked);
        if let Ok(document) = Decoder::new(&shapes, |_| &few).decode(&json, &Origin::default()) {
            let unknown = unknown_fields(&json, &shapes, &Origin::default());
            prop_assert_eq!(document.has_unknown, !unknown.is_empty());
        }
    }

    #[test]
    fn a_number_is_what_its_text_says(
        sign in "-?", whole in "0|[1-9][0-9]{0,17}", fraction in "(\\.[0-9]{1,10})?", quoted: bool,
    ) {
        let text = format!("{sign}{whole}{fraction}");
        let json = if quoted { format!("\" {text} \"") } else { text.clone() };
        let json = with(&format!(r#""lines":[{{"id":1,"items":[{{"rate":{json}}}]}}]"#));
        let document = decode(&json).unwrap();
        prop_assert_eq!(&document.warnings, &[]);
        let Value::Number(found) = get(&shapes(), &document, "lines.0.items.0.rate") else { panic!() };
        let text = if found.is_zero() { text.trim_start_matches('-') } else { &text };
        prop_assert_eq!(found.to_string(), text);
    }

    #[test]
    fn an_exponent_moves_the_point(mantissa in -999_999_i64..1_000_000, exponent in -20_i32..=20) {
        let json = with(&format!(r#""customInputs":{mantissa}e{exponent}"#));
        let document = decode(&json).unwrap();
        let scale = exponent.unsigned_abs();
        let expected = if exponent < 0 {
            Decimal::new(mantissa, scale)
        } else {
            Decimal::from(mantissa) * Decimal::from(10_u64.pow(scale.min(19))) * Decimal::from(if scale > 19 { 10 } else { 1 })
        };
        prop_assert_eq!(get(&shapes(), &document, "customInputs"), Value::Number(expected));
    }

    #[test]
    fn what_is_needed_does_not_depend_on_what_else_is(
        picked in prop::sample::subsequence(PATHS, 0..PATHS.len()),
    ) {
        let shapes = shapes();
        let few = need(&shapes, &picked);
        let all = decode(INVOICE).unwrap();
        let some = Decoder::new(&shapes, |_| &few).decode(INVOICE, &Origin::default()).unwrap();
        let found = Value::Structure(some.root);
        let expected = project(&Value::Structure(all.root), &few);
        // An object that nothing is needed of is a structure all the same.
        let expected = if expected.is_absent() { project(&found, &Need::Slots(BTreeMap::new())) } else { expected };
        prop_assert_eq!(found, expected);
    }
}
