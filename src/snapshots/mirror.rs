//! What a case says of QuickBooks: records written as YAML mappings.

use std::sync::Arc;

use crate::catalogue::{self, Country, Element};
use crate::document::{Code, nearest};
use crate::qbxml::{Company, Record, RecordBuilder, Response, ResponseHead};
use crate::rules::diagnostic::Diagnostic;
use crate::rules::source::Span;
use crate::rules::yaml::{Entry, Kind, Node};

type Wrong = Box<Diagnostic>;

/// The company file that `quickbooks` describes. Without it nothing is known; `{}` is a company file
/// without records. Otherwise a type that is listed, even with an empty list, was read, and with it
/// all types of the queries that answer with it; the others were not.
///
/// Elements stand in the order in which they are written; a list is an element that repeats.
pub(super) fn company(node: Option<&Node>) -> Result<Company, Wrong> {
    let Some(node) = node else {
        return Ok(Company::unknown());
    };
    let Some(types) = node.entries() else {
        return Err(expected("a mapping of record types to lists of records", node).into());
    };
    if types.is_empty() {
        return Ok(Company::empty());
    }
    let mut company = Company::unknown();
    for entry in types {
        read(entry, &mut company)?;
    }
    Ok(company)
}

/// Which country's QuickBooks it is, as the records tell. Of a company file that was read with others' records nothing
/// else says it.
pub fn note_country(company: &mut Company) {
    let host = company.records("HostRet").next().and_then(|host| host.get("Country"));
    company.set_country(host.and_then(Country::of));
}

fn read(entry: &Entry, company: &mut Company) -> Result<(), Wrong> {
    let name = entry.key.as_str();
    let Some(schema) = catalogue::record(name) else {
        let known = catalogue::records().map(Element::name);
        return Err(unknown("record type", name, entry.key_span, known).into());
    };
    let Kind::List(members) = &entry.value.kind else {
        return Err(expected("a list of records", &entry.value).into());
    };
    let mut records: Vec<_> =
        members.iter().map(|member| record(schema, member).map(Arc::new)).collect::<Result<_, _>>()?;
    // The first answer brings the records, the others say that there are no more.
    for query in catalogue::responses().map(Element::name).filter(|name| answers_with(name, schema)) {
        company.add_response(&Response {
            head: head(query),
            records: std::mem::take(&mut records),
            flaws: Vec::new(),
        });
    }
    if records.is_empty() {
        return Ok(());
    }
    let message = format!("no query returns {name}");
    Err(Diagnostic::error(Code::WrongKind, entry.key_span, message).into())
}

fn answers_with(response: &str, record: Element) -> bool {
    let query = response.strip_suffix("Rs").filter(|query| query.ends_with("Query"));
    query
        .is_some_and(|query| catalogue::records_of(query).iter().any(|answer| answer.name() == record.name()))
}

/// As a query that was answered.
fn head(response: &str) -> ResponseHead {
    ResponseHead {
        name: response.to_owned(),
        request_id: None,
        status_code: 0,
        severity: "Info".to_owned(),
        message: String::new(),
        attributes: Vec::new(),
    }
}

fn record(schema: Element, node: &Node) -> Result<Record, Wrong> {
    let builder = Record::builder(schema.name());
    Ok(elements(builder, schema, node)?.finish())
}

fn elements(mut builder: RecordBuilder, schema: Element, node: &Node) -> Result<RecordBuilder, Wrong> {
    let Some(entries) = node.entries() else {
        return Err(expected(&format!("the elements of {}", schema.name()), node).into());
    };
    for entry in entries {
        let Some(child) = schema.child(&entry.key) else {
            let known = schema.children().map(|child| child.element.name());
            let kind = format!("element of {}", schema.name());
            return Err(unknown(&kind, &entry.key, entry.key_span, known).into());
        };
        builder = match &entry.value.kind {
            Kind::List(members) => {
                members.iter().try_fold(builder, |builder, member| element(builder, child, member))?
            }
            _ => element(builder, child, &entry.value)?,
        };
    }
    Ok(builder)
}

fn element(builder: RecordBuilder, schema: Element, node: &Node) -> Result<RecordBuilder, Wrong> {
    match (&node.kind, schema.data_type()) {
        (Kind::Scalar { text, .. }, Some(_)) => Ok(builder.leaf(schema.name(), text)),
        (Kind::Map(_), None) => Ok(elements(builder.open(schema.name()), schema, node)?.close()),
        (_, Some(_)) => Err(expected(&format!("a value for {}", schema.name()), node).into()),
        (_, None) => Err(expected(&format!("the elements of {}", schema.name()), node).into()),
    }
}

fn expected(what: &str, node: &Node) -> Diagnostic {
    let message = format!("expected {what}, found {}", node.phrase());
    Diagnostic::error(Code::WrongKind, node.span, message)
}

fn unknown<'a>(kind: &str, name: &str, span: Span, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    Diagnostic::error(Code::UnknownKey, span, format!("`{name}` is no {kind}")).help_if(help)
}
