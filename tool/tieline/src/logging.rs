//! Logs of the long-running programs, on stderr: lines for people or JSON for collectors.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// How a long-running program logs.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// Lines for people or JSON objects for collectors
    #[arg(long, value_enum, default_value_t = Format::Human, env = "TIELINE_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Format,
    /// What is logged: `info`, `debug`, `tieline_hub=trace,info`
    #[arg(long, default_value = "info", env = "TIELINE_LOG", value_name = "FILTER")]
    log: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl LogArgs {
    /// Starts logging; a second call changes nothing.
    pub fn start(&self) {
        let filter = EnvFilter::try_new(&self.log).unwrap_or_else(|error| {
            crate::talk::say(format!("the log filter '{}' is not understood ({error}); logging at info", self.log));
            EnvFilter::new("info")
        });
        let colour = crate::talk::coloured(&std::io::stderr());
        let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
        // A second start, as in tests, keeps the first.
        let _ = match self.log_format {
            Format::Human => builder.with_target(std::io::stderr().is_terminal()).try_init(),
            Format::Json => builder.json().flatten_event(true).try_init(),
        };
    }
}
