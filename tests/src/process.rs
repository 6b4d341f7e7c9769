//! Programs that end with the test process, and folders that go with them.

use std::io::Error;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Waits on its standard input, a pipe that only the test process holds open; when that process ends, even by SIGKILL,
/// the pipe closes. Then: the program gets its signal, then what is left of the process group, then the folder goes.
const SUPERVISOR: &str = r#"
folder=$1 signal=$2
shift 2
trap : TERM
"$@" </dev/null >"$folder/output" 2>&1 &
child=$!
read -r _
kill -s "$signal" "$child"
wait "$child"
kill -s TERM -- "-$$"
tries=0
until rm -rf -- "$folder" || [ "$tries" -ge 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
kill -s KILL -- "-$$"
"#;

/// A running program with a folder of its own. Dropping it, or the end of the test process, stops the program and
/// whatever it started, and deletes the folder.
#[derive(Debug)]
pub(crate) struct Supervised {
    supervisor: Child,
    folder: PathBuf,
}

impl Supervised {
    /// Starts `command` (program and arguments); it's stopped by `signal` (a name such as `TERM`). `folder` exists and
    /// is deleted at the end; the program's output is in its file `output`.
    pub(crate) fn start(folder: PathBuf, signal: &str, command: &[String]) -> Result<Self, Error> {
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(&folder)
            .arg(signal)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Its own group: Ctrl-C in the terminal must not end it before it has cleaned up.
            .process_group(0)
            .spawn()?;
        Ok(Self { supervisor, folder })
    }

    /// What the program has printed so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read_to_string(self.folder.join("output")).unwrap_or_default()
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // The supervisor ends itself last; a failure to wait leaves nothing to do.
        let _ = self.supervisor.wait();
    }
}

/// A new empty folder under the system's folder for temporary files.
pub(crate) fn temporary_folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("idp-tests-{name}-{}-{number}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return folder,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => panic!("no folder for temporary files at {}: {error}", folder.display()),
        }
    }
}

/// The first program called `name` on PATH, then in `folders`.
pub(crate) fn find_program(name: &str, folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    on_path.into_iter().chain(folders).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Runs `program` to its end; panics with what it printed when it fails.
pub(crate) fn run(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{} doesn't start: {error}", program.display()));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {arguments:?} failed: {out}{err}", program.display());
    out.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::until_blocking;

    fn is_running(pid: &str) -> bool {
        // A zombie that nobody waits for (no init in a container) has ended too.
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn a_dropped_program_is_gone_with_its_children_and_its_folder() {
        let folder = temporary_folder("process");
        let script = "sleep 600 & echo $! >\"$0/child\"; sleep 600";
        let command = ["sh", "-c", script, &folder.to_string_lossy()].map(str::to_owned);
        let program = Supervised::start(folder.clone(), "TERM", &command).unwrap();
        let child = until_blocking("the child", || {
            std::fs::read_to_string(folder.join("child")).ok().filter(|text| text.ends_with('\n'))
        });
        assert!(is_running(child.trim()));
        drop(program);
        assert!(!folder.exists());
        until_blocking("the child's end", || (!is_running(child.trim())).then_some(()));
    }

    #[test]
    fn programs_are_found_by_name() {
        assert!(find_program("sh", []).is_some());
        assert!(find_program("no-such-program-here", []).is_none());
    }
}
