//! The functions that reach into QuickBooks: the checker itself knows them.

/// The functions that the checker itself knows, with how they are called.
const SPECIAL: [(&str, &str); 8] = [
    ("connection", "connection(document)` or `connection(document, \"ItemService\")"),
    ("record", "record(\"Class\", name)` or `record(\"Account\", name, \"AccountsReceivable\")"),
    ("connected", "connected(document)"),
    ("record_where", "record_where(\"SalesTaxCode\", \"IsTaxable\", true, \"Tax\")"),
    ("referred", "referred(record.SalesTaxCodeRef)"),
    ("record_type", "record_type(document)"),
    ("line_of", "line_of(document, id)"),
    ("counterpart", "counterpart(\"an object\", record.SomeRef)"),
];

/// Whether it is one of them.
pub fn is_special(name: &str) -> bool {
    names().any(|special| special == name)
}

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    SPECIAL.iter().map(|(name, _)| *name)
}

/// How one of them is called.
pub fn usage(name: &str) -> &'static str {
    SPECIAL.iter().find(|(special, _)| *special == name).map_or("", |(_, usage)| usage)
}
