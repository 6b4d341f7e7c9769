//! The program `idp`, run as operators run it.

use idp_tests::idp::TestIdp;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// Runs it; standard output, or the one line of the refusal.
pub async fn idp(at: &TestIdp, arguments: &[&str]) -> Result<String, String> {
    program_in(at.environment(), &at.folder, arguments).await
}

/// The same with other settings.
pub async fn program_in(
    environment: &[(String, String)],
    folder: &Path,
    arguments: &[&str],
) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idp-under-test"));
    command.env_clear().envs(environment.iter().cloned()).current_dir(folder).kill_on_drop(true);
    let output = command.args(arguments).stdin(Stdio::null()).output();
    let output =
        tokio::time::timeout(idp_tests::wait::LIMIT, output).await.expect("it ends").expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.code() {
        Some(0) => Ok(text(output.stdout)),
        Some(1) => {
            let line = text(output.stderr);
            assert_eq!(line.trim_end().lines().count(), 1, "{arguments:?}: {line}");
            Err(line.trim_end().to_owned())
        }
        other => panic!("{arguments:?}: exit {other:?}: {}", text(output.stderr)),
    }
}
