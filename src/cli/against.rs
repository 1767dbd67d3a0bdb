//! stub
use super::{diff, exit::Exit, terminal::Terminal};
use anyhow::{Result, bail};
pub fn run(_: &diff::Args, _: Terminal) -> Result<Exit> {
    bail!("stub")
}
