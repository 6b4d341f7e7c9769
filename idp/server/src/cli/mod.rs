//! The command line (contract: "The program `idp`"): exit 0 done, 1 refused or failed with one line on standard error,
//! 2 wrong usage. `--config FILE` and `--json` everywhere.

mod accounts;
mod admins;
mod audit;
mod backup;
mod check_config;
mod dashboard;
mod keys;
mod mail;
mod maintain;
mod migrate;
mod notices;
mod onekey;
pub mod output;
mod partners;
mod restore;
mod serve;
pub mod services;
mod settings;
mod transfers;

use crate::adapters::clock::Clock;
use crate::config::Settings;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use output::{Failure, Output};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};

/// The clock of this process's command.
static CLOCK: OnceLock<Clock> = OnceLock::new();
/// Names the file in which a demonstration on this machine keeps how far its clock was moved.
const DEMO_CLOCK: &str = "IDP_DEMO_CLOCK";

/// My Ontario Account / ONE-key identity server.
#[derive(Parser)]
#[command(name = "idp", version)]
struct Arguments {
    /// Settings file; config/default.toml where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Do once what the server does on a timer: expired data, notices to unused accounts, their deletion.
    Maintain,
    /// Copy the database to a new file while the server runs (SQLite).
    Backup {
        /// Where the copy goes; it must not be there yet.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a copy in the place of the database, and end what it can't know of.
    Restore(restore::Restore),
    /// Name every mistake in the settings with its place.
    CheckConfig,
    /// How the server does, and the last 24 hours in figures.
    Dashboard,
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Relying services.
    #[command(subcommand)]
    Services(services::Command),
    /// People's accounts, for support.
    #[command(subcommand)]
    Accounts(accounts::Command),
    /// Administrators.
    #[command(subcommand)]
    Admins(admins::Command),
    /// Notices on the sign-in pages.
    #[command(subcommand)]
    Notices(notices::Command),
    /// The mail outbox.
    #[command(subcommand)]
    Mail(mail::Command),
    /// The legacy ONE-key accounts.
    #[command(subcommand)]
    Onekey(onekey::Command),
    /// The sign-in partners.
    #[command(subcommand)]
    Partners(partners::Command),
    /// Settings that hold for all nodes at once.
    #[command(subcommand)]
    Settings(settings::Command),
    /// The decisions on the transfer.
    #[command(subcommand)]
    Transfers(transfers::Command),
    /// The audit.
    #[command(subcommand)]
    Audit(audit::Command),
}

impl Arguments {
    /// As they were given; a mistake, or a wish for help, is answered here and ends the program.
    fn read() -> Self {
        let given = taking_hyphens(Self::command()).get_matches();
        Self::from_arg_matches(&given).unwrap_or_else(|error| error.exit())
    }
}

/// Identifiers are random text, some of which begins with `-`: what stands in its place is one all the same, unless it is
/// an option by name.
fn taking_hyphens(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| if arg.is_positional() { arg.allow_hyphen_values(true) } else { arg })
        .mut_subcommands(taking_hyphens)
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::read();
    let output = Output::new(arguments.json);
    let settings = match Settings::load(arguments.config.as_deref(), std::env::vars()) {
        Ok(settings) => settings,
        Err(mistakes) => return check_config::refuse(&output, &mistakes),
    };
    let moved_by = std::env::var_os(DEMO_CLOCK).map(PathBuf::from);
    let _ = CLOCK.set(clock_of(moved_by.as_deref().filter(|_| !settings.server.is_https())));
    let outcome = match arguments.command {
        Command::Serve => serve::run(settings),
        Command::CheckConfig => {
            check_config::accept(&output, &settings);
            Ok(())
        }
        Command::Migrate => block_on(migrate::run(&output, &settings)),
        Command::Maintain => block_on(maintain::run(&output, settings)),
        Command::Backup { file } => block_on(backup::run(&output, &settings, &file)),
        Command::Restore(restore) => block_on(restore::run(&output, &settings, restore)),
        Command::Dashboard => block_on(dashboard::run(&output, &settings)),
        Command::Keys(command) => block_on(keys::run(&output, &settings, command)),
        Command::Services(command) => block_on(services::run(&output, &settings, command)),
        Command::Accounts(command) => block_on(accounts::run(&output, settings, command)),
        Command::Admins(command) => block_on(admins::run(&output, &settings, command)),
        Command::Notices(command) => block_on(notices::run(&output, &settings, command)),
        Command::Mail(command) => block_on(mail::run(&output, &settings, command)),
        Command::Onekey(command) => block_on(onekey::run(&output, &settings, command)),
        Command::Partners(command) => block_on(partners::run(&output, settings, command)),
        Command::Settings(command) => block_on(settings::run(&output, &settings, command)),
        Command::Transfers(command) => block_on(transfers::run(&output, &settings, command)),
        Command::Audit(command) => block_on(audit::run(&output, &settings, command)),
    };
    match outcome.and_then(|()| output.written()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}

/// The clock that a command goes by: the system's, but beside a demonstration whose clock was moved, that one.
fn clock() -> Clock {
    CLOCK.get().cloned().unwrap_or_else(Clock::system)
}

fn clock_of(moved_by: Option<&Path>) -> Clock {
    let kept = moved_by.and_then(|file| std::fs::read_to_string(file).ok());
    let offset = kept.and_then(|text| text.trim().parse().ok()).filter(|offset: &i64| *offset >= 0);
    offset.map_or_else(Clock::system, |offset| Clock::shifted(Arc::new(AtomicI64::new(offset))))
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|error| Failure::new(&error))?.block_on(work)
}

