//! The request that a document becomes.

mod address;
mod emitter;
mod told;

pub(super) use emitter::Emitter;
