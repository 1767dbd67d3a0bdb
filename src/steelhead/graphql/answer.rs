//! From an answer of GraphQL to documents.
//!
//! Of an answer only the ways of the rules are looked at, and what stands at their ends is taken as it is written: no
//! number loses a digit, and what nobody asked for costs nothing, however deep it is.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr as _;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::failure::ApiError;
use super::query::{ALIAS, NODES, TOTAL, is_whole_number};
use super::source::{ApiSource, Form, Paging, Way};

/// Of more warnings than these nothing is told.
const MOST_WARNINGS: usize = 10;
/// A message of Steelhead is told up to so many characters.
const LONGEST_MESSAGE: usize = 300;

/// One page of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The documents as JSON.
    pub documents: Vec<String>,
    /// Where the next page begins; nothing: this is the last.
    pub next: Option<String>,
    /// Documents that Steelhead could not give whole: each with why.
    pub set_aside: Vec<String>,
    /// What Steelhead says besides.
    pub warnings: Vec<String>,
}

type Members<'a> = HashMap<String, &'a RawValue>;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    errors: Option<Vec<Told>>,
}

/// An error that GraphQL tells.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    message: String,
    #[serde(default)]
    path: Option<Vec<Value>>,
}

/// Whether a text is an answer of GraphQL at all.
pub(super) fn is_answer(text: &str) -> bool {
    serde_json::from_str::<Answer<'_>>(text).is_ok_and(|it| it.data.is_some() || it.errors.is_some())
}

/// The page that an answer holds. `after` is where it begins.
pub(super) fn page(source: &ApiSource, after: Option<&str>, text: &str) -> Result<Page, ApiError> {
    let answer: Answer<'_> =
        serde_json::from_str(text).map_err(|error| ApiError::NoAnswer(error.to_string()))?;
    let errors = answer.errors.unwrap_or_default();
    let Some(connection) = root(source, answer.data, &errors)? else {
        return Err(ApiError::NotAllowed(source.list.clone()));
    };
    let nodes: Vec<&RawValue> = match connection.get(NODES) {
        Some(nodes) => from(nodes, NODES)?,
        None => return Err(ApiError::Lacking(format!("{}.{NODES}", source.list))),
    };
    let (mut found, wrong) = told(source, &errors);
    for (place, node) in nodes.iter().enumerate() {
        match document(source, node, wrong.get(&place).map(String::as_str))? {
            Ok(document) => found.documents.push(document),
            Err(why) => found.set_aside.push(why),
        }
    }
    found.next = match source.paging {
        Paging::Cursor => next_cursor(&connection, source)?,
        Paging::Offset => next_offset(&connection, source, after, nodes.len())?,
    };
    if found.next.is_some() && found.next.as_deref() == after {
        return Err(ApiError::Stuck(source.list.clone()));
    }
    Ok(found)
}

/// The documents that were asked for by their ids. One that is not there any more is left out.
pub(super) fn some(source: &ApiSource, ids: &[String], text: &str) -> Result<Page, ApiError> {
    let answer: Answer<'_> =
        serde_json::from_str(text).map_err(|error| ApiError::NoAnswer(error.to_string()))?;
    let errors = answer.errors.unwrap_or_default();
    let data =
        answer.data.filter(|data| data.get() != "null").map(|data| members(data, "data")).transpose()?;
    let Some(data) = data else {
        let refused = errors.first().map(|told| refused(source, told));
        return Err(refused.unwrap_or_else(|| ApiError::NotAllowed(source.list.clone())));
    };
    let mut found = Page::default();
    for (place, id) in ids.iter().enumerate() {
        let alias = format!("{ALIAS}{place}");
        let is_hit = |told: &&Told| {
            told.path.as_ref().and_then(|path| path.first()).is_some_and(|first| *first == *alias)
        };
        let wrong = errors.iter().find(is_hit).map(|told| shortened(&told.message));
        match (data.get(&alias), wrong) {
            _ if !is_whole_number(id) => {
                found
                    .set_aside
                    .push(format!("{} {id} cannot be asked for: its id is no whole number", source.object));
            }
            (None, _) => return Err(ApiError::Lacking(alias)),
            (Some(node), None) if node.get() == "null" => {}
            (Some(node), wrong) => match document(source, node, wrong.as_deref())? {
                Ok(document) => found.documents.push(document),
                Err(why) => found.set_aside.push(why),
            },
        }
    }
    let besides = errors.iter().filter(|told| told.path.is_none()).take(MOST_WARNINGS);
    found.warnings.extend(besides.map(|told| shortened(&told.message)));
    Ok(found)
}

