//! A progress bar on a terminal; nothing where stderr is none.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a transfer is.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for this file; without a size it only counts.
    pub fn new(name: &str, size: Option<u64>) -> Self {
        let bar = match size {
            Some(size) => ProgressBar::new(size),
            None => ProgressBar::no_length(),
        };
        bar.set_draw_target(if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
        if let Ok(style) =
            ProgressStyle::with_template("{msg:24!} {bar:30} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        Self(bar)
    }

    /// This many bytes are there.
    pub fn set(&self, reached: u64) {
        self.0.set_position(reached);
    }

    /// It is over.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
