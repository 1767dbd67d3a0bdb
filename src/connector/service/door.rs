//! Connections, and how many there may be.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io::{Error, IoSlice};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Lets in so many connections and no more.
#[derive(Clone)]
pub(super) struct Door {
    inside: Arc<Mutex<Inside>>,
    most: usize,
    most_per_address: usize,
}

#[derive(Default)]
struct Inside {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place inside, free again when it is dropped.
struct Place {
    inside: Arc<Mutex<Inside>>,
    address: IpAddr,
}

impl Door {
    pub(super) fn new(most: usize, most_per_address: usize) -> Door {
        Door { inside: Arc::default(), most, most_per_address }
    }

    fn enter(&self, stream: &TcpStream) -> Result<Place, Error> {
        let address = stream.peer_addr()?.ip();
        let mut inside = self.inside.lock();
        let from_there = inside.by_address.get(&address).copied().unwrap_or_default();
        if inside.all >= self.most || from_there >= self.most_per_address {
            return Err(Error::other("there are too many connections"));
        }
        inside.all += 1;
        inside.by_address.insert(address, from_there + 1);
        Ok(Place { inside: Arc::clone(&self.inside), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.inside.lock();
        inside.all -= 1;
        if let Some(count) = inside.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                inside.by_address.remove(&self.address);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<Result<(Connection, S), Error>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = self.enter(&stream).and_then(|place| stream.set_nodelay(true).map(|()| place));
        ready(place.map(|place| (Connection { stream, _place: place }, service)))
    }
}

/// A connection that has a place.
pub(super) struct Connection {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
