//! What encoding a document is written in.

use std::borrow::Cow;
use std::str::from_utf8;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use thiserror::Error;

use super::BYTE_ORDER_MARK;

/// So much of a document is looked through for its declaration.
const DECLARATION: usize = 256;
/// What a surrogate without its partner becomes: a character that XML forbids, so that whoever reads the
/// document notices it.
const ALONE: char = '\u{FFFF}';

/// A document declares an encoding that nobody here knows, and is not UTF-8 either.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the encoding `{0}` is not known")]
pub struct UnknownEncoding(pub String);

/// A document in UTF-8, read as its byte order mark or its declaration says. Without either it is left as it is.
///
/// A declaration of UTF-16 in a document of single bytes is a slip of the program that saved it, and is passed over.
/// Bytes above 127 in a document that calls itself ASCII are read as Windows-1252, as browsers do.
///
/// # Errors
/// If the encoding is not known, and the document is not UTF-8.
pub fn to_utf8(document: &[u8]) -> Result<Cow<'_, [u8]>, UnknownEncoding> {
    if let Some(text) = from_utf16(document) {
        return Ok(Cow::Owned(text.into_bytes()));
    }
    if document.is_ascii() || document.starts_with(BYTE_ORDER_MARK.as_bytes()) {
        return Ok(Cow::Borrowed(document));
    }
    let Some(label) = declared(document) else {
        return Ok(Cow::Borrowed(document));
    };
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) => Ok(Cow::Borrowed(document)),
        Some(encoding) => {
            let (text, _) = encoding.decode_without_bom_handling(document);
            Ok(Cow::Owned(text.into_owned().into_bytes()))
        }
        None if from_utf8(document).is_ok() => Ok(Cow::Borrowed(document)),
        None => Err(UnknownEncoding(label)),
    }
}

/// The text of a document in UTF-16, which its mark tells or the two bytes of its first characters.
fn from_utf16(document: &[u8]) -> Option<String> {
    let (is_big, text) = match document {
        [0xFE, 0xFF, text @ ..] => (true, text),
        [0xFF, 0xFE, text @ ..] => (false, text),
        [0, b'<', 0, _, ..] => (true, document),
        [b'<', 0, _, 0, ..] => (false, document),
        _ => return None,
    };
    let (units, rest) = text.as_chunks::<2>();
    let units =
        units.iter().map(|unit| if is_big { u16::from_be_bytes(*unit) } else { u16::from_le_bytes(*unit) });
    let mut text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(ALONE)).collect();
    if !rest.is_empty() {
        text.push(ALONE);
    }
    Some(text)
}

/// The encoding that the XML declaration names.
fn declared(document: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(document.get(..DECLARATION.min(document.len()))?).into_owned();
    let (declaration, _) = start.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    value.get(1..)?.split(quote).next().map(|label| label.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &[u8]) -> String {
        String::from_utf8(to_utf8(document).unwrap().into_owned()).unwrap()
    }

    fn declaring(label: &str, bytes: &[u8]) -> Vec<u8> {
        [format!("<?xml version=\"1.0\" encoding='{label}' ?><A>").as_bytes(), bytes, b"</A>"].concat()
    }

    #[test]
    fn a_document_is_read_as_it_declares() {
        for (label, bytes, text) in [
            ("windows-1252", &b"\x80 M\xFCller \x93x\x94"[..], "€ Müller “x”"),
            ("ISO-8859-1", b"M\xFCller \xB5", "Müller µ"),
            ("iso-8859-15", b"\xA4", "€"),
            ("US-ASCII", b"M\xFCller", "Müller"),
            ("windows-1250", b"\xE8", "č"),
            ("UTF-8", "Müller".as_bytes(), "Müller"),
            ("utf-16", "Müller".as_bytes(), "Müller"),
            ("klingon", "Müller".as_bytes(), "Müller"),
        ] {
            assert!(read(&declaring(label, bytes)).ends_with(&format!("<A>{text}</A>")), "{label}");
        }
        let unknown = to_utf8(&declaring("klingon", b"\xFC")).unwrap_err();
        assert_eq!(unknown.to_string(), "the encoding `klingon` is not known");
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_its_zeros() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><A>µ 😀</A>";
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for document in [
            little.clone(),
            big.clone(),
            [b"\xFF\xFE", &little[..]].concat(),
            [b"\xFE\xFF", &big[..]].concat(),
        ] {
            assert_eq!(read(&document), text);
        }
        let alone = [b"\xFE\xFF", &big[..big.len() - 1], b"\xD8", b"\0"].concat();
        assert!(read(&alone).contains(ALONE));
    }

    #[test]
    fn a_document_that_declares_nothing_is_left_as_it_is() {
        for document in [
            &b"<A>\xFC</A>"[..],
            b"",
            b"<?xml",
            b"\xEF\xBB\xBF<?xml encoding='windows-1252'?><A>\xC3\xBC</A>",
        ] {
            assert_eq!(to_utf8(document).unwrap(), document);
        }
    }
}
