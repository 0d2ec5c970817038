//! Live events of one's jobs, over connections that may break: each goes on after the last event that arrived.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tieline_model::{Error, Result};

use super::Client;
use crate::jobs::JobEvent;

/// The hub says something every fifteen seconds, be it only that it is there: after this long the connection is dead.
const SILENCE: Duration = Duration::from_secs(45);
/// No event is nearly as long as this.
const LONGEST: usize = 1 << 20;

/// Something the hub told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A job changed.
    Job(Box<JobEvent>),
    /// Too much was missed to be told one by one: read anew what you know.
    Reset,
}

/// The live events of one's jobs.
pub struct Events {
    client: Client,
    last: Option<String>,
    open: Option<Open>,
}

struct Open {
    bytes: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    reader: Reader,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("last", &self.last).field("open", &self.open.is_some()).finish_non_exhaustive()
    }
}

impl Client {
    /// The live events of one's jobs from the first [`Events::open`] on.
    pub fn events(&self) -> Events {
        Events { client: self.clone(), last: None, open: None }
    }
}

impl Events {
    /// Connects where there is no connection. What happens from then on is told, and after a break also what was missed.
    ///
    /// # Errors
    /// What the hub says, or `Unavailable` where it cannot be reached.
    pub async fn open(&mut self) -> Result<()> {
        if self.open.is_none() {
            let resume = self.last.clone().map(|last| ("Last-Event-ID", last));
            let response = self.client.stream(&["events"], &[], resume.as_slice()).await?;
            self.open = Some(Open { bytes: Box::pin(response.bytes_stream()), reader: Reader::default() });
        }
        Ok(())
    }

    /// The next event. May be given up and asked again without losing one.
    ///
    /// # Errors
    /// As [`Events::open`]; `Unavailable` where the connection ended. The next call makes a new one.
    pub async fn next(&mut self) -> Result<Told> {
        self.open().await?;
        loop {
            let Some(open) = &mut self.open else { return Err(ended("it is closed")) };
            while let Some(block) = open.reader.block() {
                if let Some(id) = block.id {
                    self.last = Some(id);
                }
                if let Some(told) = read(&block.event, &block.data)? {
                    return Ok(told);
                }
            }
            let why = match tokio::time::timeout(SILENCE, open.bytes.next()).await {
                Ok(Some(Ok(piece))) if open.reader.text.len() + piece.len() <= LONGEST => {
                    open.reader.text.extend_from_slice(&piece);
                    continue;
                }
                Ok(Some(Ok(_))) => "an event is longer than any can be".to_owned(),
                Ok(Some(Err(error))) => error.to_string(),
                Ok(None) => "the hub closed it".to_owned(),
                Err(_) => "the hub fell silent".to_owned(),
            };
            self.open = None;
            return Err(ended(&why));
        }
    }
}

fn ended(why: &str) -> Error {
    Error::unavailable(format!("the stream of live events ended: {why}"))
}

/// What an event says; nothing for one this program does not know.
fn read(event: &str, data: &str) -> Result<Option<Told>> {
    match event {
        "job" => {
            let event = serde_json::from_str(data).map_err(|error| Error::internal(format!("a live event cannot be read: {error}")))?;
            Ok(Some(Told::Job(Box::new(event))))
        }
        "reset" => Ok(Some(Told::Reset)),
        _ => Ok(None),
    }
}

/// One event as it stands in the stream.
#[derive(Debug, Default, PartialEq, Eq)]
struct Block {
    event: String,
    data: String,
    id: Option<String>,
}

/// Cuts a stream of bytes into events, by the rules of `text/event-stream`.
#[derive(Debug, Default)]
struct Reader {
    text: Vec<u8>,
}

impl Reader {
    /// The next whole event.
    fn block(&mut self) -> Option<Block> {
        let end = self.text.windows(2).position(|pair| pair == b"\n\n")? + 2;
        let text: Vec<u8> = self.text.drain(..end).collect();
        let mut block = Block::default();
        for line in String::from_utf8_lossy(&text).lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut block.event),
                "data" if block.data.is_empty() => value.clone_into(&mut block.data),
                "data" => block.data.extend(["\n", value]),
                "id" => block.id = Some(value.to_owned()),
                // A line that begins with a colon is a sign of life.
                _ => {}
            }
        }
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_the_bytes_are_cut() {
        let text = ": alive\n\nevent: job\nid: 7\ndata: {\"a\":1,\ndata: \"b\":2}\n\nevent:reset\nid:9\n\n";
        let wanted = [
            Block::default(),
            Block { event: "job".into(), data: "{\"a\":1,\n\"b\":2}".into(), id: Some("7".into()) },
            Block { event: "reset".into(), data: String::new(), id: Some("9".into()) },
        ];
        for size in 1..text.len() {
            let mut reader = Reader::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                reader.text.extend_from_slice(piece);
                found.extend(std::iter::from_fn(|| reader.block()));
            }
            assert_eq!(found, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn an_event_this_program_does_not_know_is_passed_over_and_a_damaged_one_is_said() {
        assert_eq!(read("weather", "{}").unwrap(), None);
        assert_eq!(read("reset", "{}").unwrap(), Some(Told::Reset));
        assert!(read("job", "{}").is_err());
    }
}
