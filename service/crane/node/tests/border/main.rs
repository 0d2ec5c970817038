//! A command, a host's daemon and the controller's listener, with real sockets and certificates: who asks is who the kernel
//! says, from hosts that may say so.
#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test may fail it")]

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tieline_crane_controller::core::{Event, Output, Turn};
use tieline_crane_controller::io::doors::Doors;
use tieline_crane_controller::io::identity::{Roles, authority, for_controller, for_host};
use tieline_crane_controller::io::server::Service;
use tieline_crane_controller::io::writer::{Work, Writer};
use tieline_crane_node::io::door::{Door, bind};
use tieline_crane_node::io::link;
use tieline_crane_node::io::names::Names;
use tieline_log::{DiskLog, LogStore, Options};
use tieline_store_crane::v1::{Record, Submitted, record};
use tieline_wire_crane::v1::{self as crane, Answer, Ask, Done, Submit, answer, ask};
use tieline_wire_crane::{read, write};
use tieline_wire_node::v1::{FromNode, Hello, from_node};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

/// A controller and its log that keep what is submitted and say who was believed to ask.
struct Stage {
    folder: tempfile::TempDir,
    address: String,
    stop: CancellationToken,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Stage {
    async fn start() -> Self {
        let _ = rustls_provider();
        let folder = tempfile::tempdir().unwrap();
        let authority = authority(folder.path(), "test").unwrap();
        let own = for_controller(&authority, &[]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, received) = unbounded_channel();
        let (doors, stop) = (Arc::new(Doors::default()), CancellationToken::new());
        let log = DiskLog::open(&folder.path().join("log"), Options { segment: 32 << 20 }).unwrap();
        let writer = Writer { log, term: 1, doors: doors.clone(), events: events.clone() };
        let (work, works) = std::sync::mpsc::channel();
        std::thread::spawn(move || writer.run(&works).unwrap());
        let service = Service { events, doors, stop: stop.clone() };
        tokio::spawn(async move { service.serve(listener, &authority, &own).await.unwrap() });
        tokio::spawn(answer_all(received, work));
        Self { folder, address, stop }
    }

    /// A host's identity, as an administrator hands it out.
    fn host(&self, name: &str, roles: &str) -> PathBuf {
        let identity = self.folder.path().join(name);
        let authority = authority(self.folder.path(), "test").unwrap();
        identity_in(&identity, authority.pem(), &for_host(&authority, name, Roles::parse(roles).unwrap()).unwrap());
        identity
    }

    /// The socket of a host's daemon.
    fn door(&self, identity: &Path) -> PathBuf {
        let path = identity.join("socket");
        let client = link::client(&self.address, identity).unwrap();
        let door = Door { client, names: Arc::new(Names::default()) };
        tokio::spawn(door.serve(bind(&path).unwrap(), self.stop.clone()));
        path
    }
}

fn rustls_provider() -> Result<(), Arc<rustls::crypto::CryptoProvider>> {
    rustls::crypto::aws_lc_rs::default_provider().install_default()
}

fn identity_in(folder: &Path, authority: &str, issued: &tieline_authority::Issued) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, pem) in [("authority.pem", authority), ("host.pem", &issued.certificate_pem), ("host.key", &issued.key_pem)] {
        std::fs::write(folder.join(name), pem).unwrap();
    }
}

/// Every submission gets the number of its record, once that is on disk, and the name of who is believed to ask.
async fn answer_all(mut events: UnboundedReceiver<Event>, work: std::sync::mpsc::Sender<Work>) {
    let mut job = 0;
    while let Some(event) = events.recv().await {
        let Event::Call { from, to, .. } = event else { continue };
        job += 1;
        let submitted = Submitted { job, uid: from.uid, user: from.user.clone(), ..Submitted::default() };
        let records = vec![Record { at_us: 0, what: Some(record::What::Submitted(submitted)) }];
        let said = crane::Submitted { job, warning: format!("{} ({}) on {}", from.user, from.uid, from.host), expected_start_us: None };
        let answers = [answer::What::Submitted(said), answer::What::Done(Done {})];
        let outputs = answers.map(|what| Output::Answer(to, Box::new(Answer { what: Some(what) }))).into();
        work.send(Work::Turn(Turn { records, outputs })).unwrap();
    }
}

fn submit(socket: &Path) -> Vec<Answer> {
    let mut stream = UnixStream::connect(socket).unwrap();
    write(&mut stream, &Ask { token: String::new(), what: Some(ask::What::Submit(Submit::default())) }).unwrap();
    let mut answers = Vec::new();
    while let Some(answer) = read::<Answer>(&mut stream).unwrap() {
        let last = matches!(answer.what, Some(answer::What::Done(_) | answer::What::Refused(_)));
        answers.push(answer);
        if last {
            break;
        }
    }
    answers
}

fn refused(answers: &[Answer]) -> &crane::Refused {
    let [Answer { what: Some(answer::What::Refused(refused)) }] = answers else { panic!("{answers:?}") };
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_is_who_the_kernel_says_and_is_answered_when_it_is_on_disk() {
    let stage = Stage::start().await;
    let socket = stage.door(&stage.host("login1", "submit"));
    let answers = tokio::task::spawn_blocking(move || submit(&socket)).await.unwrap();
    let Some(answer::What::Submitted(said)) = &answers[0].what else { panic!("{answers:?}") };
    let uid = rustix::process::getuid().as_raw();
    assert!(said.warning.ends_with(&format!("({uid}) on login1")), "{}", said.warning);
    let log = DiskLog::open(&stage.folder.path().join("log"), Options::default()).unwrap();
    assert_eq!(log.last(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_may_not_say_who_asks_is_refused_and_one_without_a_certificate_of_ours_is_not_heard() {
    let stage = Stage::start().await;
    let socket = stage.door(&stage.host("cn1", "compute"));
    let answers = tokio::task::spawn_blocking(move || submit(&socket)).await.unwrap();
    assert_eq!(refused(&answers).kind, "forbidden");
    assert!(refused(&answers).message.contains("cn1"), "{answers:?}");

    let stranger = tempfile::tempdir().unwrap();
    let theirs = authority(stranger.path(), "theirs").unwrap();
    let identity = stage.host("login2", "submit");
    let ours = std::fs::read_to_string(identity.join("authority.pem")).unwrap();
    identity_in(&identity, &ours, &for_host(&theirs, "login2", Roles::parse("submit").unwrap()).unwrap());
    let socket = stage.door(&identity);
    let answers = tokio::task::spawn_blocking(move || submit(&socket)).await.unwrap();
    assert_eq!(refused(&answers).kind, "unavailable");
    assert!(refused(&answers).hint.contains("administrator"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_host_that_runs_jobs_may_attend_and_it_says_hello_first() {
    let stage = Stage::start().await;
    let attend = async |identity: &Path, first: from_node::What| {
        let mut client = link::client(&stage.address, identity).unwrap();
        client.attend(tokio_stream::iter([FromNode { what: Some(first) }])).await.map(drop).map_err(|status| status.code())
    };
    let hello = || from_node::What::Hello(Hello::default());
    let (login, compute) = (stage.host("login1", "submit"), stage.host("cn1", "compute"));
    assert_eq!(attend(&login, hello()).await, Err(tonic::Code::PermissionDenied));
    assert_eq!(attend(&compute, from_node::What::Beat(Default::default())).await, Err(tonic::Code::InvalidArgument));
    assert_eq!(attend(&compute, hello()).await, Ok(()));
}
