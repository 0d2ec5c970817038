//! Load on a hub over plain HTTP/1.1: as fast as it goes, or at a steady pace where each request's time counts from the
//! moment it was due, so that a hub that stalls is seen to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use crate::figure::quantile;

/// What is asked, by whom, over how many connections.
#[derive(Clone, Debug)]
pub struct Load {
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// What is asked.
    pub path: String,
    /// The people's access tokens; they take turns.
    pub tokens: Arc<Vec<String>>,
    /// How many connections, kept open.
    pub connections: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Requests answered well in a second.
    pub rate: f64,
    /// Bytes of the mean answer.
    pub bytes: u64,
    /// Milliseconds of each answer, the shortest first.
    pub times: Vec<f64>,
}

impl Outcome {
    /// Milliseconds within which this share of all answers came.
    pub fn within(&self, share: f64) -> f64 {
        quantile(&self.times, share)
    }
}

impl Load {
    /// Asks for as long as `time`: on each connection again as soon as the answer is there, or `pace` times a second in all.
    ///
    /// # Errors
    /// Where an answer is not a success.
    pub async fn run(&self, time: Duration, pace: Option<u32>) -> Result<Outcome> {
        let next = Arc::new(AtomicU64::new(0));
        let mut connections = Vec::new();
        for _ in 0..self.connections {
            connections.push(self.connect().await?);
        }
        let begun = Instant::now() + Duration::from_millis(10);
        let plan = Plan { begun, end: begun + time, gap: pace.map(|pace| Duration::from_secs(1) / pace) };
        let tasks: Vec<_> = connections.into_iter().map(|sender| tokio::spawn(worker(self.clone(), sender, next.clone(), plan))).collect();
        let (mut times, mut bytes) = (Vec::new(), 0);
        for task in tasks {
            let (worker_times, worker_bytes) = task.await??;
            times.extend(worker_times);
            bytes += worker_bytes;
        }
        let took = begun.elapsed().as_secs_f64();
        times.sort_by(f64::total_cmp);
        let rate = times.len() as f64 / took;
        Ok(Outcome { rate, bytes: bytes / times.len().max(1) as u64, times })
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    fn request(&self, number: u64) -> Result<Request<Empty<Bytes>>> {
        let index = usize::try_from(number)? % self.tokens.len().max(1);
        let token = self.tokens.get(index).context("nobody is signed in")?;
        let request = Request::get(&self.path).header("host", &self.address).header("authorization", format!("Bearer {token}"));
        Ok(request.body(Empty::new())?)
    }
}

#[derive(Clone, Copy, Debug)]
struct Plan {
    begun: Instant,
    end: Instant,
    gap: Option<Duration>,
}

async fn worker(load: Load, mut sender: SendRequest<Empty<Bytes>>, next: Arc<AtomicU64>, plan: Plan) -> Result<(Vec<f64>, u64)> {
    let (mut times, mut bytes) = (Vec::new(), 0);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let due = match plan.gap {
            Some(gap) => plan.begun + gap * u32::try_from(number)?,
            None => Instant::now(),
        };
        if due >= plan.end {
            return Ok((times, bytes));
        }
        sleep_until(due).await;
        let answer = sender.send_request(load.request(number)?).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        if status != 200 {
            bail!("{} answered {status}: {}", load.path, String::from_utf8_lossy(&body));
        }
        times.push(due.elapsed().as_secs_f64() * 1000.0);
        bytes += body.len() as u64;
    }
}
