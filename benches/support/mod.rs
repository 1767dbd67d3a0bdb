//! What the benches have in common: a shop's documents, the rules, and the program they are held against.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench that cannot be set up has nothing to measure"
)]
#![expect(dead_code, reason = "each bench uses a part of it")]

use mimalloc::MiMalloc;

pub mod browser;
pub mod documents;
pub mod hand;
pub mod hand_xml;
pub mod process;
pub mod records;
pub mod rules;
pub mod serving;
pub mod shop;
pub mod wire;

/// As the command.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
