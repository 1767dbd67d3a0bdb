//! The question in GraphQL.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::source::{ApiSource, Form, Paging, Way};

/// The field with the members of a list that comes in pages.
pub(super) const NODES: &str = "nodes";
/// The field with the number of all members.
pub(super) const TOTAL: &str = "totalCount";

/// The body of a request for one page: what comes after `after`, or the first.
pub(super) fn page(source: &ApiSource, after: Option<&str>) -> Value {
    let mut variables = json!({ "first": source.size });
    let (name, value) = match source.paging {
        Paging::Cursor => ("after", after.map_or(Value::Null, Value::from)),
        Paging::Offset => {
            ("offset", Value::from(after.and_then(|after| after.parse::<u64>().ok()).unwrap_or(0)))
        }
    };
    variables[name] = value;
    if let Some(known) = &source.persisted {
        return json!({
            "operationName": known.operation,
            "variables": variables,
            "extensions": { "persistedQuery": { "version": 1, "sha256Hash": known.sha256 } },
        });
    }
    json!({ "query": text(source), "variables": variables })
}

fn text(source: &ApiSource) -> String {
    let mut asked = Asked::default();
    asked.add_all(&source.ways);
    let (variable, argument, next) = match source.paging {
        Paging::Cursor => ("$after: Cursor", "after: $after", "pageInfo { hasNextPage endCursor }"),
        Paging::Offset => ("$offset: Int", "offset: $offset", TOTAL),
    };
    let order = source.order.as_ref().map(|order| format!(", orderBy: {order}")).unwrap_or_default();
    format!(
        "query($first: Int, {variable}) {{ {}(first: $first, {argument}{order}) {{ {NODES} {{ {} }} {next} }} }}",
        source.list,
        asked.text()
    )
}

/// The body of a request for some documents by their ids. What is no whole number is left out: the API takes no others.
pub(super) fn some(source: &ApiSource, one: &str, ids: &[String]) -> Value {
    let mut asked = Asked::default();
    asked.add_all(&source.ways);
    let fields = asked.text();
    let mut text = String::from("{");
    for (place, id) in ids.iter().enumerate().filter(|(_, id)| is_whole_number(id)) {
        // Writing into a String cannot fail.
        _ = write!(text, " {ALIAS}{place}: {one}(id: {id}) {{ {fields} }}");
    }
    text.push_str(" }");
    json!({ "query": text })
}

/// What stands before the place of a document in the answer.
pub(super) const ALIAS: &str = "d";

/// Whether an id is one that may stand in a question.
pub(super) fn is_whole_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit())
}

/// Fields that are asked for, each once, with what is asked inside.
#[derive(Default)]
struct Asked(Vec<(String, Asked)>);

impl Asked {
    fn add_all(&mut self, ways: &[Way]) {
        for way in ways {
            let inner = self.at(&way.path);
            match &way.form {
                Form::Plain | Form::Millionths | Form::Json => {}
                Form::Struct(ways) => inner.add_all(ways),
                Form::List(ways) => {
                    inner.add_all(ways);
                    // To see that none is missing.
                    if let Some((NODES, before)) = way.path.split_last().map(|(last, it)| (last.as_str(), it))
                    {
                        self.at(before).field(TOTAL);
                    }
                }
            }
        }
    }

    fn at(&mut self, path: &[String]) -> &mut Self {
        path.iter().fold(self, |asked, name| asked.field(name))
    }

    fn field(&mut self, name: &str) -> &mut Self {
        let place = self.0.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.0.push((name.to_owned(), Self::default()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (name, inner) in &self.0 {
            let space = if text.is_empty() { "" } else { " " };
            // Writing into a String cannot fail.
            _ = match inner.0.as_slice() {
                [] => write!(text, "{space}{name}"),
                _ => write!(text, "{space}{name} {{ {} }}", inner.text()),
            };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(field: &str, path: &str, form: Form) -> Way {
        Way { field: field.to_owned(), path: path.split('.').map(str::to_owned).collect(), form }
    }

    fn source(paging: Paging) -> ApiSource {
        let lines = vec![way("id", "id", Form::Plain), way("rate", "rateMicro", Form::Millionths)];
        ApiSource {
            object: "order".to_owned(),
            list: "allOrders".to_owned(),
            one: None,
            paging,
            size: 50,
            order: Some("ID_ASC".to_owned()),
            changed: Vec::new(),
            locked: None,
            persisted: None,
            empty: Vec::new(),
            ways: vec![
                way("id", "id", Form::Plain),
                way("buyer", "shopById.name", Form::Plain),
                way("town", "shopById.town", Form::Plain),
                way("lines", "linesByOrderId.nodes", Form::List(lines)),
            ],
        }
    }

    #[test]
    fn what_lies_on_one_way_is_asked_once() {
        let asked = page(&source(Paging::Cursor), Some("x\"y"));
        assert_eq!(
            asked["query"],
            "query($first: Int, $after: Cursor) { allOrders(first: $first, after: $after, orderBy: ID_ASC) { nodes { id \
             shopById { name town } linesByOrderId { nodes { id rateMicro } totalCount } } pageInfo { hasNextPage endCursor } } }"
        );
        assert_eq!(asked["variables"], json!({ "first": 50, "after": "x\"y" }));
    }

    #[test]
    fn documents_are_asked_for_by_whole_numbers_only() {
        let ids = ["5", "6) { x } #", "7"].map(str::to_owned);
        let narrow = ApiSource { ways: vec![way("id", "id", Form::Plain)], ..source(Paging::Cursor) };
        let asked = some(&narrow, "orderById", &ids);
        assert_eq!(asked["query"], "{ d0: orderById(id: 5) { id } d2: orderById(id: 7) { id } }");
    }

    #[test]
    fn a_question_that_the_server_knows_goes_by_its_hash() {
        let known = crate::steelhead::graphql::Persisted { operation: "Orders".into(), sha256: "ab".into() };
        let asked = page(&ApiSource { persisted: Some(known), ..source(Paging::Offset) }, Some("100"));
        assert_eq!(
            asked,
            json!({ "operationName": "Orders", "variables": { "first": 50, "offset": 100 },
                    "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "ab" } } })
        );
    }
}
