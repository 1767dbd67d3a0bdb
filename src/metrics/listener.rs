//! Where Prometheus reads the numbers: an address of their own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::metrics::meter::Meter;

/// Who asks while so many are answered is told to come back.
const AT_ONCE: usize = 4;
/// A connection on which nothing is asked for so long is closed.
const IDLE: Duration = Duration::from_secs(30);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// Why it cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// The address is taken, or is none of this machine.
    #[error("cannot listen at `{address}` for Prometheus")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// There are no threads to be had.
    #[error("cannot start what answers Prometheus")]
    Start(#[from] io::Error),
}

/// Answers `GET /metrics`, on threads of its own, until it is dropped: so it answers too while the service has all hands
/// full.
pub struct Listener {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Listener {
    /// Begins to listen. Port 0 is any that is free.
    ///
    /// # Errors
    /// If it cannot.
    pub fn start(address: SocketAddr, meter: Arc<Meter>) -> Result<Self, ListenerError> {
        let listen = |source| ListenerError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(AT_ONCE)
            .enable_all()
            .build()?;
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let routes =
            Router::new().route("/metrics", get(move || told(Arc::clone(&meter), Arc::clone(&places))));
        let inside = runtime.enter();
        let mut server = axum_server::from_tcp(listener)?.http1_only().first_request_timeout(IDLE);
        server.http_builder().http1().header_read_timeout(IDLE).max_buf_size(MAX_HEAD);
        runtime.spawn(server.serve(routes.into_make_service()));
        drop(inside);
        Ok(Self { address, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn told(meter: Arc<Meter>, places: Arc<Semaphore>) -> Response {
    let Ok(place) = places.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "others are asking\n").into_response();
    };
    let text = spawn_blocking(move || {
        let _place = place;
        meter.text()
    });
    match text.await {
        Ok(Ok(text)) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
