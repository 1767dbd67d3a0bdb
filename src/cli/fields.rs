//! stub
use super::{exit::Exit, terminal::Terminal};
use anyhow::{Result, bail};
/// stub
#[derive(Debug, clap::Args)]
pub struct Args {}
pub fn run(_: &Args, _: Terminal) -> Result<Exit> {
    bail!("stub")
}
