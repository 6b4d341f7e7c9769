//! The command line (contract: "The program `idp`"): exit 0 done, 1 refused or failed with one line on standard error,
//! 2 wrong usage. `--config FILE` and `--json` everywhere.

mod accounts;
mod admins;
mod audit;
mod backup;
mod check_config;
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

use crate::config::Settings;
use clap::{Parser, Subcommand};
use output::{Failure, Output};
use std::path::PathBuf;
use std::process::ExitCode;

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

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output { json: arguments.json };
    let settings = match Settings::load(arguments.config.as_deref(), std::env::vars()) {
        Ok(settings) => settings,
        Err(mistakes) => return check_config::refuse(&output, &mistakes),
    };
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
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.fail(&failure),
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|error| Failure::new(&error))?.block_on(work)
}
