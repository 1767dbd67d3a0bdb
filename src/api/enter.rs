//! From a request to a call: whose token it shows, and what it brings.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::problem::Problem;
use super::room::Api;
use crate::connector::service::{Check, Event, is_media, is_too_long, only};
use crate::people::{ApiSecret, ApiToken};
use crate::sync::stored::StoreError;

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_mins(1);
/// That a token is used is written down at most this often, in seconds.
const NOTE_EVERY: i64 = 60;

/// Does blocking work as soon as there is room for it.
///
/// # Errors
/// Those of the work, and [`Problem::Failed`], if it broke down.
pub async fn blocking<T: Send + 'static>(
    api: &Arc<Api>,
    work: impl FnOnce(&Api) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let _room = api.workers.acquire().await.map_err(Problem::failed)?;
    let api = Arc::clone(api);
    spawn_blocking(move || work(&api)).await.map_err(Problem::failed)?
}

/// The token that a request shows, if it is good.
///
/// # Errors
/// [`Problem::NoToken`] and [`Problem::TooMany`], whatever is wrong: nobody learns which tokens there are.
pub async fn admit(api: &Arc<Api>, parts: &Parts) -> Result<ApiToken, Problem> {
    let secret = shown(&parts.headers).ok_or(Problem::NoToken)?;
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |peer| peer.0);
    let from = api.proxies.sender(peer, &parts.headers);
    blocking(api, move |api| check(api, &secret, from)).await
}

fn check(api: &Api, secret: &ApiSecret, from: IpAddr) -> Result<ApiToken, Problem> {
    let (now, mut found) = (api.now(), None);
    let stored = || {
        let kept = api.store.api_token(secret.public())?.filter(|(token, _)| token.is_good(now));
        Ok::<_, StoreError>(kept.map(|(token, hash)| {
            found = Some(token);
            hash
        }))
    };
    let checked = api.guard.check(secret.public(), secret.secret(), from, stored).map_err(Problem::failed)?;
    let user_name = || format!("API token {}", secret.public());
    match (checked, found) {
        (Check::Right, Some(token)) => {
            if token.used_at.is_none_or(|used| (now - used).num_seconds() >= NOTE_EVERY) {
                api.store.note_api_token_used(&token.public, now).map_err(Problem::failed)?;
            }
            Ok(token)
        }
        (Check::Limited, _) => {
            (api.journal)(&Event::Limited { user_name: user_name(), from });
            Err(Problem::TooMany)
        }
        _ => {
            (api.journal)(&Event::WrongPassword { user_name: user_name(), from });
            Err(Problem::NoToken)
        }
    }
}

/// What the one `Authorization` header shows. Two of them are none: a proxy might believe the other one.
fn shown(headers: &HeaderMap) -> Option<ApiSecret> {
    let (scheme, token) = only(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| ApiSecret::given(token.trim_matches(' ')))?
}

/// A body of one of these media types, of at most so many bytes. `taken` names the types for people.
///
/// # Errors
/// It is of another kind, too long, or broke off.
pub async fn body(
    api: &Arc<Api>,
    parts: &Parts,
    body: Body,
    types: &[&str],
    taken: &'static str,
    most: usize,
) -> Result<Vec<u8>, Problem> {
    let wrong = Problem::MediaType(taken);
    let encoding = parts.headers.get(CONTENT_ENCODING);
    if encoding.is_some_and(|it| it != "identity")
        || !only(&parts.headers, &CONTENT_TYPE).is_some_and(|it| is_media(it, types, &["utf-8"]))
    {
        return Err(wrong);
    }
    let too_large =
        || Problem::TooLarge(format!("At most {most} bytes go at once. Send the rest in another call."));
    let declared = parts.headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let room = timeout(api.room_time, Arc::clone(&api.bodies).acquire_owned()).await;
    let _room = room.map_err(|_| Problem::Busy)?.map_err(Problem::failed)?;
    let read = timeout(BODY_TIME, to_bytes(body, most)).await.map_err(|_| Problem::BrokenOff)?;
    read.map(|bytes| bytes.to_vec())
        .map_err(|error| if is_too_long(&error) { too_large() } else { Problem::BrokenOff })
}
