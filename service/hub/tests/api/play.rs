//! A hub with one center that is played: a gateway made of the generated client, over real TLS. It answers what the hub
//! asks as the test tells it to, keeps what the hub wants, and says what the test lets happen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use tieline_hub::app::jobs::intents;
use tieline_hub::app::jobs::place::place_all;
use tieline_hub::app::{centers, money};
use tieline_hub::clock::Clock;
use tieline_hub::http::Caller;
use tieline_hub::{App, Config, link};
use tieline_ledger::Rates;
use tieline_model::job::{AttemptKey, Evidence, Exit, How, JobFact, Sight, Usage};
use tieline_model::machine::{
    CoreCounts, Deployment, Description, GpuCounts, NodeClass, NodeCounts, QueueLimits, QueueLoad, Reading, SchedulerKind, ServingState,
};
use tieline_model::{
    AccountId, Currency, FileId, GatewayId, Id, IncarnationId, JobId, MachineId, Money, RelPath, Seconds, SpaceId, Timestamp, UserId,
};
use tieline_store_hub::centers::Center;
use tieline_store_hub::files::File;
use tieline_store_hub::spaces::Space;
use tieline_store_hub::{accounts, attempts, files, gateways, machines, spaces};
use tieline_wire_api::centers::EnrollGateway;
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;
use tieline_wire_gateway::v1::link_client::LinkClient;
use tieline_wire_gateway::{convert, v1};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use crate::TestHub;

/// Ten yuan for a core-hour.
pub const CORE_HOUR: i64 = 10_000_000;

/// A hub, its played center with the machine `fast`, a price there, money and a script of alice's.
pub struct Play {
    pub hub: TestHub,
    pub gateway: Gateway,
    pub machine: MachineId,
    pub account: AccountId,
    pub script: FileId,
    stop: CancellationToken,
}

/// What the played center says to questions.
#[derive(Clone, Debug, Default)]
pub struct Manners {
    /// Refuses everybody with this sentence.
    pub forbids: Option<String>,
    /// Does not answer at all.
    pub silent: bool,
}

type Folder = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// The played gateway.
pub struct Gateway {
    pub id: GatewayId,
    pub incarnation: IncarnationId,
    pub manners: Arc<Mutex<Manners>>,
    /// What the hub wants, by intent, as it was last sent.
    pub wanted: watch::Receiver<BTreeMap<Vec<u8>, v1::Intent>>,
    pub applied: watch::Receiver<u64>,
    /// All facts it knows of, as they would lie on its disk.
    pub spool: Vec<v1::Fact>,
    /// What lies in the folder of every job.
    folder: Folder,
    credentials: (String, String),
    say: mpsc::Sender<v1::FromGateway>,
    ended: CancellationToken,
}

