//! The `ferrule` command.

fn main() {}
