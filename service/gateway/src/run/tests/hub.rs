//! A hub for one gateway, in this process: it keeps what arrives and says what a test tells it to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, IsCa, KeyPair};
use tieline_model::job::{AttemptKey, JobFact, Progress, State};
use tieline_model::{CenterId, GatewayId, Id, Sha256};
use tieline_wire_gateway::v1::link_server::{Link, LinkServer};
use tieline_wire_gateway::{convert, v1};
use tokio::sync::{Notify, mpsc};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt};
use tonic::transport::{Certificate, Identity as TlsIdentity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};

use crate::io::identity::Identity;

#[derive(Default)]
pub struct Kept {
    pub facts: BTreeMap<u64, v1::Fact>,
    pub outputs: HashMap<String, Vec<u8>>,
    pub reads: HashMap<u64, (v1::DeliveryHead, Vec<u8>)>,
    pub answers: HashMap<u64, v1::Answer>,
    pub descriptions: HashMap<String, String>,
    pub readings: HashMap<String, String>,
    pub hellos: Vec<v1::Hello>,
    pub progress: Vec<Progress>,
    pub renewed: usize,
    intents: Vec<v1::Intent>,
    kept: HashSet<Vec<u8>>,
    contents: HashMap<Vec<u8>, Vec<u8>>,
    out: Option<mpsc::Sender<Result<v1::FromHub, Status>>>,
}

pub struct Hub {
    pub kept: Mutex<Kept>,
    pub address: SocketAddr,
    pub authority: CertifiedIssuer<'static, KeyPair>,
    news: Notify,
}

impl Hub {
    pub async fn start() -> Arc<Self> {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "test authority");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let tls = ServerTlsConfig::new()
            .identity(TlsIdentity::from_pem(own.pem(), key.serialize_pem()))
            .client_ca_root(Certificate::from_pem(authority.pem()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hub = Arc::new(Self { kept: Mutex::default(), address, authority, news: Notify::new() });
        let service = LinkServer::new(Serving(Arc::clone(&hub)));
        let server = Server::builder().tls_config(tls).unwrap().add_service(service).serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        hub
    }

    /// The identity of a gateway that joined; `old` if its certificate is in the last third of its life.
    pub fn identity(&self, control: String, old: bool) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        if old {
            params.not_before = rcgen::date_time_ymd(1975, 1, 1);
            params.not_after = rcgen::date_time_ymd(2040, 1, 1);
        }
        Identity {
            gateway: GatewayId::from_bytes([1; 16]),
            center: CenterId::from_bytes([2; 16]),
            control,
            certificate_pem: params.signed_by(&key, &self.authority).unwrap().pem(),
            key_pem: key.serialize_pem(),
            authority_pem: self.authority.pem(),
        }
    }

    pub fn sign(&self, csr_pem: &str) -> String {
        CertificateSigningRequestParams::from_pem(csr_pem).unwrap().signed_by(&self.authority).unwrap().pem()
    }

    pub fn content(&self, bytes: &[u8]) -> Sha256 {
        let sum = crate::io::files::sha256(bytes);
        self.kept.lock().unwrap().contents.insert(sum.0.to_vec(), bytes.to_vec());
        sum
    }

    /// Orders something, again with every connection until the gateway keeps it.
    pub async fn order(&self, intent: v1::Intent) {
        let out = {
            let mut kept = self.kept.lock().unwrap();
            kept.intents.push(intent.clone());
            kept.out.clone()
        };
        if let Some(out) = out {
            let _ = out.send(Ok(v1::FromHub { body: Some(v1::from_hub::Body::Intent(intent)) })).await;
        }
    }

    pub async fn ask(&self, question: v1::Question) {
        let out = self.kept.lock().unwrap().out.clone().unwrap();
        out.send(Ok(v1::FromHub { body: Some(v1::from_hub::Body::Question(question)) })).await.unwrap();
    }

    pub fn facts(&self, key: AttemptKey) -> Vec<JobFact> {
        let kept = self.kept.lock().unwrap();
        let facts = kept.facts.values().map(|fact| convert::fact_from_wire(fact).unwrap());
        facts.filter(|(_, of, _)| *of == key).map(|(_, _, fact)| fact).collect()
    }

    /// Whether the gateway said that it keeps this intent.
    pub fn keeps(&self, intent: &[u8]) -> bool {
        self.kept.lock().unwrap().kept.contains(intent)
    }

