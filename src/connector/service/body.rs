//! Reading the body of a request, so that nobody can fill the memory with one.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Reception, Times};
use crate::connector::{Call, EnvelopeError, Operation, Problem, read_call};

/// What anybody may send, in bytes.
pub(super) const FREE: usize = 64 << 10;
/// A body that is longer than allowed is read to its end all the same, and thrown away, so that the
/// sender hears why; unless it is longer than this many times what is allowed.
const PATIENCE: usize = 4;
/// Bodies of the greatest length that have room in memory at the same time.
const BODIES: usize = 4;
/// A body, and the text in it.
const COPIES: usize = 2;
/// Room is counted in such pieces, in bytes.
const PIECE: usize = 1 << 10;

/// Reads bodies.
#[derive(Clone)]
pub(super) struct Reader {
    reception: Arc<Reception>,
    room: Arc<Semaphore>,
    max_body: usize,
    times: Times,
}

/// A body, and the room that it takes.
pub(super) struct Read {
    pub(super) bytes: Vec<u8>,
    pub(super) room: Option<OwnedSemaphorePermit>,
}

/// Why a body was not kept.
pub(super) enum Unread {
    /// It is too long. Its beginning says which session it belongs to.
    TooLarge { start: EnvelopeError },
    /// It is so long that it was not even looked at.
    Enormous,
    /// It is long and belongs to no session under way.
    Foreign { start: EnvelopeError },
    /// It did not come in time.
    TooSlow,
    /// The connection broke, or what came is no HTTP.
    Broken,
}

impl Reader {
    pub(super) fn new(reception: Arc<Reception>, max_body: usize, times: Times) -> Reader {
        let room = Arc::new(Semaphore::new(BODIES * pieces(max_body)));
        Reader { reception, room, max_body, times }
    }

    /// Reads a body that is declared to have so many bytes.
    pub(super) async fn read(&self, body: Body, declared: Option<usize>) -> Result<Read, Unread> {
        if declared.is_some_and(|length| length > self.max_body.saturating_mul(PATIENCE)) {
            return Err(Unread::Enormous);
        }
        let reading = self.read_all(Pieces { body, stall: self.times.stall }, declared);
        timeout(self.times.request, reading).await.unwrap_or(Err(Unread::TooSlow))
    }

    async fn read_all(&self, mut pieces: Pieces, declared: Option<usize>) -> Result<Read, Unread> {
        let mut bytes = Vec::new();
        let mut room = None;
        while let Some(piece) = pieces.next().await? {
            // A piece is at most what the connection buffers.
            bytes.extend_from_slice(&piece);
            let length = bytes.len();
            if length > self.max_body {
                let start = start_of(&bytes, self.max_body);
                drop((bytes, room));
                self.throw_away(&mut pieces).await?;
                return Err(Unread::TooLarge { start });
            }
            if length > FREE && room.is_none() {
                room = Some(self.make_room(&bytes, &mut pieces, declared).await?);
                bytes.reserve_exact(declared.map_or(0, |declared| declared.saturating_sub(length)));
            }
        }
        Ok(Read { bytes, room })
    }

    /// Waits until there is room for the rest of a body, if it belongs to a session under way.
    async fn make_room(
        &self,
        start: &[u8],
        rest: &mut Pieces,
        declared: Option<usize>,
    ) -> Result<OwnedSemaphorePermit, Unread> {
        let start = start_of(start, self.max_body);
        let ticket = start.ticket.clone().unwrap_or_default();
        let reception = Arc::clone(&self.reception);
        let is_open = spawn_blocking(move || reception.is_open(&ticket)).await.unwrap_or(false);
        if !is_open {
            self.throw_away(rest).await?;
            return Err(Unread::Foreign { start });
        }
        let length = declared.unwrap_or(self.max_body).min(self.max_body);
        let needed = u32::try_from(pieces(length)).unwrap_or(u32::MAX);
        Arc::clone(&self.room).acquire_many_owned(needed).await.map_err(|_| Unread::Broken)
    }

    async fn throw_away(&self, rest: &mut Pieces) -> Result<(), Unread> {
        let mut left = self.max_body.saturating_mul(PATIENCE);
        while let Some(piece) = rest.next().await? {
            left = left.checked_sub(piece.len()).ok_or(Unread::Enormous)?;
        }
        Ok(())
    }
}

fn pieces(length: usize) -> usize {
    (length.saturating_mul(COPIES) / PIECE).saturating_add(1)
}

/// What the beginning of a body says: the operation and the ticket, which come first.
fn start_of(bytes: &[u8], limit: usize) -> EnvelopeError {
    let start = bytes.get(..FREE.min(bytes.len())).unwrap_or_default();
    // It may end in the middle of a character.
    let length = std::str::from_utf8(start).map_or_else(|error| error.valid_up_to(), str::len);
    let problem = Problem::TooLarge { limit };
    let (operation, ticket) = match read_call(start.get(..length).unwrap_or_default(), FREE) {
        Ok(call) => (Some(call.operation()), call.ticket().map(str::to_owned)),
        Err(error) => (error.operation, error.ticket),
    };
    EnvelopeError { problem, at: limit, operation, ticket }
}

/// The call whose beginning this is, without what is long in it.
pub(super) fn shortened(start: &EnvelopeError) -> Option<Call> {
    let ticket = start.ticket.clone()?;
    match start.operation? {
        Operation::SendRequest => Some(Call::SendRequest {
            ticket,
            hcp_response: String::new(),
            company_file_name: String::new(),
            country: String::new(),
            major: 0,
            minor: 0,
        }),
        Operation::ReceiveResponse => Some(Call::ReceiveResponse {
            ticket,
            response: String::new(),
            hresult: String::new(),
            message: String::new(),
        }),
        _ => None,
    }
}

struct Pieces {
    body: Body,
    stall: Duration,
}

impl Pieces {
    async fn next(&mut self) -> Result<Option<Bytes>, Unread> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context));
            match timeout(self.stall, frame).await {
                Err(_) => return Err(Unread::TooSlow),
                Ok(None) => return Ok(None),
                Ok(Some(Err(_))) => return Err(Unread::Broken),
                // Trailers say nothing to us.
                Ok(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}
