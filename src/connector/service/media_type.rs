//! The content type of a request.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// Whether a body is said to be what SOAP 1.1 wants: `text/xml`, in UTF-8 if it says so, not
/// compressed.
pub(super) fn is_soap(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    only.to_str().is_ok_and(is_text_xml) && !headers.contains_key(CONTENT_ENCODING)
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
