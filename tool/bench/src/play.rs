//! A gateway that is played: enrolled with the hub and connected to it as a real one, it says facts at a steady pace about
//! jobs that never were.

use std::time::Duration;

use anyhow::{Context, Result};
use http::Method;
use rcgen::{CertificateParams, KeyPair};
use serde::{Deserialize, Serialize};
use tieline_model::job::{AttemptKey, Evidence, Exit, How, JobFact, Sight};
use tieline_model::machine::{CoreCounts, Description, GpuCounts, NodeCounts, Reading, SchedulerKind};
use tieline_model::{GatewayId, JobId, Timestamp};
use tieline_wire_api::Client;
use tieline_wire_api::centers::{CreateCenter, EnrollGateway, GatewayEnrolled};
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;
use tieline_wire_gateway::v1::link_client::LinkClient;
use tieline_wire_gateway::{convert, v1};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

/// The name of its only machine.
pub const MACHINE: &str = "measured";

/// What it needs to come back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credentials {
    /// Which gateway.
    pub gateway: GatewayId,
    certificate: String,
    key: String,
    authority: String,
}

/// A gateway that is connected.
#[derive(Debug)]
pub struct Gateway {
    say: mpsc::Sender<v1::FromGateway>,
    applied: watch::Receiver<u64>,
}

impl Credentials {
    /// Makes a center and enrols a gateway there, as its administrator.
    pub async fn enrol(administrator: &Client) -> Result<Self> {
        let center = CreateCenter {
            name: "measured".parse()?,
            title: None,
            description: String::new(),
            organisation: String::new(),
            contact: String::new(),
        };
        let made = administrator.create_center(&center).await?;
        let key = KeyPair::generate()?;
        let csr_pem = CertificateParams::default().serialize_request(&key)?.pem()?;
        let token = made.join.token.split('.').next().unwrap_or_default().to_owned();
        let ask = EnrollGateway { token, csr_pem, version: "0.1.0".to_owned() };
        let enrolled: GatewayEnrolled = administrator.send(Method::POST, &["gateways", "enroll"], &ask).await?;
        Ok(Self {
            gateway: enrolled.gateway,
            certificate: enrolled.certificate_pem,
            key: key.serialize_pem(),
            authority: enrolled.authority_pem,
        })
    }
}

impl Gateway {
    /// Connects to the hub's port for gateways.
    pub async fn connect(credentials: &Credentials, port: u16) -> Result<Self> {
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(&credentials.authority))
            .identity(Identity::from_pem(&credentials.certificate, &credentials.key))
            .domain_name("tieline-hub");
        let channel = Endpoint::from_shared(format!("https://127.0.0.1:{port}"))?.tls_config(tls)?.connect().await?;
        let (say, said) = mpsc::channel(256);
        let hello = v1::Hello {
            version: "0.1.0".to_owned(),
            protocol: 1,
            incarnation: vec![1; 16],
            oldest_fact: 0,
            newest_fact: 0,
            clock_micros: now().micros(),
            hears_not_taken: false,
        };
        say.send(up(Up::Hello(hello))).await?;
        let mut hear = LinkClient::new(channel).control(ReceiverStream::new(said)).await?.into_inner();
        let (applies, applied) = watch::channel(0);
        let answer = say.clone();
        tokio::spawn(async move {
            while let Ok(Some(message)) = hear.message().await {
                match message.body {
                    Some(Down::Applied(up_to)) => drop(applies.send(up_to.number)),
                    Some(Down::Beat(_)) => drop(answer.send(up(Up::Beat(v1::Beat {}))).await),
                    Some(Down::Welcome(_) | Down::Intent(_) | Down::Question(_) | Down::NotTaken(_)) | None => {}
                }
            }
        });
        Ok(Self { say, applied })
    }

    /// Tells the hub of its machine.
    pub async fn describe(&self) -> Result<()> {
        let body = serde_json::to_string(&description()?)?;
        self.say.send(up(Up::Description(v1::Description { machine: MACHINE.to_owned(), body }))).await?;
        let body = serde_json::to_string(&reading())?;
        Ok(self.say.send(up(Up::Reading(v1::Reading { machine: MACHINE.to_owned(), body }))).await?)
    }

    /// Says so many facts a second, each in a message of its own, for as long as `time`: the whole lives of these jobs, eight
    /// facts each. Gives how many the hub has applied in that time, and how many were said.
    pub async fn live(&self, jobs: impl Iterator<Item = JobId>, first: u64, pace: u32, time: Duration) -> Result<(u64, u64)> {
        let mut beat = interval(Duration::from_secs(1) / pace);
        beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let end = Instant::now() + time;
        let mut number = first;
        let facts = jobs.flat_map(|job| life(now()).into_iter().map(move |fact| (job, fact)));
        for (job, fact) in facts {
            beat.tick().await;
            if Instant::now() >= end {
                break;
            }
            number += 1;
            let fact = convert::fact_to_wire(number, now(), AttemptKey { job, number: 1 }, &fact)?;
            self.say.send(up(Up::Facts(v1::FactBatch { facts: vec![fact] }))).await.context("the hub ended the link")?;
        }
        Ok((self.applied.borrow().saturating_sub(first), number - first))
    }

    /// Waits until the hub has applied all facts up to this number.
    pub async fn settled(&mut self, number: u64) -> Result<()> {
        tokio::time::timeout(Duration::from_secs(60), self.applied.wait_for(|applied| *applied >= number)).await??;
        Ok(())
    }
}

fn up(body: Up) -> v1::FromGateway {
    v1::FromGateway { body: Some(body) }
}

/// What happens to a job that is placed.
fn life(now: Timestamp) -> [JobFact; 8] {
    let native = "4711".parse().ok();
    let sighted = |sight| match &native {
        Some(native) => JobFact::Sighted { native: Clone::clone(native), sight, evidence: Evidence::QueueRow },
        None => JobFact::Created,
    };
    [
        JobFact::StageInStarted,
        JobFact::StagedIn { folder: "/jobs/4711".to_owned(), bytes: 4711 },
        JobFact::SubmitStarted,
        sighted(Sight::Queued { reason: Some("Resources".to_owned()), expected: None }),
        sighted(Sight::Running { started: now, nodes: vec!["node1".to_owned()] }),
        JobFact::Ended {
            native: native.clone(),
            exit: Exit { how: How::Code(0), started: Some(now), ended: now },
            usage: None,
            evidence: Evidence::QueueRow,
        },
        JobFact::StageOutStarted,
        JobFact::Finished,
    ]
}

fn description() -> Result<Description> {
    Ok(Description {
        name: MACHINE.parse()?,
        title: "Measured".to_owned(),
        description: String::new(),
        organisation: String::new(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Slurm,
        scheduler_version: None,
        node_classes: Vec::new(),
        queues: Vec::new(),
        deployments: Vec::new(),
    })
}

fn reading() -> Reading {
    Reading {
        as_of: now(),
        nodes: NodeCounts { total: 0, idle: 0, mixed: 0, allocated: 0, unavailable: 0 },
        cores: CoreCounts { total: 0, idle: 0, allocated: 0, unavailable: 0 },
        gpus: GpuCounts { total: 0, allocated: 0 },
        queues: Vec::new(),
        node_map: Vec::new(),
        raw: String::new(),
        storage: Vec::new(),
        trouble: None,
    }
}

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "this program's one look at the clock")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
