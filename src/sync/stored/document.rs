//! Documents of Steelhead.

use sha2::Digest as _;

use super::Moment;

/// A document, as keys know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct DocumentKey {
    /// The object's name, such as `invoice`.
    pub object: String,
    /// The document's id, as text.
    pub id: String,
}

/// A document to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// Which document.
    pub key: DocumentKey,
    /// The document as it came.
    pub json: String,
    /// Stands for its content: the same content, the same version.
    pub version: String,
}

impl NewDocument {
    /// A document as it came: its key is its `object` and `id`, its version stands for its content,
    /// however that is spaced and ordered. Nothing for JSON without the two.
    pub fn of_json(json: &str) -> Option<Self> {
        let content: serde_json::Value = serde_json::from_str(json).ok()?;
        let object = content.get("object")?.as_str()?.to_owned();
        let id = match content.get("id")? {
            serde_json::Value::String(id) => id.clone(),
            serde_json::Value::Number(id) => id.to_string(),
            _ => return None,
        };
        // serde_json's maps are sorted by key, so this is the same for the same content.
        let digest = sha2::Sha256::digest(content.to_string().as_bytes());
        let version = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Self { key: DocumentKey { object, id }, json: json.to_owned(), version })
    }
}

/// A document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The document.
    pub document: NewDocument,
    /// When this version came.
    pub loaded_at: Moment,
}

/// How many documents were new, and how many others were known in another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Loaded {
    /// Not known before.
    pub new: usize,
    /// Known in another version.
    pub changed: usize,
    /// Known in this version: nothing was done.
    pub same: usize,
}

impl std::fmt::Display for DocumentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.object, self.id)
    }
}
