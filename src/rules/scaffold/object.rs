//! An object: shape, rules and a case for documents that become records of one message.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Draft;
use crate::catalogue::{self, DataType, Element, Kind, Operation, Particle, operation, operations};
use crate::document::nearest;

/// Elements that a first draft fills where the message has them, besides what must be there.
const USUAL: [&str; 4] = ["Name", "TxnDate", "RefNumber", "Memo"];

/// The accounts of stock: QuickBooks wants all of them, though its schema does not.
const ACCOUNTS_OF_STOCK: [&str; 3] = ["IncomeAccountRef", "COGSAccountRef", "AssetAccountRef"];

/// Whose record an element belongs to that takes an id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    /// The message that makes such records.
    message: String,
    /// What a document of that kind is called, where the rules have none.
    object: String,
}

static LINKS: LazyLock<BTreeMap<String, Link>> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("data/links.yaml")).unwrap_or_default());

/// Why nothing was drafted.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// A name that no object can have.
    #[error(
        "`{0}` is no name for an object: write a word that begins with a small letter, such as `payment` or `purchaseOrder`"
    )]
    Name(String),
    /// There is no such message.
    #[error("`{name}` is not a message that creates a record{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Message {
        /// Its name.
        name: String,
        /// The nearest one.
        near: Option<&'static str>,
    },
}

/// A kind of document that the rules have.
#[derive(Clone, Debug)]
pub struct KnownObject {
    /// Its name.
    pub object: String,
    /// The messages that create its records.
    pub messages: Vec<&'static str>,
    /// Fields that are always there, also where another document holds only a part, with a value each.
    pub part: Vec<(String, &'static str)>,
}

/// Where the files go, and what is there already.
#[derive(Clone, Copy, Debug)]
pub struct Scaffold<'a> {
    /// The kinds of documents that the rules have.
    pub known: &'a [KnownObject],
    /// The folder of the layer.
    pub layer: &'a Path,
    /// The folder of cases.
    pub fixtures: &'a Path,
}

/// A field of the document and the element that it fills.
struct Filled {
    /// The path of the element.
    element: String,
    /// What the rules write there, with the document as `object`.
    rule: String,
    /// The field's name, its type and the value in the case; nothing for a literal.
    field: Option<(String, String, String)>,
    /// The type of record that a reference leads to.
    record: Option<Element>,
    /// The kind of document whose record's id it is.
    link: Option<String>,
}

/// The files of an object whose documents become records of a message.
///
/// # Errors
/// The name is no name, or the message creates no record.
pub fn object(name: &str, message: &str, into: Scaffold<'_>) -> Result<Vec<Draft>, ScaffoldError> {
    let (Drafting { filled, missing, .. }, add) = drafting(name, message, into.known)?;
    let mut drafts = files(name, add, &filled, into);
    drafts.push((into.fixtures.join(name).join("first.yaml"), case(name, add, &filled)));
    // What it names by an id needs rules of its own, for nothing else knows the id.
    for Link { message, object } in missing {
        let (drafting, add) = drafting(&object, &message, into.known)?;
        drafts.extend(files(&object, add, &drafting.filled, into));
    }
    Ok(drafts)
}

fn files(name: &str, add: Operation, filled: &[Filled], into: Scaffold<'_>) -> Vec<Draft> {
    vec![
        (into.layer.join(format!("shapes/{name}.yaml")), shape(name, filled)),
        (into.layer.join(format!("{name}.yaml")), rules(name, add, filled)),
    ]
}