/// What stands at the root that was asked; nothing, if everything is null and nobody says why.
fn root<'a>(
    source: &ApiSource,
    data: Option<&'a RawValue>,
    errors: &[Told],
) -> Result<Option<Members<'a>>, ApiError> {
    let roots = data.filter(|data| data.get() != "null").map(|data| members(data, "data")).transpose()?;
    let value = roots.as_ref().and_then(|roots| roots.get(&source.list));
    match (value, errors) {
        (Some(value), _) if value.get() != "null" => members(value, &source.list).map(Some),
        (_, [first, ..]) => Err(refused(source, first)),
        (None, []) if roots.is_some() => Err(ApiError::Lacking(source.list.clone())),
        (_, []) => Ok(None),
    }
}

fn refused(source: &ApiSource, told: &Told) -> ApiError {
    let is_unknown = ["Must provide a query string", "PersistedQueryNotFound", "persisted operation"]
        .iter()
        .any(|words| told.message.contains(words));
    match &source.persisted {
        Some(known) if is_unknown => ApiError::UnknownHash(known.operation.clone()),
        _ => ApiError::Said { list: source.list.clone(), said: shortened(&told.message) },
    }
}

/// What is told beside the data: of documents by their places, and besides.
fn told(source: &ApiSource, errors: &[Told]) -> (Page, BTreeMap<usize, String>) {
    let (mut page, mut wrong) = (Page::default(), BTreeMap::new());
    for error in errors {
        let message = shortened(&error.message);
        match error.path.as_deref() {
            Some([list, nodes, place, ..]) if *list == *source.list && *nodes == NODES => {
                let place = place.as_u64().and_then(|place| usize::try_from(place).ok());
                wrong.entry(place.unwrap_or(usize::MAX)).or_insert(message);
            }
            _ if page.warnings.len() < MOST_WARNINGS => page.warnings.push(message),
            _ => {}
        }
    }
    (page, wrong)
}

/// A document, or why Steelhead could not give it whole.
fn document(
    source: &ApiSource,
    node: &RawValue,
    wrong: Option<&str>,
) -> Result<Result<String, String>, ApiError> {
    if node.get() == "null" {
        let why = wrong.unwrap_or("Steelhead does not say why");
        return Ok(Err(format!("a document of `{}` is missing: {why}", source.list)));
    }
    let node = members(node, NODES)?;
    if let Some(why) = wrong {
        let id = node.get("id").map_or("?", |id| id.get());
        return Ok(Err(format!("{} {id} is not whole: {why}", source.object)));
    }
    let mut json = format!("{{\"object\":{}", quoted(&source.object));
    match write(&source.ways, &node, &mut json) {
        Ok(()) => {}
        // A list that is cut short is this document's own matter.
        Err(Wrong::Short(field)) => {
            let id = node.get("id").map_or("?", |id| id.get());
            let why =
                format!("{} {id} is not whole: Steelhead gives only a part of `{field}`", source.object);
            return Ok(Err(why));
        }
        Err(Wrong::Answer(error)) => return Err(error),
    }
    json.push('}');
    Ok(Ok(json))
}

enum Wrong {
    Answer(ApiError),
    /// A list has more members than came.
    Short(String),
}

impl From<ApiError> for Wrong {
    fn from(error: ApiError) -> Self {
        Self::Answer(error)
    }
}

/// Writes the fields of a structure, each with a comma before it. What is null is left out.
fn write(ways: &[Way], node: &Members<'_>, json: &mut String) -> Result<(), Wrong> {
    for way in ways {
        if let Form::Struct(ways) = &way.form {
            structure(way, ways, node, json)?;
            continue;
        }
        let Some(value) = end(&way.path, node)? else { continue };
        let begun = json.len();
        json.push(',');
        json.push_str(&quoted(&way.field));
        json.push(':');
        match &way.form {
            Form::Plain | Form::Struct(_) => json.push_str(value.get()),
            Form::Millionths => json.push_str(&millionths(way, value)?),
            Form::Json => json.push_str(&unpacked(value)),
            Form::List(ways) => list(way, ways, node, value, json)?,
        }
        if json.ends_with(":null") {
            json.truncate(begun);
        }
    }
    Ok(())
}

fn structure(way: &Way, ways: &[Way], node: &Members<'_>, json: &mut String) -> Result<(), Wrong> {
    let inner = match way.path.as_slice() {
        [] => None,
        path => match end(path, node)? {
            Some(value) => Some(members(value, &way.path.join("."))?),
            None => return Ok(()),
        },
    };
    let mut fields = String::new();
    write(ways, inner.as_ref().unwrap_or(node), &mut fields)?;
    // Nothing of it is there: so is it.
    if way.path.is_empty() && fields.is_empty() {
        return Ok(());
    }
    let fields = fields.strip_prefix(',').unwrap_or(&fields);
    json.extend([",", &quoted(&way.field), ":{", fields, "}"]);
    Ok(())
}

