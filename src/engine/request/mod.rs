//! The request that a document becomes.

mod emitter;
mod told;

pub(super) use emitter::Emitter;