impl Play {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        // Certificates are judged by the real time, so the time that stands still begins with it.
        let hub = TestHub::start_at(Clock::default().now(), |config| {
            config.gateways.listen = SocketAddr::from(([127, 0, 0, 1], 0));
            adjust(config);
        })
        .await;
        let stop = CancellationToken::new();
        serve(&hub.app, &stop).await;
        let center = Center {
            id: hub.center,
            name: "east".parse().unwrap(),
            title: "East".to_owned(),
            description: String::new(),
            organisation: String::new(),
            contact: String::new(),
            created: hub.clock.now(),
        };
        let tx = hub.app.store.begin().await.unwrap();
        tieline_store_hub::centers::insert(&tx, &center).await.unwrap();
        tx.commit().await.unwrap();
        let gateway = Gateway::enrol(&hub).await;
        let mut play = Self {
            machine: MachineId::from_bytes([0; 16]),
            account: personal(&hub.app, hub.user("alice").await.id).await,
            script: FileId::from_bytes([0; 16]),
            hub,
            gateway,
            stop,
        };
        play.describe(&description("fast")).await;
        play.read(&reading()).await;
        play.machine = machines::find(play.hub.app.store.read(), "fast").await.unwrap().id;
        play.price("fast", CORE_HOUR).await;
        play.top_up(1000).await;
        play.script = play.file("alice", "run.sh", b"#!/bin/sh\necho hello\n").await;
        play
    }

    /// A hub over the database of another one that was played, in which another gateway takes the place of the one that was.
    pub async fn over(database: String) -> Self {
        let hub = TestHub::over(database, Clock::default().now(), |config| {
            config.gateways.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        })
        .await;
        let stop = CancellationToken::new();
        serve(&hub.app, &stop).await;
        let tx = hub.app.store.begin().await.unwrap();
        for gateway in gateways::list(&tx, None, None, 10).await.unwrap() {
            gateways::set_revoked(&tx, gateway.id, true).await.unwrap();
        }
        tx.commit().await.unwrap();
        let gateway = Gateway::enrol(&hub).await;
        let machine = machines::find(hub.app.store.read(), "fast").await.unwrap().id;
        let alice = hub.user("alice").await.id;
        let account = personal(&hub.app, alice).await;
        let space = spaces::of_user(hub.app.store.read(), alice).await.unwrap().unwrap().id;
        let script = files::by_path(hub.app.store.read(), space, &"run.sh".parse().unwrap()).await.unwrap().unwrap().id;
        let mut play = Self { hub, gateway, machine, account, script, stop };
        play.describe(&description("fast")).await;
        // A machine that has moved is known to its new gateway once that arrives again.
        play.gateway.is_over().await;
        let app = play.hub.app.clone();
        play.gateway.arrive(&app).await;
        play.read(&reading()).await;
        play
    }

    /// Ends the hub in order, as before its database is copied.
    pub async fn end(self) {
        self.stop.cancel();
        self.gateway.ended.cancelled().await;
        self.hub.app.store.clone().close().await.unwrap();
    }

    /// Ends the hub and lets `meanwhile` see its database, then brings it up again, and the gateway back to it.
    pub async fn restart(&mut self, meanwhile: impl FnOnce(&std::path::Path)) {
        self.stop.cancel();
        self.gateway.ended.cancelled().await;
        self.hub.app.store.clone().close().await.unwrap();
        meanwhile(&self.hub.app.config.state.join("hub.sqlite"));
        self.hub.restart().await;
        self.stop = CancellationToken::new();
        serve(&self.hub.app, &self.stop).await;
        self.gateway.arrive(&self.hub.app).await;
    }

    pub async fn describe(&self, description: &Description) {
        let body = serde_json::to_string(description).unwrap();
        let name = description.name.to_string();
        self.gateway.say(Up::Description(v1::Description { machine: name.clone(), body })).await;
        until("the machine is described", async || {
            let found = machines::find(self.hub.app.store.read(), &name).await;
            found.is_ok_and(|machine| machine.description == *description && machine.gateway == self.gateway.id)
        })
        .await;
    }

    pub async fn read(&self, reading: &Reading) {
        self.read_of("fast", reading).await;
    }

    pub async fn read_of(&self, name: &str, reading: &Reading) {
        self.gateway.say(Up::Reading(v1::Reading { machine: name.to_owned(), body: serde_json::to_string(reading).unwrap() })).await;
        until("the machine is read", async || {
            let found = machines::find(self.hub.app.store.read(), name).await;
            found.is_ok_and(|machine| machine.reading.as_ref() == Some(reading) && machine.last_seen == self.hub.clock.now())
        })
        .await;
    }

    pub async fn price(&self, machine: &str, core_hour: i64) {
        let app = &self.hub.app;
        let machine = machines::find(app.store.read(), machine).await.unwrap().id;
        let tx = app.store.begin().await.unwrap();
        let rates = Rates { core_hour, ..Rates::default() };
        money::set_price(app, &tx, machine, None, None, Currency::CNY, rates).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn top_up(&self, yuan: i64) {
        let app = &self.hub.app;
        let root = self.hub.user("root").await.id;
        let tx = app.store.begin().await.unwrap();
        money::top_up(app, &tx, self.account, Money::from_micros(yuan * 1_000_000, Currency::CNY), root, "gift".to_owned()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A file in somebody's space.
    pub async fn file(&self, owner: &str, path: &str, content: &'static [u8]) -> FileId {
        let app = &self.hub.app;
        let user = self.hub.user(owner).await.id;
        let bytes = futures::stream::iter([Ok(Bytes::from_static(content))]);
        let (sha256, size) = app.blobs.receive(bytes, None, 1 << 30).await.unwrap();
        let tx = app.store.begin().await.unwrap();
        let space = match spaces::of_user(&tx, user).await.unwrap() {
            Some(space) => space.id,
            None => {
                let id = app.clock.id::<SpaceId>();
                spaces::insert(&tx, &Space { id, user, created: app.clock.now() }).await.unwrap();
                id
            }
        };
        let now = app.clock.now();
        let path = path.parse::<RelPath>().unwrap();
        let id = files::put(&tx, &File { id: app.clock.id(), space, path, size, sha256, created: now, modified: now }).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A request for alice's script on one core for an hour.
    pub fn request(&self) -> Value {
        json!({ "app": "shell", "files": { "script": [self.script] }, "cores": 1, "time_s": 3600, "name": "first" })
    }

    /// Makes a job of alice's.
    pub async fn job(&self) -> JobId {
        self.named("first").await
    }

    /// Makes a job of alice's with this name.
    pub async fn named(&self, name: &str) -> JobId {
        self.fresh().await;
        let mut request = self.request();
        request["name"] = name.into();
        let made = self.hub.post("/jobs", request).as_user("alice").await.expect(201).json();
        made["id"].as_str().unwrap().parse().unwrap()
    }

    /// Makes a job of alice's that is placed, and whose run is wanted of the gateway.
    pub async fn placed(&mut self) -> AttemptKey {
        self.placed_as("first").await
    }

    /// The same with this name.
    pub async fn placed_as(&mut self, name: &str) -> AttemptKey {
        let key = AttemptKey { job: self.named(name).await, number: 1 };
        self.place().await;
        self.gateway.wanted(key, is_run).await;
        until("the hub knows that it is kept", async || {
            let open = intents::open(&self.hub.app, self.gateway.id).await.unwrap();
            open.iter().all(|intent| intent.kept_before)
        })
        .await;
        key
    }

    /// Lets the center say how its machine is, so that time that passed does not matter.
    async fn fresh(&self) {
        if self.hub.app.links.is_connected(self.gateway.id) {
            self.read(&reading()).await;
        }
    }

    /// Places what can be placed.
    pub async fn place(&self) {
        self.fresh().await;
        place_all(&self.hub.app).await.unwrap();
    }

    /// Says facts and waits until the hub has them.
    pub async fn happens(&mut self, key: AttemptKey, facts: impl IntoIterator<Item = JobFact>) {
        let now = self.hub.clock.now();
        let facts = facts.into_iter().map(|fact| self.gateway.note(now, key, &fact)).collect();
        self.gateway.say(Up::Facts(v1::FactBatch { facts })).await;
        self.gateway.applied_up_to(self.gateway.spool.len() as u64).await;
    }

    /// The whole way from the start of staging to the end of the program.
    pub async fn runs(&mut self, key: AttemptKey, time: Seconds, how: How) {
        self.happens(key, [JobFact::StageInStarted, staged_in(), JobFact::SubmitStarted, queued()]).await;
        let started = self.hub.clock.now();
        self.happens(key, [running(started)]).await;
        self.hub.pass(time);
        self.happens(key, [ended(how, started, self.hub.clock.now())]).await;
    }

    pub async fn state(&self, key: AttemptKey) -> String {
        self.attempt(key).await.state.name().to_string()
    }

    pub async fn attempt(&self, key: AttemptKey) -> attempts::Attempt {
        attempts::by_key(self.hub.app.store.read(), key).await.unwrap().unwrap()
    }

    /// What alice has and what is held, in yuan.
    pub async fn funds(&self) -> (String, String) {
        let funds = money::funds(self.hub.app.store.read(), self.account, Currency::CNY).await.unwrap();
        (funds.balance.to_string(), funds.held.to_string())
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn serve(app: &App, stop: &CancellationToken) {
    let gate = link::Server::bind(app).await.unwrap();
    let stop = stop.clone();
    tokio::spawn(async move { gate.serve(stop).await.unwrap() });
}

impl Gateway {
    /// Enrols a gateway with the hub's center and connects it.
    pub async fn enrol(hub: &TestHub) -> Self {
        let app = &hub.app;
        let root = hub.user("root").await;
        let (request, address) = (app.clock.id(), "-".to_owned());
        let caller = Caller { user: root.id, name: root.name, roles: root.roles, session: None, token: None, request, address };
        let token = centers::create_join_token(app, &caller, &hub.center.to_string()).await.unwrap().text;
        let key = KeyPair::generate().unwrap();
        let csr_pem = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
        let ask = EnrollGateway { token, csr_pem, version: "0.1.0".to_owned() };
        let (gateway, issued) = centers::enroll(app, &hub.origin(), &ask).await.unwrap();
        let mut gateway = Self {
            id: gateway.id,
            incarnation: IncarnationId::from_bytes([1; 16]),
            manners: Arc::default(),
            wanted: watch::channel(BTreeMap::new()).1,
            applied: watch::channel(0).1,
            spool: Vec::new(),
            folder: Folder::default(),
            credentials: (issued.pem, key.serialize_pem()),
            say: mpsc::channel(1).0,
            ended: CancellationToken::new(),
        };
        gateway.arrive(app).await;
        gateway
    }

    /// Connects, says Hello, and from then on answers by itself. Facts go on after the number the hub names.
    pub async fn arrive(&mut self, app: &App) {
        let (certificate, key) = &self.credentials;
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(app.authority.pem()))
            .identity(Identity::from_pem(certificate, key))
            .domain_name("tieline-hub");
        let address = format!("https://{}", app.links.address().unwrap());
        let channel = Endpoint::from_shared(address).unwrap().tls_config(tls).unwrap().connect().await.unwrap();
        let (say, said) = mpsc::channel(16);
        let hello = v1::Hello {
            version: "0.1.0".to_owned(),
            protocol: 1,
            incarnation: self.incarnation.bytes().to_vec(),
            oldest_fact: self.spool.first().map_or(0, |fact| fact.number),
            newest_fact: self.spool.last().map_or(0, |fact| fact.number),
            clock_micros: app.clock.now().micros(),
            hears_not_taken: false,
        };
        say.send(up(Up::Hello(hello))).await.unwrap();
        let mut hear = LinkClient::new(channel.clone()).control(ReceiverStream::new(said)).await.unwrap().into_inner();
        let welcome = loop {
            match hear.message().await.unwrap().unwrap().body {
                Some(Down::Welcome(welcome)) => break welcome,
                other => assert!(matches!(other, Some(Down::Beat(_))), "{other:?} before Welcome"),
            }
        };
        let (wants, wanted) = watch::channel(BTreeMap::new());
        let (applies, applied) = watch::channel(welcome.applied_fact);
        (self.wanted, self.applied, self.say, self.ended) = (wanted, applied, say.clone(), CancellationToken::new());
        let (manners, ended, folder) = (self.manners.clone(), self.ended.clone(), self.folder.clone());
        tokio::spawn(async move {
            while let Ok(Some(message)) = hear.message().await {
                match message.body {
                    Some(Down::Intent(intent)) => {
                        let kept = v1::IntentKept { id: intent.id.clone() };
                        wants.send_modify(|all| drop(all.insert(intent.id.clone(), intent)));
                        let _ = say.send(up(Up::Kept(kept))).await;
                    }
                    Some(Down::Question(v1::Question { id, body: Some(v1::question::Body::Read(range)), .. })) => {
                        match delivery(&folder, id, &range) {
                            Some(pieces) => {
                                let mut client = LinkClient::new(channel.clone());
                                tokio::spawn(async move { client.deliver(futures::stream::iter(pieces)).await });
                            }
                            None => {
                                let missing = tieline_model::Error::not_found("there is no such file");
                                let refusal = v1::answer::Body::Refusal((&missing).into());
                                let _ = say.send(up(Up::Answer(v1::Answer { id, body: Some(refusal) }))).await;
                            }
                        }
                    }
                    Some(Down::Applied(applied)) => drop(applies.send(applied.number)),
                    Some(Down::Question(question)) => {
                        let manners = manners.lock().unwrap().clone();
                        if let Some(answer) = answer(&manners, question) {
                            let _ = say.send(up(Up::Answer(answer))).await;
                        }
                    }
                    Some(Down::Welcome(_) | Down::Beat(_) | Down::NotTaken(_)) | None => {}
                }
            }
            ended.cancel();
        });
        let missing: Vec<_> = self.spool.iter().filter(|fact| fact.number > welcome.applied_fact).cloned().collect();
        if !missing.is_empty() {
            assert!(!app.links.is_connected(self.id), "it counts as connected before the hub knows what it knows");
            self.say(Up::Facts(v1::FactBatch { facts: missing })).await;
            self.applied_up_to(self.spool.last().unwrap().number).await;
        }
        until("the gateway is connected", async || app.links.is_connected(self.id)).await;
    }

    /// Lets the program of every job add this to a file in its folder.
    pub fn prints(&self, path: &str, text: &str) {
        self.folder.lock().unwrap().entry(path.to_owned()).or_default().extend_from_slice(text.as_bytes());
    }

    /// Puts a fact behind the others on its disk.
    pub fn note(&mut self, at: Timestamp, key: AttemptKey, fact: &JobFact) -> v1::Fact {
        let fact = convert::fact_to_wire(self.spool.last().map_or(1, |fact| fact.number + 1), at, key, fact).unwrap();
        self.spool.push(fact.clone());
        fact
    }

    /// Leaves, and waits until the hub knows.
    pub async fn leave(&mut self, app: &App) {
        self.say = mpsc::channel(1).0;
        app.links.cut(self.id);
        until("the gateway has left", async || !app.links.is_connected(self.id)).await;
    }

    pub async fn say(&self, body: Up) {
        self.say.send(up(body)).await.unwrap();
    }

    /// The wish about an attempt that fits, once it has come.
    pub async fn wanted(&mut self, key: AttemptKey, fits: fn(&v1::intent::Body) -> bool) -> v1::Intent {
        let of =
            |intent: &&v1::Intent| intent.job == key.job.bytes() && intent.attempt == key.number && intent.body.as_ref().is_some_and(fits);
        let all = self.wanted.wait_for(|all| all.values().any(|intent| of(&intent)));
        let all = tokio::time::timeout(Duration::from_secs(30), all).await.expect("the hub never wanted it").unwrap();
        all.values().find(of).unwrap().clone()
    }

    pub async fn applied_up_to(&mut self, number: u64) {
        let all = self.applied.wait_for(|applied| *applied >= number);
        tokio::time::timeout(Duration::from_secs(30), all).await.expect("the facts were never applied").expect("the link ended");
    }

    /// Whether the hub has ended the link.
    pub async fn is_over(&self) {
        tokio::time::timeout(Duration::from_secs(30), self.ended.cancelled()).await.expect("the link goes on");
    }
}

/// A range of a file as a gateway brings it; none of a file that is not there.
fn delivery(folder: &Folder, question: u64, range: &v1::ReadRange) -> Option<[v1::Delivery; 3]> {
    use v1::delivery::Body;
    let content = folder.lock().unwrap().get(&range.path).cloned()?;
    let far = usize::try_from(range.offset.unsigned_abs()).unwrap();
    let start = if range.offset < 0 { content.len().saturating_sub(far) } else { far.min(content.len()) };
    let most = if range.length == 0 { usize::MAX } else { usize::try_from(range.length).unwrap() };
    let end = start.saturating_add(most).min(content.len());
    let head = v1::DeliveryHead { what: Some(v1::delivery_head::What::Question(question)), size: content.len() as u64 };
    let pieces = [Body::Head(head), Body::Data(Bytes::copy_from_slice(&content[start..end])), Body::End(v1::DeliveryEnd::default())];
    Some(pieces.map(|body| v1::Delivery { body: Some(body) }))
}

fn up(body: Up) -> v1::FromGateway {
    v1::FromGateway { body: Some(body) }
}

fn answer(manners: &Manners, question: v1::Question) -> Option<v1::Answer> {
    use v1::answer::Body;
    if manners.silent {
        return None;
    }
    let refusal = |message: &str| {
        let refused = tieline_model::Error::forbidden(message.to_owned());
        Body::Refusal((&refused).into())
    };
    let body = match (&manners.forbids, question.body) {
        (Some(why), _) => refusal(why),
        (None, Some(v1::question::Body::Map(person))) => {
            Body::Mapped(v1::Mapped { local_user: person.user, rule: "all".to_owned(), ..v1::Mapped::default() })
        }
        (None, Some(v1::question::Body::PreSubmit(_))) => Body::PreSubmitted(v1::PreSubmitted { body: "{\"ok\":true}".to_owned() }),
        (None, _) => refusal("not played"),
    };
    Some(v1::Answer { id: question.id, body: Some(body) })
}

pub fn is_run(body: &v1::intent::Body) -> bool {
    matches!(body, v1::intent::Body::Run(_))
}

pub fn is_cancel(body: &v1::intent::Body) -> bool {
    matches!(body, v1::intent::Body::Cancel(_))
}

pub fn is_purge(body: &v1::intent::Body) -> bool {
    matches!(body, v1::intent::Body::Purge(_))
}

pub fn staged_in() -> JobFact {
    JobFact::StagedIn { folder: "/jobs/1".to_owned(), bytes: 21 }
}

pub fn queued() -> JobFact {
    sighted(Sight::Queued { reason: Some("Resources".to_owned()), expected: None })
}

pub fn running(started: Timestamp) -> JobFact {
    sighted(Sight::Running { started, nodes: vec!["n1".to_owned()] })
}

pub fn sighted(sight: Sight) -> JobFact {
    JobFact::Sighted { native: "77".parse().unwrap(), sight, evidence: Evidence::QueueRow }
}

/// One core, by the scheduler's accounting.
pub fn usage(started: Timestamp, ended: Timestamp) -> Usage {
    Usage { started, ended, nodes: 1, cores: 1, gpus: 0, cpu_time: None, peak_memory_mib: None, evidence: Evidence::Accounting, run: 0 }
}

pub fn ended(how: How, started: Timestamp, ended: Timestamp) -> JobFact {
    let exit = Exit { how, started: Some(started), ended };
    JobFact::Ended { native: None, exit, usage: Some(usage(started, ended)), evidence: Evidence::Accounting }
}

pub fn description(name: &str) -> Description {
    let deployment = |app: &str| Deployment { app: app.parse().unwrap(), ready: true, note: String::new() };
    Description {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        description: String::new(),
        organisation: "East".to_owned(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Fork,
        scheduler_version: None,
        node_classes: vec![NodeClass { name: "all".to_owned(), nodes: 2, cores: 8, memory_mib: 16_384, gpus: 0, gpu_model: None }],
        queues: vec![QueueLimits {
            name: "main".parse().unwrap(),
            default: true,
            nodes: 2,
            cores: 16,
            max_nodes: None,
            max_cores: None,
            max_memory_mib: None,
            gpus: 0,
            max_time: Some(Seconds::days(1)),
            default_time: None,
        }],
        deployments: ["shell", "python"].map(deployment).to_vec(),
    }
}

pub fn reading() -> Reading {
    Reading {
        as_of: Timestamp::from_seconds(0),
        nodes: NodeCounts { total: 2, idle: 2, mixed: 0, allocated: 0, unavailable: 0 },
        cores: CoreCounts { total: 16, idle: 16, allocated: 0, unavailable: 0 },
        gpus: GpuCounts { total: 0, allocated: 0 },
        queues: vec![QueueLoad {
            name: "main".parse().unwrap(),
            state: ServingState::Production,
            running: 0,
            waiting: 0,
            idle_cores: 16,
            waiting_core_seconds: 0,
            running_core_seconds: 0,
        }],
        node_map: Vec::new(),
        raw: String::new(),
        storage: Vec::new(),
        trouble: None,
    }
}

async fn personal(app: &App, user: UserId) -> AccountId {
    accounts::personal(app.store.read(), user).await.unwrap().unwrap().id
}

/// Waits until something is so.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let all = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.unwrap_or_else(|_| panic!("it never came true: {what}"));
}