    /// What the hub would say of the attempt.
    pub fn state(&self, key: AttemptKey) -> State {
        self.facts(key).iter().fold(State::Placed, |state, fact| state.after(fact).map(|folded| folded.state).unwrap_or(state))
    }

    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let news = self.news.notified();
            if let Some(found) = look(self) {
                return found;
            }
            assert!(Instant::now() < deadline, "never: {what}");
            let _ = tokio::time::timeout(Duration::from_millis(500), news).await;
        }
    }

    fn hear(&self, body: v1::from_gateway::Body) -> Option<v1::FromHub> {
        use v1::from_gateway::Body;
        let mut kept = self.kept.lock().unwrap();
        let mut answer = None;
        match body {
            Body::Facts(batch) => {
                for fact in batch.facts {
                    let next = kept.facts.last_key_value().map_or(1, |(number, _)| number + 1);
                    assert!(fact.number <= next, "fact {} came before {next}", fact.number);
                    let known = kept.facts.entry(fact.number).or_insert_with(|| fact.clone());
                    assert_eq!(*known, fact, "a number is never reused");
                }
                let number = kept.facts.last_key_value().map_or(0, |(number, _)| *number);
                answer = Some(v1::from_hub::Body::Applied(v1::FactsApplied { number }));
            }
            Body::Kept(intent) => {
                kept.kept.insert(intent.id);
            }
            Body::Answer(answer) => {
                kept.answers.insert(answer.id, answer);
            }
            Body::Description(description) => {
                kept.descriptions.insert(description.machine, description.body);
            }
            Body::Reading(reading) => {
                kept.readings.insert(reading.machine, reading.body);
            }
            Body::Progress(progress) => {
                kept.progress.push(serde_json::from_str(&progress.body).unwrap());
            }
            Body::Hello(_) | Body::Beat(_) => {}
        }
        drop(kept);
        self.news.notify_waiters();
        answer.map(|body| v1::FromHub { body: Some(body) })
    }
}

struct Serving(Arc<Hub>);

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Link for Serving {
    type ControlStream = ReceiverStream<Result<v1::FromHub, Status>>;
    type FetchStream = Answers<v1::Chunk>;

    async fn control(&self, request: Request<Streaming<v1::FromGateway>>) -> Result<Response<Self::ControlStream>, Status> {
        let hub = Arc::clone(&self.0);
        let mut inbound = request.into_inner();
        let Some(v1::from_gateway::Body::Hello(hello)) = inbound.message().await?.and_then(|message| message.body) else {
            return Err(Status::invalid_argument("Hello comes first"));
        };
        let (out, stream) = mpsc::channel(64);
        let (applied_fact, waiting) = {
            let mut kept = hub.kept.lock().unwrap();
            kept.hellos.push(hello);
            kept.out = Some(out.clone());
            let waiting: Vec<_> = kept.intents.iter().filter(|intent| !kept.kept.contains(&intent.id)).cloned().collect();
            (kept.facts.last_key_value().map_or(0, |(number, _)| *number), waiting)
        };
        let welcome = v1::from_hub::Body::Welcome(v1::Welcome { version: "test".into(), applied_fact });
        let first = std::iter::once(welcome).chain(waiting.into_iter().map(v1::from_hub::Body::Intent));
        tokio::spawn(async move {
            for body in first {
                let _ = out.send(Ok(v1::FromHub { body: Some(body) })).await;
            }
            while let Ok(Some(message)) = inbound.message().await {
                if let Some(answer) = message.body.and_then(|body| hub.hear(body)) {
                    let _ = out.send(Ok(answer)).await;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }

    async fn fetch(&self, request: Request<v1::FetchRequest>) -> Result<Response<Self::FetchStream>, Status> {
        let kept = self.0.kept.lock().unwrap();
        let bytes = kept.contents.get(&request.get_ref().sha256).ok_or_else(|| Status::not_found("no such content"))?.clone();
        let chunks: Vec<_> = bytes.chunks(7_000).map(|chunk| Ok(v1::Chunk { data: chunk.to_vec().into() })).collect();
        Ok(Response::new(Box::pin(tokio_stream::iter(chunks))))
    }

    async fn deliver(&self, request: Request<Streaming<v1::Delivery>>) -> Result<Response<v1::DeliverReply>, Status> {
        let mut inbound = request.into_inner();
        let (mut head, mut bytes, mut ended) = (None, vec![], false);
        while let Some(message) = inbound.next().await {
            match message?.body {
                Some(v1::delivery::Body::Head(found)) => head = Some(found),
                Some(v1::delivery::Body::Data(data)) => bytes.extend_from_slice(&data),
                Some(v1::delivery::Body::End(end)) => ended = end.bytes == bytes.len() as u64,
                None => {}
            }
        }
        let head = head.filter(|_| ended).ok_or_else(|| Status::aborted("cut off"))?;
        let mut kept = self.0.kept.lock().unwrap();
        match head.what.clone() {
            Some(v1::delivery_head::What::Output(output)) => {
                assert_eq!(crate::io::files::sha256(&bytes).0.to_vec(), output.sha256);
                kept.outputs.insert(output.path, bytes);
            }
            Some(v1::delivery_head::What::Question(id)) => drop(kept.reads.insert(id, (head, bytes))),
            Some(v1::delivery_head::What::Refused(refused)) => drop(kept.reads.insert(refused.question, (head, bytes))),
            None => {}
        }
        drop(kept);
        self.0.news.notify_waiters();
        Ok(Response::new(v1::DeliverReply { kept: true }))
    }

    async fn renew(&self, request: Request<v1::RenewRequest>) -> Result<Response<v1::RenewReply>, Status> {
        let certificate_pem = self.0.sign(&request.get_ref().csr_pem);
        self.0.kept.lock().unwrap().renewed += 1;
        Ok(Response::new(v1::RenewReply { certificate_pem, authority_pem: String::new() }))
    }
}
