//! Our WSDL says what Intuit's says.

use std::collections::BTreeSet;

use ferrule::connector::wsdl;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, PrefixDeclaration, ResolveResult};
use quick_xml::reader::NsReader;

use crate::oracle;

const SOAP_11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";

/// Attributes whose value is a name with a prefix.
const QUALIFIED: [&str; 5] = ["type", "element", "message", "binding", "base"];

fn resolved(reader: &NsReader<&[u8]>, name: &str) -> String {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let bindings = reader.resolver().bindings();
    let namespace = bindings
        .filter(|(declared, _)| match declared {
            PrefixDeclaration::Default => prefix.is_empty(),
            PrefixDeclaration::Named(named) => *named == prefix,
        })
        .map(|(_, Namespace(namespace))| namespace)
        .last();
    format!("{{{}}}{local}", namespace.unwrap_or_default())
}

/// An element and its attributes, in an order and with names that do not depend on prefixes.
fn element(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> String {
    let (namespace, local) = reader.resolver().resolve_element(tag.name());
    let ResolveResult::Bound(Namespace(namespace)) = namespace else {
        panic!("{} has no namespace", tag.name().as_ref());
    };
    let attributes: BTreeSet<String> = tag
        .attributes()
        .map(Result::unwrap)
        .filter(|attribute| attribute.key.as_namespace_binding().is_none())
        .map(|attribute| {
            let (key, value): (&str, &str) = (attribute.key.as_ref(), &attribute.value);
            if QUALIFIED.contains(&key) {
                format!(" {key}={}", resolved(reader, value))
            } else {
                format!(" {key}={value}")
            }
        })
        .collect();
    let attributes: String = attributes.into_iter().collect();
    format!("/{{{namespace}}}{}{attributes}", local.as_ref())
}

/// Everything that a WSDL says, one element with its ancestors in each. Left out are words for people
/// and SOAP 1.2, which the Web Connector does not speak.
fn statements(wsdl: &str) -> Vec<String> {
    let mut reader = NsReader::from_str(wsdl);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open.push(element(&reader, &tag));
                found.push(open.concat());
            }
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    let is_left_out = |statement: &String| {
        ["/wsdl/}documentation", "Soap12", "/wsdl/soap12/"].iter().any(|part| statement.contains(part))
    };
    found.retain(|statement| !is_left_out(statement));
    found
}

/// The style stands on the binding or on each operation; what counts is the operation's.
fn without_style(statements: Vec<String>) -> BTreeSet<String> {
    let statements = statements.into_iter();
    statements.map(|statement| statement.replace(" style=document", "")).collect()
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn it_says_what_that_of_intuit_says() {
    let theirs = statements(&oracle::text("oracle/QBWebConnectorSvc.wsdl"));
    let ours = statements(&wsdl("http://localhost:8123/qbwc"));
    assert!(theirs.len() > 200, "{}", theirs.len());
    let styled = |statements: &[String]| {
        let operations = statements.iter();
        operations
            .filter(|statement| statement.contains(&format!("/{{{SOAP_11}}}operation")))
            .filter(|statement| statement.contains("style=document"))
            .count()
    };
    assert_eq!((styled(&theirs), styled(&ours)), (11, 11));
    let (theirs, ours) = (without_style(theirs), without_style(ours));
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let surplus: Vec<_> = ours.difference(&theirs).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}\nsurplus: {surplus:#?}");
}

/// The order of arguments is part of the contract, and a set of statements does not see it.
#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn arguments_stand_in_the_order_of_intuit() {
    let arguments = |wsdl: &str| {
        let mut names: Vec<String> = statements(wsdl)
            .into_iter()
            .filter(|statement| statement.matches("}element").count() == 2)
            .collect();
        // Stable: by operation, the arguments of each as they come.
        names.sort_by_key(|statement| {
            statement.split("/{http://www.w3.org/2001/XMLSchema}complexType").next().map(str::to_owned)
        });
        names
    };
    let theirs = arguments(&oracle::text("oracle/QBWebConnectorSvc.wsdl"));
    assert_eq!(arguments(&wsdl("http://localhost/")), theirs);
    assert_eq!(theirs.len(), 34);
}

#[test]
fn the_address_is_escaped() {
    let wsdl = wsdl("https://a.example/qbwc?x=1&y=\"<é>\"");
    assert!(wsdl.contains(r#"location="https://a.example/qbwc?x=1&amp;y=&quot;&lt;&#233;&gt;&quot;""#));
    assert!(!statements(&wsdl).is_empty());
}
