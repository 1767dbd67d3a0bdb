//! The address of Steelhead's API and what opens it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::failure::ApiError;
use crate::secrets::Password;

/// The environment variable with the token, unless a file holds it.
pub const TOKEN_VARIABLE: &str = "FERRULE_STEELHEAD_TOKEN";
/// Requests leave no sooner after each other, unless the file says otherwise.
const PACE: Duration = Duration::from_millis(250);
/// An answer is waited for so long, unless the file says otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of Steelhead's API and what opens it. Its debug form shows no secret.
#[derive(Clone)]
pub struct Access {
    /// The address as people wrote it, for messages.
    pub shown: String,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, Password)>,
    pub(super) pace: Duration,
    pub(super) patience: Duration,
}

/// A file that says what opens Steelhead's API.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessFile {
    /// Sent as `Authorization: Bearer …`.
    #[serde(default)]
    token: Option<String>,
    /// A file that holds the token.
    #[serde(default)]
    token_file: Option<PathBuf>,
    /// Further headers, such as a cookie.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// What comes behind the `?` of the address, such as which domain is meant.
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    /// Milliseconds between two requests.
    #[serde(default)]
    pace: Option<u64>,
    /// Seconds that an answer may take.
    #[serde(default)]
    patience: Option<u64>,
    /// Its address, where a file has the access of several company files.
    #[serde(default)]
    pub url: Option<String>,
    /// Minutes between two looks at what has changed, when documents are taken over again and again.
    #[serde(default)]
    pub every: Option<u32>,
    /// Hours between two comparisons of everything.
    #[serde(default)]
    pub compare: Option<u32>,
}

/// Whether a text names an address on the web, and no file.
pub fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("https" | "http"))
}

impl Access {
    /// An address with what opens it.
    ///
    /// # Errors
    /// The address is not one that may be asked, or what opens it cannot be sent.
    pub fn new(address: &str, file: AccessFile) -> Result<Self, ApiError> {
        let mut url = allowed(address)?;
        for (name, value) in &file.parameters {
            url.query_pairs_mut().append_pair(name, value);
        }
        let mut headers: Vec<(String, Password)> = Vec::new();
        if let Some(token) = file.token()? {
            headers.push(("Authorization".to_owned(), format!("Bearer {token}").into()));
        }
        headers.extend(file.headers.into_iter().map(|(name, value)| (name, value.into())));
        for (name, value) in &headers {
            let is_sound = ureq::http::HeaderName::try_from(name.as_str()).is_ok()
                && ureq::http::HeaderValue::try_from(value.expose()).is_ok();
            if !is_sound {
                return Err(ApiError::Access(format!("the header `{name}` cannot be sent as it stands")));
            }
        }
        Ok(Self {
            // What stands behind the `?` may be a secret too.
            shown: address.split(['?', '#']).next().unwrap_or_default().to_owned(),
            url,
            headers,
            pace: file.pace.map_or(PACE, Duration::from_millis),
            patience: file.patience.map_or(PATIENCE, Duration::from_secs),
        })
    }
}

impl AccessFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or something in it is not known. What stands in it is never told.
    pub fn read(path: &Path) -> Result<Self, ApiError> {
        of_yaml(path)
    }

    /// Reads a file with what opens the API for each company file, by its name.
    ///
    /// # Errors
    /// As of [`read`](Self::read).
    pub fn read_all(path: &Path) -> Result<BTreeMap<String, Self>, ApiError> {
        of_yaml(path)
    }

    /// The token that the environment holds, and nothing else.
    pub fn of_environment() -> Self {
        let token = std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty());
        Self { token, ..Self::default() }
    }

    fn token(&self) -> Result<Option<String>, ApiError> {
        let text = match (&self.token, &self.token_file) {
            (Some(_), Some(_)) => {
                return Err(ApiError::Access("`token` and `token_file` exclude each other".to_owned()));
            }
            (Some(token), None) => token.clone(),
            (None, Some(path)) => std::fs::read_to_string(path)
                .map_err(|error| ApiError::Access(format!("`{}` cannot be read: {error}", path.display())))?,
            (None, None) => return Ok(None),
        };
        Ok(Some(text.trim().to_owned()))
    }
}

/// What a file says. An error never quotes it.
fn of_yaml<T: DeserializeOwned>(path: &Path) -> Result<T, ApiError> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| ApiError::Access(format!("`{shown}` cannot be read: {error}")))?;
    serde_yaml::from_str(&text).map_err(|error| {
        let line = error.location().map(|at| format!(", line {}", at.line())).unwrap_or_default();
        ApiError::Access(format!(
            "`{shown}`{line}: it may say `token` or `token_file`, `headers`, `parameters`, `pace` and `patience`; for \
             `ferrule serve` also `url`, `every` and `compare`"
        ))
    })
}

fn allowed(address: &str) -> Result<Url, ApiError> {
    let wrong = || ApiError::Address(address.split(['?', '#']).next().unwrap_or_default().to_owned());
    // The text may hold a password where it cannot be read as an address.
    if address.contains('@') {
        return Err(ApiError::Shown);
    }
    let url = Url::parse(address).map_err(|_| wrong())?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        _ => Err(wrong()),
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Access").field(&self.shown).finish()
    }
}

impl fmt::Debug for AccessFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessFile(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_is_asked() {
        for address in [
            "https://steelhead.test/graphql",
            "http://localhost:1/x",
            "http://127.0.0.1:5/",
            "http://[::1]:5/",
        ] {
            assert!(Access::new(address, AccessFile::default()).is_ok(), "{address}");
        }
        for address in ["http://steelhead.test/", "http://10.0.0.1/", "ftp://localhost/", "https://", "x"] {
            let refused = Access::new(address, AccessFile::default()).unwrap_err();
            assert!(matches!(refused, ApiError::Address(_)), "{address}: {refused}");
        }
        let shown = Access::new("https://me:hush@steelhead.test/", AccessFile::default()).unwrap_err();
        assert_eq!(shown, ApiError::Shown);
    }

    #[test]
    fn nothing_shows_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.yaml");
        std::fs::write(&file, "token: hush-1\nheaders: { Cookie: hush-2 }\nparameters: { domain: hush-3 }\n")
            .unwrap();
        let file_read = AccessFile::read(&file).unwrap();
        let shown = format!("{file_read:?}");
        let access = Access::new("https://steelhead.test/graphql?key=hush-4", file_read).unwrap();
        assert!(!format!("{shown}{access:?}{}", access.shown).contains("hush"), "{access:?}");
        assert!(access.url.as_str().ends_with("?key=hush-4&domain=hush-3"));
        for wrong in
            ["token: [hush]", "tokn: hush", "hush", "token: hush\ntoken_file: [", "headers: { X: [hush] }"]
        {
            std::fs::write(&file, wrong).unwrap();
            let refused = AccessFile::read(&file).unwrap_err().to_string();
            assert!(!refused.contains("hush") && refused.contains("access.yaml"), "{refused}");
        }
        std::fs::write(&file, "headers: { X: \"hush\\nY: z\" }").unwrap();
        let refused = Access::new("https://steelhead.test/", AccessFile::read(&file).unwrap()).unwrap_err();
        assert!(refused.to_string().contains("the header `X`") && !refused.to_string().contains("hush"));
    }
}
