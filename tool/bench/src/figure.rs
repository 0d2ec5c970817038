//! What a measurement prints: one JSON line for each figure on stdout; talk goes to stderr.

use serde::Serialize;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// Which measurement it belongs to.
    pub bench: &'static str,
    /// What was measured.
    pub figure: &'static str,
    /// In what.
    pub unit: &'static str,
    /// Ours: the median of all rounds.
    pub ours: f64,
    /// What it is held against: the median of another program in the same run, or the figure that was promised.
    pub peer: Option<f64>,
    /// Which program, or `target`.
    pub peer_name: Option<&'static str>,
    /// Ours divided by the peer.
    pub ratio: Option<f64>,
    /// How many rounds the medians are of.
    pub rounds: usize,
}

impl Figure {
    /// A figure from the values of all rounds.
    pub fn of(bench: &'static str, figure: &'static str, unit: &'static str, rounds: &[f64]) -> Self {
        let (ours, rounds) = (rounded(median(rounds)), rounds.len());
        Self { bench, figure, unit, ours, peer: None, peer_name: None, ratio: None, rounds }
    }

    /// Held against another program's values.
    pub fn against(mut self, name: &'static str, peer: &[f64]) -> Self {
        let peer = median(peer);
        self.peer = Some(rounded(peer));
        self.peer_name = Some(name);
        self.ratio = (peer != 0.0).then(|| rounded(self.ours / peer));
        self
    }

    /// Held against what was promised.
    pub fn target(self, target: f64) -> Self {
        self.against("target", &[target])
    }

    /// Prints it.
    pub fn print(&self) -> anyhow::Result<()> {
        println!("{}", serde_json::to_string(self)?);
        Ok(())
    }
}

/// The value in the middle; of an even number the mean of both.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

/// The smallest value that this share of all values does not exceed.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let index = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Says something on stderr.
pub fn say(text: impl std::fmt::Display) {
    eprintln!("bench: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_in_the_middle_and_a_quantile_never_beyond_the_end() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!((quantile(&hundred, 0.99), quantile(&hundred, 1.0), quantile(&[7.0], 0.99)), (99.0, 100.0, 7.0));
    }
}
