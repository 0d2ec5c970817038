//! The log's writer: whatever leaves the controller passes here, behind the records it rests on.
//!
//! While one batch is on its way to the disk the next ones gather, and go together (group commit).

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use prost::Message;
use tieline_log::LogStore;
use tieline_model::{Error, ErrorKind, Result};
use tieline_store_crane::v1::{Record, record};
use tieline_wire_crane::v1::answer;
use tieline_wire_node::v1::{Piece, ToNode, to_node};
use tokio::sync::mpsc::UnboundedSender;

use super::doors::Doors;
use crate::core::{Event, Output, Turn};

/// How many records go to the disk at once at most.
const MOST: usize = 10_000;
/// Below this many bytes of room that is set aside nothing new is accepted.
const LEAST_ROOM: u64 = 8 << 20;
/// How long a full disk is waited for before it is tried again.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the writer is given.
#[derive(Debug)]
pub enum Work {
    /// Records, and what is done once they are on disk.
    Turn(Turn),
    /// A snapshot holds everything up to this record; only these earlier ones are still read.
    Purge {
        /// The last record the snapshot holds.
        index: u64,
        /// Where launches lie that are still to come, in order.
        bodies: Vec<u64>,
    },
}

/// The writer's state.
#[derive(Debug)]
pub struct Writer<L> {
    /// Where records go.
    pub log: L,
    /// Under which term.
    pub term: u64,
    /// Where outputs go.
    pub doors: Arc<Doors>,
    /// Whom to tell that there is no room, or room again.
    pub events: UnboundedSender<Event>,
}

impl<L: LogStore> Writer<L> {
    /// Works until nobody can send any more.
    ///
    /// # Errors
    /// Where the disk failed: what is on it is unknown then, and only a restart finds out.
    pub fn run(mut self, work: &Receiver<Work>) -> Result<()> {
        let mut roomy = true;
        while let Ok(first) = work.recv() {
            let mut next = Some(first);
            while let Some(work_now) = next.take() {
                next = match work_now {
                    Work::Turn(turn) => self.commit(turn, work)?,
                    Work::Purge { index, bodies } => {
                        self.purge(index, &bodies)?;
                        None
                    }
                };
            }
            let enough = self.log.set_room_aside().unwrap_or_default() >= LEAST_ROOM;
            if enough != roomy {
                roomy = enough;
                let _ = self.events.send(Event::Room(roomy));
            }
        }
        Ok(())
    }

