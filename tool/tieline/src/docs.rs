//! The reference of all commands, written from their definitions.

use std::fmt::Write;

use clap::CommandFactory;
use tieline_model::Result;

use crate::args::Cli;
use crate::exit::{self, Exit};
use crate::output;

/// Prints the reference as Markdown.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print() -> Result<Exit> {
    output::print(reference().trim_end())?;
    Ok(Exit::Done)
}

fn reference() -> String {
    let mut text = String::from("# Commands\n\nWritten by `tieline docs`; change the definitions, not this file.\n");
    let _ = write!(text, "\n```text\n{}\n```\n", exit::TABLE);
    let mut root = Cli::command().term_width(100);
    root.build();
    describe(&root, &mut text);
    text
}

fn describe(command: &clap::Command, text: &mut String) {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        if inner.has_subcommands() {
            describe(inner, text);
            continue;
        }
        let name = inner.get_bin_name().unwrap_or_else(|| inner.get_name());
        let help = inner.clone().disable_help_flag(true).disable_version_flag(true).after_help("").render_long_help();
        let help = help.to_string();
        let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
        let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n"));
    }
}
