//! From a request to a visit: who asks, what they may do, and whether one of our pages sent the form.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts as _, RawPathParams};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use tokio::task::spawn_blocking;

use crate::connector::service::is_too_long;
use crate::language::t;
use crate::people::Token;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::server::cookie::Cookie;
use crate::web::server::message::Message;
use crate::web::server::site::Site;
use crate::web::server::visit::{Upload, Visit};

/// The largest form of a person who is signed in, in bytes.
pub const MAX_FORM: usize = 1 << 20;
/// The largest form with a file, in bytes.
pub const MAX_UPLOAD: usize = 32 << 20;
/// How long a form may take to come.
const FORM_TIME: Duration = Duration::from_secs(30);
/// The same of one with a file.
const UPLOAD_TIME: Duration = Duration::from_mins(5);
/// Ferrule writes down at most this often, in seconds, that a sign-in is in use: reading a page need not write.
const NOTE_EVERY: i64 = 60;

/// Does blocking work as soon as there is room for it.
///
/// # Errors
/// [`Trouble::Failed`], if it broke down.
pub async fn blocking<T: Send + 'static>(
    site: &Arc<Site>,
    work: impl FnOnce(&Arc<Site>) -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let _room = site.workers.acquire().await.map_err(Trouble::failed)?;
    let site = Arc::clone(site);
    spawn_blocking(move || work(&site)).await.map_err(Trouble::failed)?
}

/// Lets in a person who is signed in.
///
/// # Errors
/// [`Trouble::NotSignedIn`], if nobody is.
pub async fn admit(site: &Arc<Site>, parts: &mut Parts) -> Result<Visit, Trouble> {
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Trouble::NotFound)?;
    let names: BTreeMap<String, String> =
        params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let is_secure = site.origin.is_secure;
    let token = Cookie::SignIn.find(&parts.headers, is_secure).map(Token::given);
    let token = token.ok_or_else(|| not_signed_in(parts))?;
    let form_token = token.for_forms();
    let now = site.now();
    // What a page asks for by itself does not keep a sign-in alive.
    let company = names.get("company").and_then(|id| id.parse().ok());
    let is_automatic = is_fragment(&parts.headers) || parts.uri.path().starts_with("/live/");
    let sign_in = token.hash();
    let known = blocking(site, move |site| {
        let Some(known) = site.people.signed_in(&token.hash(), now)? else {
            return Ok(None);
        };
        if !is_automatic && (now - known.active_at).num_seconds() >= NOTE_EVERY {
            site.people.note_active(&token.hash(), now)?;
        }
        let mut files = site.store.company_files()?;
        files.retain(|file| file.made.domain == known.person.domain);
        let file = files.iter().find(|file| Some(file.id.0) == company);
        let set = site.rules.of_domain(&known.person.domain)?;
        let rules = file.map_or_else(|| Ok(set.base().clone()), |file| set.of(file))?;
        Ok(Some((known.person, files, (set, rules))))
    });
    let (person, files, (set, rules)) = known.await?.ok_or_else(|| not_signed_in(parts))?;
    Ok(Visit {
        site: Arc::clone(site),
        set,
        rules,
        person,
        sign_in,
        sender: sender(site, parts),
        files,
        now,
        path: parts.uri.path().to_owned(),
        names,
        query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Fields::default(),
        upload: None,
        is_fragment: is_fragment(&parts.headers),
        is_form: parts.method == Method::POST,
        form_token,
        here: parts.uri.path_and_query().map_or_else(String::new, |it| it.as_str().to_owned()),
        message: Cookie::Message.find(&parts.headers, is_secure).and_then(Message::read),
        host: host(parts, site),
    })
}

fn not_signed_in(parts: &Parts) -> Trouble {
    let is_page = matches!(parts.method, Method::GET | Method::HEAD);
    let back = parts.uri.path_and_query().map(|it| it.as_str().to_owned());
    Trouble::NotSignedIn { back: back.filter(|_| is_page) }
}

