//! The `ferrule` command.

fn main() -> std::process::ExitCode {
    ferrule::cli::main()
}
