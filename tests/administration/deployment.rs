//! The unit file and the container file: what they name is there, and the service can do no more than it must.

use std::path::{Path, PathBuf};
use std::process::Command;

const UNIT: &str = include_str!("../../config/idp.service");
const CONTAINER: &str = include_str!("../../config/Containerfile");
const OPERATING: &str = include_str!("../../docs/operating.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn setting(name: &str) -> Vec<&'static str> {
    UNIT.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
}

#[test]
fn systemd_takes_the_unit_and_finds_it_closed() {
    let Ok(version) = Command::new("systemd-analyze").arg("--version").output() else { return };
    assert!(version.status.success());
    // The program and its user need not be on this machine.
    let unit = UNIT.replace("/usr/local/bin/idp", "/bin/true").replace("=idp\n", "=root\n");
    let file = std::env::temp_dir().join(format!("idp-unit-{}.service", std::process::id()));
    std::fs::write(&file, unit).unwrap();
    let analyze = |arguments: &[&str]| {
        let output = Command::new("systemd-analyze").args(arguments).arg(&file).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let (is_good, said) = analyze(&["verify"]);
    assert!(is_good && said.is_empty(), "{said}");
    // 0 is closed, 100 is open.
    let (is_closed, said) = analyze(&["security", "--offline=true", "--threshold=25"]);
    std::fs::remove_file(&file).unwrap();
    assert!(is_closed, "{said}");
}

#[test]
fn the_unit_runs_the_program_as_a_user_of_its_own_and_lets_requests_end() {
    assert_eq!(setting("User"), ["idp"]);
    assert_eq!(setting("UMask"), ["0077"]);
    for line in setting("ExecStart").into_iter().chain(setting("ExecStartPre")) {
        assert!(line.starts_with("/usr/local/bin/idp --config /etc/idp/idp.toml "), "{line}");
    }
    let stop: u64 = setting("TimeoutStopSec")[0].parse().unwrap();
    assert!(stop > 11, "a second of notice and ten of grace");
    assert!(OPERATING.contains("config/idp.service") && OPERATING.contains("config/Containerfile"));
}

#[test]
fn the_container_copies_what_is_there_and_runs_as_nobody_in_particular() {
    for line in CONTAINER.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from=")) {
        let names: Vec<&str> = line.split(' ').skip(1).collect();
        let (_, sources) = names.split_last().unwrap();
        for source in sources {
            assert!(root().join(source).exists(), "{line}");
        }
    }
    // Every member of the workspace is copied, else cargo refuses to build any.
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for folder in ["idp", "portals", "tests"] {
        assert!(manifest.contains(&format!("\"{folder}")) && CONTAINER.contains(&format!("COPY {folder} ")));
    }
    let toolchain = std::fs::read_to_string(root().join("rust-toolchain.toml")).unwrap();
    let version = CONTAINER.split("rust:").nth(1).unwrap().split('-').next().unwrap();
    assert!(toolchain.contains(version), "{version} is not the toolchain's");
    let last_user = CONTAINER.lines().rfind(|line| line.starts_with("USER ")).unwrap();
    assert_eq!(last_user, "USER 65532:65532");
    assert!(CONTAINER.contains("STOPSIGNAL SIGTERM") && !CONTAINER.contains("ADD "));
    // With a read-only root nothing can be mounted where no file is.
    let key = "/etc/idp/master.key";
    assert!(CONTAINER.contains(&format!("/dev/null {key}")));
    assert!(CONTAINER.contains(&format!("IDP_KEYS__MASTER_KEY_FILE={key}")));
    assert!(OPERATING.contains(&format!("target={key}")));
}
