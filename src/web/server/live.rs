//! A page that is open learns when what it shows has changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::people::Token;
use crate::sync::stored::{CompanyFile, CompanyId};
use crate::web::ground::trouble::Trouble;
use crate::web::server::enter::blocking;
use crate::web::server::news::Place;
use crate::web::server::site::Site;

/// How often it is looked for changes: other processes make them too.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Whether the sign-in is still good is looked at with news, and else each so many times.
const SIGN_IN_EVERY: u32 = 10;
/// Between two pieces of news.
const REST: Duration = Duration::from_millis(400);
/// A page that waits for news of a company file.
struct Listener {
    site: Arc<Site>,
    token: Token,
    company: CompanyId,
    /// What was told last.
    seen: i64,
    /// How often it was looked since the sign-in was.
    looks: u32,
    news: watch::Receiver<u64>,
    is_over: watch::Receiver<bool>,
    _place: Place,
}

/// What a look at the store brought.
enum Look {
    Same,
    Changed(i64),
    SignedOut,
}

/// An event `changed` whenever the company file changed, and `ended` when the sign-in did. `seen` is the
/// count of changes that the page was made from; without it, the present count.
pub fn stream(site: &Arc<Site>, token: Token, file: &CompanyFile, seen: Option<i64>) -> Response {
    let Some(place) = site.news.place(&file.made.domain) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many pages wait for news").into_response();
    };
    let listener = Listener {
        site: Arc::clone(site),
        token,
        company: file.id,
        seen: seen.unwrap_or(file.changes),
        looks: 0,
        news: site.news.told.subscribe(),
        is_over: site.news.is_over.subscribe(),
        _place: place,
    };
    let events = unfold(Some(listener), |listener| async move { listener?.next().await });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Option<Self>)> {
        loop {
            if *self.is_over.borrow() {
                return None;
            }
            let is_told = tokio::select! {
                _ = self.is_over.changed() => return None,
                _ = self.news.changed() => true,
                () = sleep(LOOK_EVERY) => false,
            };
            self.looks += 1;
            match self.look(is_told || self.looks >= SIGN_IN_EVERY).await {
                Look::Same => {}
                Look::Changed(changes) => {
                    self.seen = changes;
                    sleep(REST).await;
                    return Some((Ok(Event::default().event("changed").data("changed")), Some(self)));
                }
                Look::SignedOut => return Some((Ok(Event::default().event("ended").data("ended")), None)),
            }
        }
    }

    async fn look(&mut self, may_be_out: bool) -> Look {
        let (token, company, seen) = (self.token.hash(), self.company, self.seen);
        let looked = blocking(&self.site, move |site| {
            let read = || Ok::<_, Trouble>(site.store.company_file(company)?.changes);
            let changes = site.news.changes(company, read)?;
            if (may_be_out || changes != seen) && site.people.signed_in(&token, site.now())?.is_none() {
                return Ok(Look::SignedOut);
            }
            Ok(if changes == seen { Look::Same } else { Look::Changed(changes) })
        });
        if may_be_out {
            self.looks = 0;
        }
        // If the store fails, the page that is loaded next says so.
        looked.await.unwrap_or(Look::Same)
    }
}
