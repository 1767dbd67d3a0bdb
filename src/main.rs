//! The `ferrule` command.
use ferrule::rules::*;
fn main() {
    let dirs: Vec<String> = std::env::args().skip(1).collect();
    let c = compile(&RuleFiles::read(&dirs).unwrap());
    eprintln!("{}", render::render(&c.diagnostics, &c.sources, false));
    eprintln!("{}", c.program.is_some());
}