fn drafting<'a>(
    name: &'a str,
    message: &str,
    known: &'a [KnownObject],
) -> Result<(Drafting<'a>, Operation), ScaffoldError> {
    let is_name =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    if !is_name {
        return Err(ScaffoldError::Name(name.to_owned()));
    }
    let found = operation(message).filter(|it| it.kind == Kind::Add && it.body.is_some());
    let Some(add) = found else {
        let all = operations().filter(|it| it.kind == Kind::Add && it.body.is_some()).map(|it| it.name);
        let near = nearest(message, all);
        return Err(ScaffoldError::Message { name: message.to_owned(), near });
    };
    let mut draft = Drafting { name, message: add.name, known, filled: Vec::new(), missing: Vec::new() };
    draft.required(add.fields(), "");
    for usual in USUAL {
        let known = draft.filled.iter().any(|filled| filled.element == usual);
        if let Some(element) =
            add.fields().child(usual).filter(|element| !known && element.data_type().is_some())
        {
            draft.leaf(element, "");
        }
    }
    if ACCOUNTS_OF_STOCK.iter().all(|account| add.fields().child(account).is_some()) {
        let accounts = ACCOUNTS_OF_STOCK.iter().filter_map(|account| add.fields().child(account));
        accounts.for_each(|account| draft.element(account, ""));
    }
    draft.line(add.fields());
    if draft.filled.is_empty() {
        // Nothing must be there, but something has to be.
        let leaves = add
            .fields()
            .children()
            .map(|child| child.element)
            .filter(|it| it.data_type() == Some(DataType::Text));
        leaves.take(3).for_each(|element| draft.leaf(element, ""));
    }
    Ok((draft, add))
}

struct Drafting<'a> {
    name: &'a str,
    /// The message that is drafted.
    message: &'static str,
    known: &'a [KnownObject],
    filled: Vec<Filled>,
    /// Kinds of documents that it names and that the rules do not have.
    missing: Vec<Link>,
}

