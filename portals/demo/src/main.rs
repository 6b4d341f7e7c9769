//! `cargo demo`: starts everything, says where it is, stops at Ctrl-C or SIGTERM.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what a person reads in the terminal")]

use clap::Parser;
use demo::{Demo, DemoError, DemoOptions, Ports, Prepared, ReadyMadeAccount};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Starts the identity server, two relying portals and a mailbox on this machine, with ready-made accounts.
#[derive(Parser)]
#[command(name = "cargo demo", version)]
struct Arguments {
    /// Delete what an earlier run kept, and begin anew.
    #[arg(long)]
    reset: bool,
    /// Where everything is kept [default: var/demo of the repository].
    #[arg(long, value_name = "FOLDER")]
    directory: Option<PathBuf>,
    /// Port of the identity server.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    idp_port: u16,
    /// Port of the ServiceOntario account portal.
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    serviceontario_port: u16,
    /// Port of the Justice Services Online portal.
    #[arg(long, value_name = "PORT", default_value_t = 8082)]
    justice_port: u16,
    /// Port of the hub of the sign-in partners.
    #[arg(long, value_name = "PORT", default_value_t = 8083)]
    partner_hub_port: u16,
    /// Port of the mailbox.
    #[arg(long, value_name = "PORT", default_value_t = 8084)]
    mailbox_port: u16,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("IDP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("demo: {error}");
    ExitCode::from(1)
}

async fn run(arguments: &Arguments) -> Result<(), DemoError> {
    // Listened to from the beginning: a stop during the start is one too.
    let mut stop = Stop::listen()?;
    let ports = Ports {
        idp: arguments.idp_port,
        serviceontario: arguments.serviceontario_port,
        justice: arguments.justice_port,
        partner_hub: arguments.partner_hub_port,
        mailbox: arguments.mailbox_port,
    };
    let options =
        DemoOptions { ports, ..DemoOptions::new(arguments.directory.clone().unwrap_or_else(directory)) };
    // Only once the ports are ours: the data of a demonstration that runs are left alone.
    let bound = Prepared::bind(options)?;
    let bound = if arguments.reset { bound.reset()? } else { bound };
    let demo = tokio::select! {
        started = bound.start() => started?,
        () = stop.wait() => return Ok(()),
    };
    print!("{}", welcome(&demo));
    stop.wait().await;
    println!("\nStopping.");
    demo.stop().await;
    Ok(())
}

/// Ctrl-C or SIGTERM.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> Result<Self, DemoError> {
        let signals = || Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?));
        let (interrupt, terminate) = signals().map_err(|error: std::io::Error| DemoError::Program {
            program: "the demo",
            reason: error.to_string(),
        })?;
        Ok(Self { interrupt, terminate })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// `var/demo` of the repository, as short as it can be said from here.
fn directory() -> PathBuf {
    let repository = demo::repository();
    let here = std::env::current_dir().ok().and_then(|here| here.canonicalize().ok());
    match (here, repository.canonicalize()) {
        (Some(here), Ok(repository)) if here == repository => PathBuf::from("var/demo"),
        (_, Ok(repository)) => repository.join("var/demo"),
        (_, Err(_)) => PathBuf::from("var/demo"),
    }
}

fn welcome(demo: &Demo) -> String {
    let addresses = &demo.addresses;
    let mut lines = vec![
        String::new(),
        "My Ontario Account: a demonstration on this machine".to_owned(),
        String::new(),
        format!("  ServiceOntario account   {:<24} begin here", format!("{}/", addresses.serviceontario)),
        format!("  Justice Services Online  {:<24} or here, with ONE-key", format!("{}/", addresses.justice)),
        format!("  Sign-in partner hub      {:<24} made-up banks", format!("{}/", addresses.partner_hub)),
        format!(
            "  Mailbox                  {:<24} every mail that is sent",
            format!("{}/", addresses.mailbox)
        ),
        format!("  Identity server          {:<24} your account", format!("{}/", addresses.idp)),
        format!("  ONE-key                  {}/en/one-key/sign-in", addresses.idp),
        String::new(),
        format!("  {:<25} {:<26} {}", "Ready-made account", "Email, ID or user name", "Password"),
    ];
    for account in &demo.accounts {
        let (kind, id) = match account.kind.as_str() {
            "one-key" => ("ONE-key", &account.one_key_id),
            "sign-in-partner" => ("Sign-in partner, any bank", &account.user),
            _ => ("My Ontario Account", &account.email),
        };
        lines.push(format!("  {kind:<25} {id:<26} {}", account.password));
        if !account.totp_key.is_empty() {
            lines.push(format!("  {:<25} authenticator app: {}", "", account.totp_key));
        }
        if let Some(answers) = answers(account) {
            lines.push(format!("  {:<25} {answers}", ""));
        }
    }
    let data = demo.mail_directory.parent().unwrap_or(&demo.mail_directory).display();
    lines.extend([
        String::new(),
        format!(
            "Data: {data} (kept for the next start; cargo demo --reset begins anew). Mails: {}",
            demo.mail_directory.display()
        ),
        "Ctrl-C stops everything.".to_owned(),
        String::new(),
    ]);
    lines.join("\n")
}

/// What a ONE-key account has beside its password.
fn answers(account: &ReadyMadeAccount) -> Option<String> {
    let answers: Vec<&str> = account.questions.iter().map(|question| question.answer.as_str()).collect();
    let waiting = match account.services.as_slice() {
        [] => "nothing to transfer".to_owned(),
        services => format!("to transfer: {}", services.join(", ")),
    };
    let recovery =
        if account.email.is_empty() { String::new() } else { format!("; recovery: {}", account.email) };
    (!answers.is_empty()).then(|| format!("answers: {}; {waiting}{recovery}", answers.join(", ")))
}
