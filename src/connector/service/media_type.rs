//! The content type of a request.

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};

/// Why a body is not taken, by what is said of it: SOAP 1.1 wants `text/xml`, in UTF-8 if it says so; what is compressed
/// is not opened.
pub(super) fn refused(headers: &HeaderMap) -> Option<&'static str> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let is_xml = match (types.next(), types.next()) {
        (Some(only), None) => only.to_str().is_ok_and(is_text_xml),
        _ => false,
    };
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
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|media| media.eq_ignore_ascii_case("text/xml"))
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let value = value.trim().trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset")
                || ["utf-8", "utf8", "us-ascii"].iter().any(|known| known.eq_ignore_ascii_case(value))
        })
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
