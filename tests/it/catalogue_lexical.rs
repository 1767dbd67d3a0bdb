//! How values look: `DataType::accepts` against Intuit's types, on random texts.

use std::collections::BTreeSet;

use ferrule::catalogue::DataType;
use ferrule::xml::Node;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// How many values are tried.
const VALUES: usize = 10_000;
/// How many types take any text.
const ANY_TEXT: usize = 4;

/// A schema in which each type has an element of its own.
fn schema() -> String {
    let types = crate::oracle::path("oracle/xsd130/qbxmltypes130.xsd");
    let element = |it: DataType| format!("<xsd:element name='{0}' type='{0}'/>", it.as_str());
    let elements: String = DataType::ALL.into_iter().map(element).collect();
    format!(
        "<xsd:schema xmlns:xsd='http://www.w3.org/2001/XMLSchema' elementFormDefault='qualified'>\
         <xsd:include schemaLocation='{}'/><xsd:element name='all'><xsd:complexType>\
         <xsd:choice minOccurs='0' maxOccurs='unbounded'>{elements}</xsd:choice>\
         </xsd:complexType></xsd:element></xsd:schema>",
        types.canonicalize().unwrap().display()
    )
}

/// What the schema accepts, of many values at once.
fn accepted(values: &[(DataType, String)]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("types.xsd");
    std::fs::write(&file, schema()).unwrap();
    let line = |(data_type, text): &(DataType, String)| {
        Node::leaf(data_type.as_str(), text).to_xml().replace('\n', "&#10;")
    };
    let lines: Vec<_> = values.iter().map(line).collect();
    let complaints = crate::oracle::judge(&file, ("<all>", "</all>"), &lines);
    complaints.iter().map(Option::is_none).collect()
}

/// Texts that a type might take, its edges and just beyond.
fn near(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Id => "[a-zé0-9 -]{30,40}",
        DataType::Text | DataType::Enum | DataType::Uuid | DataType::Macro => "[ -~é\t\n]{0,60}",
        DataType::Guid => {
            "0|00|\\{?[0-9a-fA-Fg]{8}(-[0-9a-fA-F]{4}){2,3}-[0-9a-fA-F]{4}(-[0-9a-fA-F]{11,12})?\\}?"
        }
        DataType::Bool => "[ \t]?(true|false|1|0|TRUE|yes|00|)[ \n]?",
        DataType::Date => {
            "-?[12]?[0-9]{3}(00|04)?-(0?[0-9]|1[0-3])-(0[0-9]|[12][0-9]|3[0-2]|[1-9])(Z|[+-](0[0-9]|1[0-5]):(00|30|59|60))?[ ]?"
        }
        DataType::DateTime => {
            "[0-9]{3,5}-[0-9]{1,3}-[0-9]{1,2}(T[0-9]{1,2}(:[0-9]{1,2}(:[0-9]{1,3}(\\.[0-9])?(Z|[+-][0-9]{1,2}(:[0-9]{1,2})?)?)?)?)?[ ]?"
        }
        DataType::TimeInterval => "[ ]?[+-]?PT?([0-9]{0,3}[DH])?([0-9]{1,3}M)?([0-9]{1,2}(\\.[0-9])?S)?",
        DataType::Amount => "[ +-]?[0-9]{0,14}(\\.[0-9]{0,3})?",
        DataType::Price | DataType::Quantity | DataType::Percent => "[ +-]?[0-9]{0,11}(\\.[0-9]{0,6})?",
        // Up to 24 digits in all: more the judge itself cannot hold.
        DataType::Float => "[ +-]?[0-9]{0,12}(\\.[0-9]{0,12})?(e1)?[ ]?",
        DataType::Integer => "[ +-]{0,2}[0-9]{0,24}(\\.0)?[ ]?",
    }
}

fn value() -> impl Strategy<Value = (DataType, String)> {
    prop::sample::select(DataType::ALL.to_vec()).prop_flat_map(|data_type| {
        let anything = "[0-9+.:TZPHMS{} tf-]{0,12}";
        let text = prop_oneof![4 => near(data_type), 1 => anything, 1 => Just(String::new())];
        text.prop_map(move |text| (data_type, text))
    })
}

/// One call of the judge takes all values, so there is nothing to shrink: the shortest text on which
/// the two part is as good.
#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn accepts_what_the_schema_accepts() {
    let mut runner = TestRunner::deterministic();
    let strategy = value();
    let mut draw = || strategy.new_tree(&mut runner).unwrap().current();
    let values: Vec<_> = (0..VALUES).map(|_| draw()).collect();
    let both = values.iter().zip(accepted(&values));
    let apart = both.clone().filter(|((it, text), accepted)| it.accepts(text) != *accepted);
    let mut apart: Vec<_> = apart.collect();
    apart.sort_by_key(|((_, text), _)| text.len());
    apart.truncate(20);
    assert_eq!(apart, [], "the schema accepts those marked true");
    // Each type has been tried on what it takes and on what it does not.
    let outcomes: BTreeSet<_> = both.map(|((it, _), accepted)| (it.as_str(), accepted)).collect();
    assert_eq!(outcomes.len(), 2 * DataType::ALL.len() - ANY_TEXT);
}
