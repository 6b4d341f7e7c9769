//! The program `idp`.

use std::process::ExitCode;

fn main() -> ExitCode {
    idp_server::cli::run()
}
