//! What the rules say of where documents come from.

/// Where the documents of one object come from.
#[derive(Clone, Debug)]
pub struct ApiSource {
    /// The object, as documents carry it.
    pub object: String,
    /// The field of GraphQL's root that lists them.
    pub list: String,
    /// The field that gives one of them by its id, if there is one.
    pub one: Option<String>,
    /// How one page leads to the next.
    pub paging: Paging,
    /// Documents in one page.
    pub size: u32,
    /// The order in which they are asked for, if one is named.
    pub order: Option<String>,
    /// The ways of the fields that tell of a change.
    pub changed: Vec<Way>,
    /// The field that is empty as long as a document may be edited.
    pub locked: Option<String>,
    /// The question that the server knows already, if the questions may not be written out.
    pub persisted: Option<Persisted>,
    /// What is worth knowing of fields that rules read and that are not asked for.
    pub empty: Vec<String>,
    /// How to find each field.
    pub ways: Vec<Way>,
}

/// How one page leads to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By the cursor of the last document.
    Cursor,
    /// By the number of documents that were passed.
    Offset,
}

/// A question that the server knows by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persisted {
    /// Its name.
    pub operation: String,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// Where a field of a document stands in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The field of the document.
    pub field: String,
    /// The fields of GraphQL that lead to it, one inside the other.
    pub path: Vec<String>,
    /// What stands there.
    pub form: Form,
}

/// What stands at the end of a [`Way`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A value, as it is.
    Plain,
    /// A number in millionths.
    Millionths,
    /// JSON, or a text that holds JSON.
    Json,
    /// A structure with fields of its own.
    Struct(Vec<Way>),
    /// A list of structures.
    List(Vec<Way>),
}

/// Ids and times are small: so many of them are asked for at once.
const HEADS: u32 = 500;

impl ApiSource {
    /// The same documents with no more than their ids and what tells of a change; nothing, if those that have changed cannot
    /// be asked for one by one.
    pub fn heads(&self) -> Option<Self> {
        self.one.as_ref().filter(|_| self.persisted.is_none())?;
        let mut ways: Vec<Way> = Vec::new();
        let named = |name: &str| self.ways.iter().find(|way| way.field == name);
        let all = named("id").into_iter().chain(&self.changed);
        for way in all.chain(self.locked.as_deref().and_then(named)) {
            if !ways.contains(way) {
                ways.push(way.clone());
            }
        }
        Some(Self { size: HEADS, ways, ..self.clone() })
    }
}

/// Whether a text is a name as GraphQL allows them.
pub fn is_name(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}
