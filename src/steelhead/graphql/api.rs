//! Asking Steelhead's API.
//!
//! Nobody is followed elsewhere, no proxy is asked, and no answer is taken that is too large.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::{Agent, Body, http::Response};

use super::access::Access;
use super::answer::{Page, page, some};
use super::failure::ApiError;
use super::lane::Lane;
use super::query;
use super::source::ApiSource;
use crate::calls::calling;

/// A larger answer is not taken.
const LARGEST: u64 = 32 << 20;
/// How long to wait before it is asked again, in seconds.
const WAITS: [u64; 3] = [2, 8, 30];
/// It is not waited longer, whatever Steelhead wants.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Steelhead's API, with what opens it.
#[derive(Clone)]
pub struct Api {
    access: Arc<Access>,
    agent: Agent,
    lane: Arc<Lane>,
    sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Api {
    /// The API behind an address. Nothing is connected yet.
    pub fn new(access: Access) -> Self {
        let agent = calling(access.patience).build().new_agent();
        let lane = Arc::new(Lane::new(access.pace));
        let sleep = Arc::new(std::thread::sleep);
        Self { access: Arc::new(access), agent, lane, sleep }
    }

    /// The same, that waits before it asks again as it is told here.
    #[must_use]
    pub fn sleeping(self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self { sleep: Arc::new(sleep), ..self }
    }

    /// The address, for messages.
    pub fn shown(&self) -> &str {
        &self.access.shown
    }

    /// One page of documents: what comes after `after`, or the first.
    ///
    /// # Errors
    /// [`ApiError`]
    pub fn page(&self, source: &ApiSource, after: Option<&str>) -> Result<Page, ApiError> {
        let answer = self.ask(&query::page(source, after), source)?;
        page(source, after, &answer)
    }

    /// Some documents, by their ids; of an object that can be asked so.
    ///
    /// # Errors
    /// [`ApiError`]
    pub fn some(&self, source: &ApiSource, ids: &[String]) -> Result<Page, ApiError> {
        let Some(one) = &source.one else { return Ok(Page::default()) };
        let answer = self.ask(&query::some(source, one, ids), source)?;
        some(source, ids, &answer)
    }

    /// Asks, and asks again where that may help.
    fn ask(&self, body: &Value, source: &ApiSource) -> Result<String, ApiError> {
        let body = body.to_string();
        let mut waits = WAITS.iter();
        loop {
            let error = match self.once(&body, source) {
                Ok(answer) => return Ok(answer),
                Err(error) if !error.may_pass() => return Err(error),
                Err(error) => error,
            };
            let Some(seconds) = waits.next() else { return Err(error) };
            let wanted = match error {
                ApiError::Busy { wait: Some(wait), .. } => wait.min(LONGEST_WAIT),
                _ => Duration::ZERO,
            };
            (self.sleep)(wanted.max(Duration::from_secs(*seconds)));
        }
    }

    fn once(&self, body: &str, source: &ApiSource) -> Result<String, ApiError> {
        let _turn = self.lane.turn();
        let mut request = self
            .agent
            .post(self.access.url.as_str())
            .header("content-type", "application/json")
            .header("accept", "application/json");
        for (name, value) in &self.access.headers {
            request = request.header(name, value.expose());
        }
        let mut response = request.send(body).map_err(|error| self.failed(error))?;
        let status = response.status().as_u16();
        match status {
            401 | 403 => return Err(ApiError::Refused(status)),
            300..=399 => return Err(ApiError::Elsewhere(target(&response))),
            429 | 500..=599 => return Err(ApiError::Busy { status, wait: wanted(&response) }),
            _ => {}
        }
        let read = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        let bytes = read.map_err(|error| self.failed(error))?;
        let text = String::from_utf8(bytes);
        match text {
            // GraphQL says what is wrong with a question under 400 too.
            Ok(text) if (200..300).contains(&status) || super::answer::is_answer(&text) => Ok(text),
            _ if !(200..300).contains(&status) => Err(ApiError::Status(status)),
            _ => Err(ApiError::NoAnswer(format!("it is not UTF-8, for `{}`", source.list))),
        }
    }

    fn failed(&self, error: ureq::Error) -> ApiError {
        match error {
            ureq::Error::Timeout(_) => ApiError::TooSlow(self.access.patience),
            ureq::Error::BodyExceedsLimit(_) => ApiError::TooLarge(LARGEST),
            // No more than the kind: the address may hold a secret.
            ureq::Error::HostNotFound => ApiError::Unreachable("nobody has that name".to_owned()),
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                ApiError::TooSlow(self.access.patience)
            }
            ureq::Error::Io(error) => ApiError::Unreachable(error.to_string()),
            ureq::Error::Rustls(error) => ApiError::Unreachable(format!("TLS: {error}")),
            other => ApiError::Unreachable(self.without_secrets(&other.to_string())),
        }
    }

    /// A text of the library, as long as nothing secret is in it.
    fn without_secrets(&self, text: &str) -> String {
        let is_safe = !text.contains(self.access.url.as_str())
            && self.access.url.query().is_none_or(|query| !text.contains(query))
            && !self.access.headers.iter().any(|(_, value)| text.contains(value.expose()));
        if is_safe { text.to_owned() } else { "the request failed".to_owned() }
    }
}

/// Where a redirect leads, without what stands behind its path.
fn target(response: &Response<Body>) -> String {
    let location = response.headers().get("location").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let host = url::Url::parse(location).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "another path".to_owned())
}

/// When a busy server wants to be asked again.
fn wanted(response: &Response<Body>) -> Option<Duration> {
    let text = response.headers().get("retry-after")?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}