#[cfg(test)]
mod tests {
    use super::{Arguments, clock_of, taking_hyphens};
    use crate::adapters::clock::Clock;
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};
    use std::time::Duration;

    #[test]
    fn a_command_goes_by_the_clock_of_the_demonstration_that_it_is_told_of() {
        let file = std::env::temp_dir().join(format!("idp-demo-clock-{}", std::process::id()));
        let ahead = |text: &str| {
            std::fs::write(&file, text).unwrap();
            clock_of(Some(&file)).now().since(Clock::system().now())
        };
        assert!(ahead("86400000000\n") > Duration::from_hours(23));
        for wrong in ["", "tomorrow", "-86400000000", "1e9"] {
            assert!(ahead(wrong) < Duration::from_mins(1), "{wrong}");
        }
        std::fs::remove_file(&file).unwrap();
        assert!(clock_of(Some(&file)).now().since(Clock::system().now()) < Duration::from_mins(1));
        assert!(clock_of(None).now().since(Clock::system().now()) < Duration::from_mins(1));
    }

    /// What operators read.
    const GUIDES: [(&str, &str); 3] = [
        ("operating.md", include_str!("../../../../docs/operating.md")),
        ("integrating.md", include_str!("../../../../docs/integrating.md")),
        ("security.md", include_str!("../../../../docs/security.md")),
    ];

    /// A line as a shell takes it apart: blanks, double quotes, a comment at its end.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for character in line.chars() {
            match character {
                '"' => quoted = !quoted,
                '#' if !quoted && words.last().is_some_and(String::is_empty) => break,
                ' ' if !quoted => words.push(String::new()),
                other => words.last_mut().unwrap().push(other),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// Commands as they stand in a guide; `true` for the whole ones that stand on a line of their own.
    fn commands(guide: &str) -> Vec<(bool, String)> {
        let mut found = Vec::new();
        for line in guide.lines() {
            if line.starts_with("    idp ") {
                found.push((true, line.trim_start().to_owned()));
            } else if !line.starts_with("    ") {
                found.extend(mentioned(line).map(|command| (false, command)));
            }
        }
        found
    }

    /// `idp …` between backticks, with what is optional, and of several values the first.
    fn mentioned(line: &str) -> impl Iterator<Item = String> {
        let quoted = line.split('`').skip(1).step_by(2).filter(|text| text.starts_with("idp "));
        quoted.map(|text| {
            let first = text.split_once("\\|").map_or(text, |(first, _)| first);
            first.replace(['[', ']'], "").replace('…', "")
        })
    }

    #[test]
    fn an_identifier_may_begin_with_a_hyphen() {
        for given in [
            "idp keys revoke -Ye2TnLz --reason leaked",
            "idp keys revoke --reason leaked -Ye2TnLz",
            "idp --json services show -o2qPHo5",
            "idp services test-redirect -o2qPHo5 https://rp.example.test/cb",
            "idp accounts remove-factor -m1 --reason x --approve -k2",
            "idp accounts show -m1 --show-personal-data --reason asked",
        ] {
            let read = taking_hyphens(Arguments::command()).try_get_matches_from(given.split(' '));
            assert!(
                read.is_ok(),
                "{given}: {}",
                read.err().map(|error| error.to_string()).unwrap_or_default()
            );
        }
        for wrong in ["idp keys revoke -Ye2TnLz", "idp keys revoke a --reason b --now", "idp services show"] {
            assert!(
                taking_hyphens(Arguments::command()).try_get_matches_from(wrong.split(' ')).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn every_command_in_the_guides_is_one() {
        let mut seen = 0;
        for (name, guide) in GUIDES {
            for (whole, command) in commands(guide) {
                let Err(error) = Arguments::try_parse_from(words(&command)) else {
                    seen += 1;
                    continue;
                };
                let is_known = match error.kind() {
                    // A name of a value stands for a value: `ROLE`.
                    ErrorKind::ValueValidation | ErrorKind::InvalidValue => true,
                    ErrorKind::MissingRequiredArgument
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                    | ErrorKind::MissingSubcommand => !whole,
                    _ => false,
                };
                assert!(is_known, "{name}: {command}: {error}");
            }
        }
        assert!(seen > 30, "only {seen} commands were found: are the guides written otherwise now?");
    }
}
