//! The `ferrule` command.

use mimalloc::MiMalloc;

/// It gives back what is no longer used. The allocator of glibc keeps blocks of some megabytes, as they are needed to
/// check a password or to take a long answer, once for each thread that ever had one: a server held over 1 GB that way.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    ferrule::cli::main()
}
