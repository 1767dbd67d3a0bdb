//! What is said of the body of a request, and how much of it there may be.

use std::error::Error;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Names of encodings in which SOAP comes as we read it.
const SOAP_CHARSETS: [&str; 3] = ["utf-8", "utf8", "us-ascii"];

/// Why a body is not taken, by what is said of it: SOAP 1.1 wants `text/xml`, in UTF-8 if it says so; what is compressed
/// is not opened.
pub(super) fn refused(headers: &HeaderMap) -> Option<&'static str> {
    let is_xml = only(headers, &CONTENT_TYPE).is_some_and(is_text_xml);
    let is_identity = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !is_xml {
        Some("the content type must be text/xml, in UTF-8")
    } else if !headers.get_all(CONTENT_ENCODING).iter().all(is_identity) {
        Some("the request is compressed (Content-Encoding); send it as it is")
    } else {
        None
    }
}

fn is_text_xml(content_type: &str) -> bool {
    is_media(content_type, &["text/xml"], &SOAP_CHARSETS)
}

/// Whether a content type is one of these, in one of these encodings if it names one.
pub fn is_media(content_type: &str, types: &[&str], charsets: &[&str]) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|media| types.iter().any(|it| it.eq_ignore_ascii_case(media)))
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let value = value.trim().trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset")
                || charsets.iter().any(|known| known.eq_ignore_ascii_case(value))
        })
}

/// The value of a header that is there once. Of two a proxy might believe the other one.
pub fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

/// Whether a body was not read because it is longer than it may be.
pub fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_text_xml;

    #[test]
    fn only_xml_in_utf_8_is_taken() {
        for good in ["text/xml", "Text/XML; charset=utf-8", "text/xml;charset=\"UTF-8\"; action=\"a\""] {
            assert!(is_text_xml(good), "{good}");
        }
        for bad in ["", "text/html", "application/soap+xml; charset=utf-8", "text/xml; charset=utf-16"] {
            assert!(!is_text_xml(bad), "{bad}");
        }
    }
}
