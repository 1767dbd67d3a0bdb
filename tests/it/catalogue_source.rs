//! The embedded vocabulary against its source.

#[path = "../../src/catalogue/generate/text.rs"]
mod text;
#[path = "../../src/catalogue/generate/vocabulary.rs"]
mod vocabulary;

use ferrule::catalogue::{self, Element, Particle, Version};
use vocabulary::Node;

fn source() -> Node {
    vocabulary::read(&crate::oracle::text("oracle/qbxmlops130.json")).unwrap()
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn the_committed_text_is_what_the_generator_makes() {
    let committed = include_str!("../../src/catalogue/data/qbxml130.txt");
    let made = text::catalogue(&source());
    let differs = made.lines().zip(committed.lines()).position(|(made, committed)| made != committed);
    assert_eq!(differs, None, "line (from 0) where they part; run the example `generate-catalogue`");
    assert_eq!(made.len(), committed.len());
}

/// What the source says of the edition we keep, after the text, the loader and the tables.
#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn the_catalogue_says_what_the_source_says() {
    let root = source();
    let mut compared = 0;
    same_sequence(&root.children, catalogue::root().content(), Version::FIRST, "", &mut compared);
    assert!(compared > 20_000, "only {compared} elements were compared");
}

fn kept(nodes: &[Node], abroad: bool) -> Vec<&Node> {
    let message =
        |node: &Node| matches!(&node.name, Some(name) if name.ends_with("Rq") || name.ends_with("Rs"));
    nodes.iter().filter(|node| abroad || node.is_kept() || message(node)).collect()
}

fn same_sequence(nodes: &[Node], content: &[Particle], since: Version, path: &str, compared: &mut usize) {
    let abroad = ["SalesTaxReturnQuery", "SalesTaxReturnLineQuery", "PayrollLastPeriodQuery"]
        .iter()
        .any(|name| path.contains(&format!("/{name}R")));
    let nodes = kept(nodes, abroad);
    assert_eq!(nodes.len(), content.len(), "{path}");
    for (node, particle) in nodes.into_iter().zip(content) {
        let since = node.since.as_deref().map_or(since, |own| own.parse::<Version>().unwrap().max(since));
        match particle {
            Particle::Element(element) => same_element(node, *element, since, path, compared),
            Particle::Choice(choice) => {
                assert_eq!((node.min, node.max), (choice.min(), choice.max()), "{path}");
                assert_eq!(node.choice.len(), choice.branches().len(), "{path}");
                for (nodes, branch) in node.choice.iter().zip(choice.branches()) {
                    same_sequence(nodes, branch, since, path, compared);
                }
            }
        }
    }
}

fn same_element(node: &Node, element: Element, since: Version, path: &str, compared: &mut usize) {
    *compared += 1;
    let path = format!("{path}/{}", element.name());
    assert_eq!(node.name.as_deref(), Some(element.name()), "{path}");
    assert_eq!((node.min, node.max), (element.min(), element.max()), "{path}");
    assert_eq!(node.data_type.as_deref(), element.data_type().map(catalogue::DataType::as_str), "{path}");
    let id = (node.data_type.as_deref() == Some("IDTYPE")).then_some(36);
    assert_eq!(node.max_length().or(id), element.max_length(), "{path}");
    let values: Vec<_> = node.values.iter().filter(|value| !value.is_empty()).collect();
    assert_eq!(values, element.values(), "{path}");
    let bound = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    assert_eq!((bound(&node.minval), bound(&node.maxval)), element.bounds(), "{path}");
    assert_eq!(since, element.since(), "{path}");
    let attributes = node.attrs.iter().map(|it| (it.name.clone(), it.required, it.values().join(" ")));
    let useful = (!node.other.is_empty()).then(|| ("useMacro".to_owned(), false, String::new()));
    let ours = element.attributes().iter();
    let ours = ours.map(|it| (it.name.to_owned(), it.required, it.values.join(" ")));
    assert!(attributes.chain(useful).eq(ours), "{path}");
    same_sequence(&node.children, element.content(), Version::FIRST, &path, compared);
}
