//! Style, scripts and the icon: in the binary, under addresses that change with what is in them.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::web::ground::trouble::Trouble;

/// A file that pages name.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const ALL: [Asset; 8] = [
    Asset {
        name: "style.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/style.css"),
    },
    Asset {
        name: "htmx.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/htmx.min.js"),
    },
    Asset {
        name: "live.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/live.js"),
    },
    Asset {
        name: "select.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/select.js"),
    },
    Asset {
        name: "forms.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/forms.js"),
    },
    Asset {
        name: "copy.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/copy.js"),
    },
    Asset {
        name: "sections.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/sections.js"),
    },
    Asset { name: "icon.svg", media_type: "image/svg+xml", bytes: include_bytes!("../assets/icon.svg") },
];

/// The addresses, in the order of [`ALL`].
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| ALL.iter().map(Asset::path).collect());

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

/// The asset at that address. It never changes.
///
/// # Errors
/// [`Trouble::NotFound`].
pub fn find(address: &str) -> Result<Response, Trouble> {
    let found = ALL.iter().zip(PATHS.iter()).find(|(_, path)| *path == address);
    let (asset, _) = found.ok_or(Trouble::NotFound)?;
    let headers = [(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