fn list(
    way: &Way,
    ways: &[Way],
    node: &Members<'_>,
    value: &RawValue,
    json: &mut String,
) -> Result<(), Wrong> {
    let all: Vec<&RawValue> = from(value, &way.path.join("."))?;
    if let Some((NODES, before)) = way.path.split_last().map(|(last, before)| (last.as_str(), before)) {
        let around = match before {
            [] => None,
            path => end(path, node)?.map(|it| members(it, NODES)).transpose()?,
        };
        let total = around.as_ref().unwrap_or(node).get(TOTAL);
        if total.is_some_and(|total| total.get().parse().is_ok_and(|total: usize| total > all.len())) {
            return Err(Wrong::Short(way.field.clone()));
        }
    }
    json.push('[');
    for (place, member) in all.into_iter().filter(|it| it.get() != "null").enumerate() {
        let mut fields = String::new();
        write(ways, &members(member, &way.path.join("."))?, &mut fields)?;
        let comma = if place == 0 { "" } else { "," };
        json.extend([comma, "{", fields.strip_prefix(',').unwrap_or(&fields), "}"]);
    }
    json.push(']');
    Ok(())
}

/// What stands at the end of a way; nothing, if it or something before it is null.
fn end<'a>(path: &[String], node: &Members<'a>) -> Result<Option<&'a RawValue>, ApiError> {
    let mut inner: Option<Members<'a>> = None;
    for (place, name) in path.iter().enumerate() {
        let here = || path.get(..=place).unwrap_or(path).join(".");
        let value = *inner.as_ref().unwrap_or(node).get(name).ok_or_else(|| ApiError::Lacking(here()))?;
        if value.get() == "null" {
            return Ok(None);
        }
        if place + 1 == path.len() {
            return Ok(Some(value));
        }
        inner = Some(members(value, &here())?);
    }
    Ok(None)
}

fn next_cursor(connection: &Members<'_>, source: &ApiSource) -> Result<Option<String>, ApiError> {
    let lacking = |name: &str| ApiError::Lacking(format!("{}.pageInfo.{name}", source.list));
    let info = connection.get("pageInfo").ok_or_else(|| lacking("hasNextPage"))?;
    let info = members(info, "pageInfo")?;
    let goes_on: bool = from(info.get("hasNextPage").ok_or_else(|| lacking("hasNextPage"))?, "hasNextPage")?;
    if !goes_on {
        return Ok(None);
    }
    let cursor: Option<String> =
        from(info.get("endCursor").ok_or_else(|| lacking("endCursor"))?, "endCursor")?;
    cursor.map(Some).ok_or_else(|| lacking("endCursor"))
}

fn next_offset(
    connection: &Members<'_>,
    source: &ApiSource,
    after: Option<&str>,
    came: usize,
) -> Result<Option<String>, ApiError> {
    let total = connection.get(TOTAL).ok_or_else(|| ApiError::Lacking(format!("{}.{TOTAL}", source.list)))?;
    let total: u64 = from(total, TOTAL)?;
    let before: u64 = after.and_then(|after| after.parse().ok()).unwrap_or(0);
    let passed = before.saturating_add(came as u64);
    Ok((came > 0 && passed < total).then(|| passed.to_string()))
}

fn members<'a>(value: &'a RawValue, name: &str) -> Result<Members<'a>, ApiError> {
    from(value, name)
}

fn from<'a, T: Deserialize<'a>>(value: &'a RawValue, name: &str) -> Result<T, ApiError> {
    // What serde says may quote the value.
    serde_json::from_str(value.get())
        .map_err(|_| ApiError::NoAnswer(format!("`{name}` is not what it must be")))
}

/// A number in millionths, to the last digit.
fn millionths(way: &Way, value: &RawValue) -> Result<String, ApiError> {
    let text = value.get().trim_matches('"');
    let number = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text));
    let number = number.ok().and_then(|number| number.checked_div(Decimal::from(1_000_000)));
    let number = number
        .ok_or_else(|| ApiError::NoAnswer(format!("`{}` is no number of millionths", way.path.join("."))))?;
    Ok(format!("\"{}\"", number.normalize()))
}

/// JSON that may be packed into a text.
fn unpacked(value: &RawValue) -> String {
    let inner = serde_json::from_str::<String>(value.get()).ok();
    let is_json = |text: &String| serde_json::from_str::<&RawValue>(text).is_ok();
    inner.filter(is_json).unwrap_or_else(|| value.get().to_owned())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn shortened(message: &str) -> String {
    let clean: String = message.chars().filter(|it| !it.is_control()).take(LONGEST_MESSAGE).collect();
    if clean.is_empty() { "no reason is given".to_owned() } else { clean }
}
