//! Style, scripts and the icon: in the binary, under addresses that change with what is in them.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::web::ground::trouble::Trouble;

/// A file that pages name.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

/// A file of JavaScript.
const fn script(name: &'static str, bytes: &'static [u8]) -> Asset {
    Asset { name, media_type: "text/javascript; charset=utf-8", bytes }
}

const ALL: [Asset; 11] = [
    Asset {
        name: "style.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/style.css"),
    },
    script("htmx.js", include_bytes!("../assets/htmx.min.js")),
    script("live.js", include_bytes!("../assets/live.js")),
    script("select.js", include_bytes!("../assets/select.js")),
    script("forms.js", include_bytes!("../assets/forms.js")),
    script("copy.js", include_bytes!("../assets/copy.js")),
    script("sections.js", include_bytes!("../assets/sections.js")),
    script("after.js", include_bytes!("../assets/after.js")),
    script("find.js", include_bytes!("../assets/find.js")),
    script("keep.js", include_bytes!("../assets/keep.js")),
    Asset { name: "icon.svg", media_type: "image/svg+xml", bytes: include_bytes!("../assets/icon.svg") },
];

/// The addresses, in the order of [`ALL`].
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| ALL.iter().map(Asset::path).collect());

/// The bytes of each, made small, in the order of [`ALL`]. Pages are never compressed: how small one gets would tell what
/// secret stands in it.
static SMALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| ALL.iter().map(|asset| small(asset.bytes)).collect());

/// Writing into memory does not fail; if it did, the asset goes as it is.
fn small(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

impl Asset {
    fn path(&self) -> String {
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(self.bytes).into();
        format!("/assets/{:08x}/{}", u32::from_be_bytes([a, b, c, d]), self.name)
    }
}

/// The address of the asset of that name; empty if there is none.
pub fn path(name: &str) -> &'static str {
    let found = ALL.iter().zip(PATHS.iter()).find(|(asset, _)| asset.name == name);
    found.map_or("", |(_, path)| path)
}

/// The asset at that address, small for who takes that. It never changes.
///
/// # Errors
/// [`Trouble::NotFound`].
pub fn find(address: &str, headers: &HeaderMap) -> Result<Response, Trouble> {
    let place = PATHS.iter().position(|path| path == address).ok_or(Trouble::NotFound)?;
    let asset = ALL.get(place).ok_or(Trouble::NotFound)?;
    let about = [
        (CONTENT_TYPE, asset.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    let small = SMALL.get(place).filter(|small| !small.is_empty() && takes_gzip(headers));
    Ok(match small {
        Some(small) => (about, [(CONTENT_ENCODING, "gzip")], small.as_slice()).into_response(),
        None => (about, asset.bytes).into_response(),
    })
}

/// Whether who asks takes what is compressed with gzip.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut all = accepted.split(',').map(|one| one.split_once(';').unwrap_or((one, "")));
    all.any(|(name, weight)| name.trim().eq_ignore_ascii_case("gzip") && weight.trim() != "q=0")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_given_to_those_who_take_it() {
        let takes = |accepted: &'static str| {
            let headers = [(ACCEPT_ENCODING, HeaderValue::from_static(accepted))];
            takes_gzip(&headers.into_iter().collect())
        };
        assert!(takes("gzip") && takes("br, GZIP;q=0.8") && takes("deflate,gzip"));
        assert!(!takes("") && !takes("br") && !takes("gzip;q=0, br") && !takes("xgzip"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