    /// Commits this turn and those that wait behind it; gives back the first thing that is none.
    fn commit(&mut self, mut turn: Turn, work: &Receiver<Work>) -> Result<Option<Work>> {
        let mut left = None;
        while turn.records.len() < MOST {
            match work.try_recv() {
                Ok(Work::Turn(more)) => {
                    turn.records.extend(more.records);
                    turn.outputs.extend(more.outputs);
                }
                Ok(other) => {
                    left = Some(other);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        if !turn.records.is_empty() {
            let encoded: Vec<Vec<u8>> = turn.records.iter().map(Message::encode_to_vec).collect();
            self.append(&encoded.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        }
        for output in turn.outputs {
            self.put_out(output)?;
        }
        Ok(left)
    }

    /// What was accepted is written, however long the disk is full: nobody has been told yet.
    fn append(&mut self, records: &[&[u8]]) -> Result<()> {
        loop {
            match self.log.append(self.term, records) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Full => {
                    tracing::error!("{error}");
                    let _ = self.events.send(Event::Room(false));
                    std::thread::sleep(PATIENCE);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn purge(&mut self, index: u64, bodies: &[u64]) -> Result<()> {
        self.log.purge_to(index, &|range| {
            let next = bodies.partition_point(|body| body < range.start());
            bodies.get(next).is_some_and(|body| range.contains(body))
        })
    }

    fn put_out(&mut self, output: Output) -> Result<()> {
        match output {
            Output::Answer(to, answer) => {
                let last = matches!(answer.what, Some(answer::What::Done(_) | answer::What::Refused(_)));
                self.doors.answer(to, Piece { answer: answer.encode_to_vec() }, last);
            }
            Output::Order { link, mut what, body } => {
                if let (Some(body), to_node::What::Launch(launch)) = (body, what.as_mut()) {
                    launch.launch = self.body(body)?;
                }
                self.doors.order(link, ToNode { term: self.term, what: Some(*what) });
            }
            Output::Close(link) => self.doors.close(link),
        }
        Ok(())
    }

    fn body(&self, index: u64) -> Result<Vec<u8>> {
        let mut launch = None;
        self.log.read(index, &mut |entry| {
            if let Ok(Record { what: Some(record::What::Submitted(submitted)), .. }) = Record::decode(entry.payload) {
                launch = Some(submitted.launch);
            }
        })?;
        launch.ok_or_else(|| Error::conflict(format!("the log is damaged: record {index} should hold a job's script")))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::channel;

    use tieline_log::{DiskLog, Entry, Options};
    use tieline_store_crane::v1::Submitted;
    use tieline_wire_node::v1::Launch;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    /// A log on a disk that is full for as long as the test says.
    struct Filling {
        inner: DiskLog,
        full: Arc<AtomicBool>,
    }

    impl LogStore for Filling {
        fn append(&mut self, term: u64, records: &[&[u8]]) -> Result<u64> {
            if self.full.load(Ordering::SeqCst) { Err(Error::full("no room")) } else { self.inner.append(term, records) }
        }
        fn set_room_aside(&mut self) -> Result<u64> {
            self.inner.set_room_aside()
        }
        fn truncate_after(&mut self, index: u64) -> Result<()> {
            self.inner.truncate_after(index)
        }
        fn purge_to(&mut self, index: u64, needed: &dyn Fn(std::ops::RangeInclusive<u64>) -> bool) -> Result<()> {
            self.inner.purge_to(index, needed)
        }
        fn read(&self, index: u64, take: &mut dyn FnMut(Entry<'_>)) -> Result<bool> {
            self.inner.read(index, take)
        }
        fn replay(&self, from: u64, take: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
            self.inner.replay(from, take)
        }
        fn last(&self) -> u64 {
            self.inner.last()
        }
        fn term(&self) -> u64 {
            self.inner.term()
        }
    }

    #[test]
    fn nothing_leaves_before_its_record_is_on_disk_and_a_full_disk_only_delays_it() {
        let folder = tempfile::tempdir().unwrap();
        let full = Arc::new(AtomicBool::new(true));
        let inner = DiskLog::open(folder.path(), Options { segment: 32 << 20 }).unwrap();
        let (events, mut told) = unbounded_channel();
        let doors = Arc::new(Doors::default());
        let (orders, mut ordered) = unbounded_channel();
        let link = doors.host(orders);
        let writer = Writer { log: Filling { inner, full: full.clone() }, term: 3, doors, events };
        let (work, works) = channel();
        let running = std::thread::spawn(move || writer.run(&works));

        let submitted = Submitted { job: 7, launch: b"#!/bin/sh".to_vec(), ..Submitted::default() };
        let records = vec![Record { at_us: 1, what: Some(record::What::Submitted(submitted)) }];
        let what = Box::new(to_node::What::Launch(Launch::default()));
        work.send(Work::Turn(Turn { records, outputs: vec![Output::Order { link, what, body: Some(1) }] })).unwrap();
        assert!(matches!(told.blocking_recv(), Some(Event::Room(false))));
        assert!(ordered.try_recv().is_err(), "the record is not on disk yet");

        full.store(false, Ordering::SeqCst);
        let order = ordered.blocking_recv().unwrap().unwrap();
        let Some(to_node::What::Launch(launch)) = order.what else { panic!("{order:?}") };
        assert_eq!((order.term, launch.launch.as_slice()), (3, &b"#!/bin/sh"[..]), "the script comes from the log");
        drop(work);
        running.join().unwrap().unwrap();
        assert_eq!(DiskLog::open(folder.path(), Options::default()).unwrap().last(), 1);
    }
}