impl Drafting<'_> {
    /// Begins a line: QuickBooks saves no transaction without any.
    fn line(&mut self, message: Element) {
        let mut children = message.children().map(|child| child.element);
        let Some(line) = children.find(|child| child.name().ends_with("LineAdd")) else { return };
        let within = format!("{}/", line.name());
        let begun = self.filled.iter().any(|filled| filled.element.starts_with(&within));
        let first = ["Desc", "Amount"].iter().find_map(|name| line.child(name));
        if let Some(first) = first.filter(|_| !begun) {
            self.account(line, &within);
            self.leaf(first, &within);
        }
    }

    /// Fills what an aggregate must hold.
    fn required(&mut self, element: Element, within: &str) {
        self.sequence(element.content(), within);
    }

    fn sequence(&mut self, content: &[Particle], within: &str) {
        for particle in content {
            match particle {
                Particle::Element(element) if element.min() > 0 => self.element(*element, within),
                Particle::Choice(choice) if choice.min() > 0 => {
                    let branches: Vec<_> = choice.branches().filter(|branch| !branch.is_empty()).collect();
                    // What has two sides needs both. Else the first branch that holds what is usual, or anything: a person
                    // chooses another.
                    let is_one = choice.max() == Some(1);
                    let usual = branches.iter().position(|branch| is_usual(branch)).unwrap_or(0);
                    let chosen = branches.iter().enumerate().filter(|(place, _)| !is_one || *place == usual);
                    chosen.for_each(|(_, branch)| self.branch(branch, within));
                }
                _ => {}
            }
        }
    }

    fn branch(&mut self, branch: &[Particle], within: &str) {
        let before = self.filled.len();
        self.sequence(branch, within);
        if let (true, Some(Particle::Element(first))) = (self.filled.len() == before, branch.first()) {
            self.element(*first, within);
        }
    }

    fn element(&mut self, element: Element, within: &str) {
        let path = format!("{within}{}", element.name());
        if element.data_type().is_some() {
            self.leaf(element, within);
        } else if let Some(full_name) = element.child("FullName") {
            self.reference(element, full_name, &path);
        } else {
            let (before, inside) = (self.filled.len(), format!("{path}/"));
            self.required(element, &inside);
            // Nothing is no element, and an id alone says nothing of the amount.
            let is_begun = self.filled.iter().skip(before).any(|filled| filled.link.is_none());
            let is_plain = |child: &Element| !matches!(child.data_type(), None | Some(DataType::Id));
            let first = element.children().map(|child| child.element).find(is_plain);
            if let (false, Some(first)) = (is_begun, first) {
                self.account(element, &inside);
                self.leaf(first, &inside);
            }
        }
    }

    /// What is no item is booked to an account.
    fn account(&mut self, line: Element, within: &str) {
        if let (None, Some(account)) = (line.child("ItemRef"), line.child("AccountRef")) {
            self.element(account, within);
        }
    }

    /// A reference to a record by its name.
    fn reference(&mut self, element: Element, full_name: Element, path: &str) {
        let field = self.field_of(element.name().trim_end_matches("Ref"));
        let types: Vec<&str> =
            catalogue::referred(element.name()).iter().map(|name| name.trim_end_matches("Ret")).collect();
        let value = format!("{}.{field}", self.name);
        let filled = match types.as_slice() {
            [] => {
                let element = format!("{path}/{}", full_name.name());
                Filled {
                    element,
                    rule: format!("{{ value: ={value}, overflow: reject }}"),
                    field: None,
                    record: None,
                    link: None,
                }
            }
            [one] => Filled {
                element: path.to_owned(),
                rule: format!("'=record(\"{one}\", {value})'"),
                field: None,
                record: catalogue::record(&format!("{one}Ret")),
                link: None,
            },
            several => Filled {
                element: path.to_owned(),
                rule: format!("'=record([\"{}\"], {value})'", several.join("\", \"")),
                field: None,
                record: several.first().and_then(|first| catalogue::record(&format!("{first}Ret"))),
                link: None,
            },
        };
        self.filled.push(Filled { field: Some((field, "text".to_owned(), "Dunmore".to_owned())), ..filled });
    }

    fn leaf(&mut self, element: Element, within: &str) {
        let path = format!("{within}{}", element.name());
        if let Some(first) = element.values().first() {
            self.filled.push(Filled {
                element: path,
                rule: (*first).to_owned(),
                field: None,
                record: None,
                link: None,
            });
            return;
        }
        if element.data_type() == Some(DataType::Id) && self.linked(&path) {
            return;
        }
        let field = self.field_of(&path);
        let value = format!("={}.{field}", self.name);
        let (kind, sample, rule) = match element.data_type() {
            Some(DataType::Bool) => ("boolean", "true", value),
            Some(DataType::Date) => ("date", "2026-03-12", value),
            Some(DataType::DateTime) => ("datetime", "2026-03-12T15:04:05+00:00", value),
            Some(DataType::Integer) => ("integer", "1", value),
            Some(
                DataType::Amount | DataType::Price | DataType::Quantity | DataType::Percent | DataType::Float,
            ) => ("number", "12.50", value),
            Some(DataType::TimeInterval) => {
                let rule = "PT1H30M0S".to_owned();
                self.filled.push(Filled { element: path, rule, field: None, record: None, link: None });
                return;
            }
            _ => ("text", "A-1", format!("{{ value: {value}, overflow: reject }}")),
        };
        let field = Some((field, kind.to_owned(), sample.to_owned()));
        self.filled.push(Filled { element: path, rule, field, record: None, link: None });
    }

    /// Fills an id with that of another document's record; whether it is known whose.
    fn linked(&mut self, path: &str) -> bool {
        let Some(link) = LINKS.get(&format!("{}/{path}", self.message)) else { return false };
        let known = self.known.iter().find(|it| it.messages.contains(&link.message.as_str()));
        if known.is_none() {
            self.missing.push(link.clone());
        }
        let object = known.map_or(&link.object, |known| &known.object).clone();
        let part = known.map(|known| known.part.as_slice()).unwrap_or_default();
        let fields = part.iter().map(|(field, value)| format!("{field}: {value}"));
        let fields: Vec<String> = std::iter::once("id: 2".to_owned()).chain(fields).collect();
        let field = self.field_of(&object);
        self.filled.push(Filled {
            element: path.to_owned(),
            rule: format!("=connection({}.{field})", self.name),
            field: Some((field, object.clone(), format!("{{ {} }}", fields.join(", ")))),
            record: None,
            link: Some(object),
        });
        true
    }

    /// A field's name for an element, that no other has.
    fn field_of(&self, path: &str) -> String {
        let joined: String = path.split('/').collect();
        let mut letters = joined.chars();
        let first: String = letters.next().into_iter().map(|c| c.to_ascii_lowercase()).collect();
        let plain = format!("{first}{}", letters.as_str());
        let is_taken = |name: &str| {
            name == "id"
                || self.filled.iter().any(|filled| filled.field.as_ref().is_some_and(|it| it.0 == name))
        };
        if is_taken(&plain) { format!("{plain}{}", self.filled.len()) } else { plain }
    }
}

