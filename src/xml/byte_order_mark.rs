//! The mark that some programs write before a document.

/// The mark.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// The document without the mark at its beginning; a second mark stays, for it is a fault.
pub fn without_byte_order_mark(document: &[u8]) -> &[u8] {
    document.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(document)
}
