//! The service, running.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::middleware::from_fn;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::body::Reader;
use super::door::Door;
use super::headers::protect;
use super::http::{Shared, routes};
use super::observer::observed;
use super::readiness::Readiness;
use super::tls::{renew, tls, why_not_connected};
use super::{Desk, Entrance, Event, Guard, Reception, Security, ServiceConfig, ServiceError, Times};
use crate::connector::SERVICE_PATH;

/// Calls that are answered at the same time; further ones wait.
const WORKERS: usize = 64;
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 32 << 10;

/// What else is served on the same address.
pub struct Pages {
    /// Every route but those of the Web Connector, which come first. They see to their own limits.
    pub routes: Router,
    /// Called when the service stops: answers without an end must end then.
    pub stop: Arc<dyn Fn() + Send + Sync>,
}

/// The service, running on threads of its own until it is stopped or dropped.
pub struct Service {
    address: SocketAddr,
    url: String,
    times: Times,
    readiness: Readiness,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
    runtime: Runtime,
    stop: Arc<dyn Fn() + Send + Sync>,
}

/// Runs the service until the process is told to end (ctrl-c, or SIGTERM), and then until the calls
/// under way are answered.
///
/// # Errors
/// If it cannot begin, or breaks down.
pub fn serve(config: &ServiceConfig, desk: Arc<dyn Desk>) -> Result<(), ServiceError> {
    Service::start(config, desk)?.run()
}

impl Service {
    /// Starts the service, for the Web Connector alone.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn start(config: &ServiceConfig, desk: Arc<dyn Desk>) -> Result<Service, ServiceError> {
        Service::start_with(config, desk, Pages { routes: Router::new(), stop: Arc::new(|| {}) })
    }

    /// Starts the service, with pages beside it.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn start_with(
        config: &ServiceConfig,
        desk: Arc<dyn Desk>,
        pages: Pages,
    ) -> Result<Service, ServiceError> {
        refuse_exposed(config)?;
        let listen = |source| ServiceError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).map_err(listen)?;
        let address = listener.local_addr()?;
        let url = url(config, address);
        let is_secure = config.security != Security::Loopback;
        let readiness = Readiness::new(Arc::clone(&config.look));
        let calls = routes(shared(config, desk, url.clone(), readiness.clone())?)
            .layer(from_fn(move |request, next| protect(is_secure, request, next)));
        let routes = observed(pages.routes.merge(calls), config.observer.clone());
        let runtime = Builder::new_multi_thread().enable_all().max_blocking_threads(WORKERS).build()?;
        let handle = Handle::new();
        let serving = {
            let _inside = runtime.enter();
            let server = axum_server::from_tcp(listener)?.handle(handle.clone());
            begin(server, config, routes, &runtime)?
        };
        let (times, stop) = (config.times, pages.stop);
        Ok(Service { address, url, times, readiness, handle, serving, runtime, stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for the Web Connector.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs until the process is told to end (ctrl-c, or SIGTERM), then as [`Service::stop`].
    ///
    /// # Errors
    /// If it breaks down.
    pub fn run(mut self) -> Result<(), ServiceError> {
        let ended = self.runtime.block_on(async {
            tokio::select! {
                signal = told_to_end() => signal.map(|()| None),
                ended = &mut self.serving => Ok(Some(ended)),
            }
        })?;
        match ended {
            None => self.stop(),
            Some(ended) => Ok(ended.map_err(io::Error::other)??),
        }
    }

    /// Says that it is not ready any more; after the time of notice, takes no further connection, waits until the calls under
    /// way are answered, or the time of grace is over, and ends.
    ///
    /// # Errors
    /// If it broke down before.
    pub fn stop(self) -> Result<(), ServiceError> {
        self.readiness.end();
        std::thread::sleep(self.times.notice);
        (self.stop)();
        let until = Instant::now() + self.times.grace;
        self.handle.graceful_shutdown(Some(self.times.grace));
        let ended = self.runtime.block_on(self.serving).map_err(io::Error::other);
        self.runtime.shutdown_timeout(until.saturating_duration_since(Instant::now()));
        Ok(ended??)
    }
}

/// Whether a service may run so: who could listen, and whether the certificate can be used. Nothing is begun.
///
/// # Errors
/// As [`Service::start`], but for what only listening shows.
pub fn examine(config: &ServiceConfig) -> Result<(), ServiceError> {
    refuse_exposed(config)?;
    match &config.security {
        Security::Tls { certificate, key } => tls(certificate, key).map(drop),
        Security::BehindProxy | Security::Loopback => Ok(()),
    }
}

fn refuse_exposed(config: &ServiceConfig) -> Result<(), ServiceError> {
    if config.security == Security::Loopback && !config.listen.ip().to_canonical().is_loopback() {
        return Err(ServiceError::Exposed(config.listen));
    }
    Ok(())
}

fn shared(
    config: &ServiceConfig,
    desk: Arc<dyn Desk>,
    url: String,
    readiness: Readiness,
) -> Result<Shared, ServiceError> {
    let journal = Arc::clone(&config.journal);
    let guard = match config.count.clone() {
        Some(count) => Guard::shared(config.limits, Entrance::Connector, count)?,
        None => Guard::new(config.limits, Entrance::Connector)?,
    };
    let reception = Arc::new(Reception::with(desk, guard, config.versions, journal));
    let reader = Reader::new(Arc::clone(&reception), config.max_body, config.times);
    let proxies = config.believed();
    Ok(Shared { reception, reader, url, max_body: config.max_body, proxies, readiness })
}

fn url(config: &ServiceConfig, address: SocketAddr) -> String {
    let scheme = if config.is_tls() { "https" } else { "http" };
    let own = || format!("{scheme}://localhost:{}{SERVICE_PATH}", address.port());
    config.url.as_ref().map_or_else(own, ToString::to_string)
}

fn begin(
    server: Server<SocketAddr>,
    config: &ServiceConfig,
    routes: Router,
    runtime: &Runtime,
) -> Result<JoinHandle<io::Result<()>>, ServiceError> {
    let server = tune(server, config);
    let door = Door::new(config.max_connections, config.per_address());
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    match &config.security {
        Security::Tls { certificate, key } => {
            let tls = RustlsConfig::from_config(tls(certificate, key)?);
            let (often, journal) = (config.times.certificate, Arc::clone(&config.journal));
            runtime.spawn(renew(tls.clone(), certificate.clone(), key.clone(), often, journal));
            let acceptor = RustlsAcceptor::new(tls).acceptor(door);
            Ok(runtime.spawn(server.acceptor(acceptor).serve(service)))
        }
        Security::BehindProxy | Security::Loopback => Ok(runtime.spawn(server.acceptor(door).serve(service))),
    }
}

fn tune(server: Server<SocketAddr>, config: &ServiceConfig) -> Server<SocketAddr> {
    let journal = Arc::clone(&config.journal);
    let mut server = server
        .http1_only()
        .first_request_timeout(config.times.first_request)
        .accept_error_handler(move |from, error| {
            let from = from.map(|from| from.ip().to_canonical());
            journal(&Event::NotConnected { from, why: why_not_connected(error), others: 0 });
        });
    server.http_builder().http1().header_read_timeout(config.times.idle).max_buf_size(MAX_HEAD);
    server
}

#[cfg(unix)]
async fn told_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