/// The form that one of our pages sent to whoever has this token.
///
/// # Errors
/// [`Trouble::Forged`], if another page sent it, and what else may be wrong with a form.
pub async fn form(
    site: &Site,
    parts: &Parts,
    body: Body,
    token: &Token,
    max: usize,
) -> Result<Fields, Trouble> {
    if !is_from_us(site, parts) {
        return Err(Trouble::Forged);
    }
    let media_type =
        parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Trouble::Wrong(t("what you sent is not a form").to_owned()));
    }
    let read = tokio::time::timeout(FORM_TIME, to_bytes(body, max)).await.map_err(|_| Trouble::BrokenOff)?;
    let fields = Fields::parse(&read.map_err(|error| unread(&error))?);
    if !token.is_for_forms(fields.get("token")) {
        return Err(Trouble::Forged);
    }
    Ok(fields)
}

/// A form of ours with a file, sent to whoever has this token.
///
/// # Errors
/// As of [`form`].
pub async fn upload(
    site: &Site,
    parts: &Parts,
    body: Body,
    token: &Token,
) -> Result<(Fields, Option<Upload>), Trouble> {
    if !is_from_us(site, parts) {
        return Err(Trouble::Forged);
    }
    let media_type =
        parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(media_type)
        .map_err(|_| Trouble::Wrong(t("what you sent is not a form with a file").to_owned()))?;
    let limits = multer::SizeLimit::new().whole_stream(MAX_UPLOAD as u64);
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut fields = multer::Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let read = async {
        let (mut texts, mut upload) = (Vec::new(), None);
        while let Some(field) = fields.next_field().await? {
            let (name, file) =
                (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
            match file {
                Some(name) => upload = Some(Upload { name, bytes: field.bytes().await?.to_vec() }),
                None => texts.push((name, field.text().await?)),
            }
        }
        Ok((Fields::of(texts), upload))
    };
    let read = tokio::time::timeout(UPLOAD_TIME, read).await.map_err(|_| Trouble::BrokenOff)?;
    let (fields, upload) = read.map_err(|error: multer::Error| match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Trouble::TooLarge
        }
        _ => Trouble::BrokenOff,
    })?;
    if !token.is_for_forms(fields.get("token")) {
        return Err(Trouble::Forged);
    }
    Ok((fields, upload.filter(|upload: &Upload| !upload.name.is_empty() || !upload.bytes.is_empty())))
}

fn unread(error: &axum::Error) -> Trouble {
    if is_too_long(error) { Trouble::TooLarge } else { Trouble::BrokenOff }
}

/// Whether a page of ours sent it, as far as the browser says. A program that says nothing has the
/// form's token to show.
fn is_from_us(site: &Site, parts: &Parts) -> bool {
    if let Some(from) = parts.headers.get("sec-fetch-site") {
        return from == "same-origin";
    }
    match parts.headers.get(ORIGIN).map(|origin| origin.to_str()) {
        None => true,
        Some(Ok(origin)) => origin.split_once("://").is_some_and(|(_, from)| from == host(parts, site)),
        Some(Err(_)) => false,
    }
}

/// The host that the browser asked, with its port; a proxy may pass it on apart.
pub fn host(parts: &Parts, site: &Site) -> String {
    let forwarded = site.origin.proxies.said(peer(parts), &parts.headers, "x-forwarded-host");
    let asked = || parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    forwarded.or_else(asked).unwrap_or_default().to_owned()
}

/// From where the request comes.
pub fn sender(site: &Site, parts: &Parts) -> std::net::IpAddr {
    site.origin.proxies.sender(peer(parts), &parts.headers)
}

fn peer(parts: &Parts) -> SocketAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |peer| peer.0)
}

/// The sign-in's token, or that of a visitor without one.
pub fn token(site: &Site, headers: &HeaderMap, cookie: Cookie) -> Option<Token> {
    cookie.find(headers, site.origin.is_secure).map(Token::given)
}

fn is_fragment(headers: &HeaderMap) -> bool {
    let is = |name: &str| headers.get(name).is_some_and(|value| value == "true");
    is("hx-request") && !is("hx-boosted") && !is("hx-history-restore-request")
}
