//! The service over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::task::block_in_place;

use super::body::{FREE, Read, Reader, Unread, shortened};
use super::media_type::refused;
use super::readiness::Readiness;
use super::{Event, Proxies, Reception};
use crate::connector::SERVICE_PATH;
use crate::connector::{self as soap, Call, EnvelopeError, Fault, FaultCode, read_call, wsdl};

const PAGE: &str = include_str!("page.html");

/// What every request needs.
pub(super) struct Shared {
    pub(super) reception: Arc<Reception>,
    pub(super) reader: Reader,
    pub(super) url: String,
    pub(super) max_body: usize,
    pub(super) proxies: Proxies,
    pub(super) readiness: Readiness,
}

/// What is found where.
pub(super) fn routes(shared: Shared) -> Router {
    Router::new()
        .route(SERVICE_PATH, get(describe).post(call))
        // Whoever types the address may end it so.
        .route(&format!("{SERVICE_PATH}/"), get(describe).post(call))
        // Whether it runs, and whether it can do its work: a server that runs and is not ready is let be, not restarted.
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(Arc::new(shared))
}

async fn describe(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    if query.is_some_and(|query| query.eq_ignore_ascii_case("wsdl")) {
        return ([(CONTENT_TYPE, soap::CONTENT_TYPE)], wsdl(&shared.url)).into_response();
    }
    Html(PAGE).into_response()
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    match shared.readiness.check().await {
        Ok(()) => "ready\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response(),
    }
}

async fn call(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let from = shared.proxies.sender(peer, &head.headers);
    if let Some(why) = refused(&head.headers) {
        return shared.refuse(from, StatusCode::UNSUPPORTED_MEDIA_TYPE, why);
    }
    let declared = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let read = shared.reader.read(body, declared).await;
    let answer = || match read {
        Ok(read) => shared.answer(read, from),
        Err(unread) => shared.explain(unread, from),
    };
    // On this thread: to wake another one, and then this one again, takes longer than most calls.
    block_in_place(|| catch_unwind(AssertUnwindSafe(answer))).unwrap_or_else(|_| fault(&broken_down()))
}

impl Shared {
    fn answer(&self, read: Read, from: IpAddr) -> Response {
        let Read { bytes, room: _room } = read;
        match read_call(&bytes, self.max_body) {
            Ok(call) => {
                // The text in it was copied; its room is kept until the call is answered.
                drop(bytes);
                self.answer_call(call, from)
            }
            Err(error) => {
                self.reception.spoiled(&error, from);
                fault(&Fault::from(&error))
            }
        }
    }

    fn answer_call(&self, call: Call, from: IpAddr) -> Response {
        match self.reception.answer(call, from) {
            Ok(answer) => xml(StatusCode::OK, answer.to_xml()),
            Err(failed) => fault(&failed),
        }
    }

    fn explain(&self, unread: Unread, from: IpAddr) -> Response {
        match unread {
            Unread::TooLarge { start } => self.too_large(&start, from),
            Unread::Enormous => {
                let why = format!("the request is much larger than {} bytes", self.max_body);
                self.refuse(from, StatusCode::PAYLOAD_TOO_LARGE, &why)
            }
            Unread::Foreign { start } => self.foreign(&start, from),
            Unread::TooSlow => {
                self.refuse(from, StatusCode::REQUEST_TIMEOUT, "the request did not come in time")
            }
            Unread::Broken => self.refuse(from, StatusCode::BAD_REQUEST, "the request broke off"),
        }
    }

    /// A session that has ended is told so in its own way; everyone else is not listened to.
    fn foreign(&self, start: &EnvelopeError, from: IpAddr) -> Response {
        if let Some(call) = shortened(start) {
            return self.answer_call(call, from);
        }
        let why = format!("only a session under way may send more than {FREE} bytes");
        self.refuse(from, StatusCode::PAYLOAD_TOO_LARGE, &why)
    }

    fn too_large(&self, start: &EnvelopeError, from: IpAddr) -> Response {
        self.reception.spoiled(start, from);
        xml(StatusCode::PAYLOAD_TOO_LARGE, Fault::from(start).to_xml())
    }

    fn refuse(&self, from: IpAddr, status: StatusCode, why: &str) -> Response {
        self.reception.note(&Event::Refused { from, why: why.to_owned() });
        xml(status, Fault { code: FaultCode::Client, message: why.to_owned() }.to_xml())
    }
}

fn xml(status: StatusCode, xml: Vec<u8>) -> Response {
    (status, [(CONTENT_TYPE, soap::CONTENT_TYPE)], Body::from(xml)).into_response()
}

/// SOAP 1.1 wants status 500 for a fault, whoever is to blame for it.
fn fault(fault: &Fault) -> Response {
    xml(StatusCode::INTERNAL_SERVER_ERROR, fault.to_xml())
}

fn broken_down() -> Fault {
    Fault { code: FaultCode::Server, message: "the service broke down while it answered".to_owned() }
}
