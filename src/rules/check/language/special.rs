//! The functions that reach into QuickBooks: the checker itself knows them.

/// The functions that the checker itself knows: how each is called, and what it gives.
const SPECIAL: [(&str, &str, &str); 8] = [
    (
        "connection",
        "connection(document)` or `connection(document, \"ItemService\")",
        "The QuickBooks side of another Steelhead document: the id of its record, or the name that its own rules give it. What has no record yet is created first.",
    ),
    (
        "record",
        "record(\"Class\", name)` or `record(\"Account\", name, \"AccountsReceivable\")",
        "The active record with exactly that name. If there is none, the document is rejected.",
    ),
    ("connected", "connected(document)", "Whether a document has its counterpart in QuickBooks already."),
    (
        "record_where",
        "record_where(\"SalesTaxCode\", \"IsTaxable\", true, \"Tax\")",
        "The active record whose element has that value: the one of that name, or else the only one.",
    ),
    ("referred", "referred(record.SalesTaxCodeRef)", "The record that an element of a record refers to."),
    (
        "record_type",
        "record_type(document)",
        "The type of a document's record, such as `ItemDiscount`; absent if there is none.",
    ),
    ("line_of", "line_of(document, id)", "The line of a document's record which has this id in Steelhead."),
    (
        "counterpart",
        "counterpart(\"an object\", record.SomeRef)",
        "The id in Steelhead of the document that is connected to a record; absent if there is none.",
    ),
];

/// Whether it is one of them.
pub fn is_special(name: &str) -> bool {
    names().any(|special| special == name)
}

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    SPECIAL.iter().map(|(name, ..)| *name)
}

/// How one of them is called.
pub fn usage(name: &str) -> &'static str {
    SPECIAL.iter().find(|(special, ..)| *special == name).map_or("", |(_, usage, _)| usage)
}

/// What one of them gives, as Markdown.
pub fn about(name: &str) -> String {
    let found = SPECIAL.iter().find(|(special, ..)| *special == name);
    found.map(|(_, usage, about)| format!("`{usage}`\n\n{about}")).unwrap_or_default()
}