fn is_usual(branch: &[Particle]) -> bool {
    matches!(branch.first(), Some(Particle::Element(first)) if USUAL.contains(&first.name()))
}

fn shape(name: &str, filled: &[Filled]) -> String {
    let mut text = format!(
        "# What Steelhead's documents of this kind hold. `!` behind a type: always there.\nshape: {name}\ntitle: {}\nfields:\n  id: integer!\n",
        title(name)
    );
    for (field, kind, _) in filled.iter().filter_map(|filled| filled.field.as_ref()) {
        _ = writeln!(text, "  {field}: {kind}");
    }
    text
}

fn rules(name: &str, add: Operation, filled: &[Filled]) -> String {
    let mut text = format!(
        "# What becomes of one of these in QuickBooks. `ferrule fields {}` lists the elements that there are.\nobject: {name}\ntitle: {title}\n\nexport:\n",
        add.name,
        title = title(name)
    );
    if let Some((query, element, field)) = found_by(add, filled) {
        _ = writeln!(
            text,
            "  # A record that is there already is not made again. `accept` says what else must agree, such as who it is for.\n  match:\n    {query}: {{ {element}: =fields.{field} }}\n"
        );
    }
    _ = writeln!(text, "  add: {}", add.name);
    text.push_str("  fields:\n");
    for Filled { element, rule, .. } in filled {
        _ = writeln!(text, "    {element}: {rule}");
    }
    text
}

/// The query that finds such records, the element that it searches by, and the field that gives it.
fn found_by(add: Operation, filled: &[Filled]) -> Option<(String, &'static str, &'static str)> {
    let query = operation(&format!("{}Query", add.noun))?;
    let mut ways = [("RefNumber", "RefNumber"), ("FullName", "Name")].into_iter();
    ways.find(|(element, field)| {
        query.fields().child(element).is_some() && filled.iter().any(|filled| filled.element == *field)
    })
    .map(|(element, field)| (query.name.to_owned(), element, field))
}

fn case(name: &str, add: Operation, filled: &[Filled]) -> String {
    let title = title(name);
    let mut text = format!(
        "about: A document of the kind {title} becomes a record.\ndocuments:\n  - object: {name}\n    id: 1\n"
    );
    for (field, kind, sample) in filled.iter().filter_map(|filled| filled.field.as_ref()) {
        let quote = if kind == "text" { "\"" } else { "" };
        _ = writeln!(text, "    {field}: {quote}{sample}{quote}");
    }
    text.push_str("quickbooks:\n");
    let own = catalogue::made_by(add.noun);
    let mut told = Vec::new();
    for record in filled.iter().filter_map(|filled| filled.record) {
        if told.contains(&record.name()) {
            continue;
        }
        told.push(record.name());
        let elements = [
            ("ListID", "80000001-1767225601"),
            ("EditSequence", "\"1767225601\""),
            ("Name", "Dunmore"),
            ("FullName", "Dunmore"),
            ("IsActive", "true"),
        ];
        let there = elements.iter().filter(|(element, _)| record.child(element).is_some());
        let elements: Vec<String> = there.map(|(element, value)| format!("{element}: {value}")).collect();
        _ = writeln!(text, "  {}:\n    - {{ {} }}", record.name(), elements.join(", "));
    }
    match own.filter(|own| !told.contains(&own.name())) {
        Some(own) => _ = writeln!(text, "  {}: []", own.name()),
        None if told.is_empty() => text = text.replace("quickbooks:\n", ""),
        None => {}
    }
    let links: Vec<&String> = filled.iter().filter_map(|filled| filled.link.as_ref()).collect();
    if !links.is_empty() {
        text.push_str("connections:\n");
    }
    for link in links {
        _ = writeln!(text, "  - {{ object: {link}, id: 2, id_in_quickbooks: A0-1773327840 }}");
    }
    text
}

/// What people call it: `purchaseOrder` is a Purchase order.
fn title(name: &str) -> String {
    let mut title = String::new();
    for (place, c) in name.chars().enumerate() {
        if place == 0 {
            title.push(c.to_ascii_uppercase());
        } else if c.is_ascii_uppercase() {
            title.push(' ');
            title.push(c.to_ascii_lowercase());
        } else {
            title.push(c);
        }
    }
    title
}
