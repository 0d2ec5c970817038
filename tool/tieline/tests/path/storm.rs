//! Many jobs while everything that can break breaks, at moments and in an order that a seed decides.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tieline_model::job::Base;
use tieline_model::{ErrorKind, FileId, JobId};
use tieline_testkit::slurm::Cluster;
use tieline_testkit::sshd::Server;
use tieline_wire_api::Client;
use tieline_wire_api::files::{FolderEntry, ListFiles};
use tieline_wire_api::jobs::{CancelJob, CreateJob, Job, ListJobs};

use crate::center::Center;
use crate::judge::{Judge, Kind, Wish};
use crate::platform::Shell;

/// How long the platform may take for the rest once nothing breaks any more.
const CALM: Duration = Duration::from_secs(300);

/// How much.
#[derive(Clone, Copy, Debug)]
pub struct Strength {
    /// What decides everything that is left to chance.
    pub seed: u64,
    /// How many jobs.
    pub jobs: usize,
    /// How many of them are asked for between two faults.
    pub at_once: usize,
}

impl Strength {
    /// As given, or as the environment wants it.
    pub fn or_environment(self, jobs: &str) -> Self {
        let asked = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
        Self {
            seed: asked("TIELINE_FAULT_SEED").unwrap_or(self.seed),
            jobs: asked(jobs).map_or(self.jobs, |jobs: u64| usize::try_from(jobs).unwrap()),
            ..self
        }
    }
}

/// The platform in a storm.
struct Storm<'a> {
    center: &'a mut Center,
    site: Option<(&'a Cluster, &'a Server)>,
    client: Client,
    script: FileId,
    random: StdRng,
    wishes: Vec<Wish>,
    ids: Vec<JobId>,
    done: BTreeMap<&'static str, u32>,
}

/// Runs the jobs through the storm and gives every contradiction that is left at its end.
pub async fn weather(center: &mut Center, site: Option<(&Cluster, &Server)>, strength: Strength) {
    let alice = center.shell("alice");
    let judge = Judge::new(center.folder.path());
    let client = center.client(&alice);
    let script = upload(&client, &alice, &judge).await;
    let random = StdRng::seed_from_u64(strength.seed);
    let began = Instant::now();
    let mut storm = Storm { center, site, client, script, random, wishes: Vec::new(), ids: Vec::new(), done: BTreeMap::new() };
    while storm.wishes.len() < strength.jobs {
        for _ in 0..strength.at_once.min(strength.jobs - storm.wishes.len()) {
            storm.ask().await;
        }
        storm.cancel_some().await;
        storm.fault().await;
    }
    storm.cancel_the_endless().await;
    let stormy = began.elapsed();
    let jobs = storm.calm(&judge, &alice, strength).await;
    let count = |base| jobs.iter().filter(|job| job.base == base).count();
    println!(
        "{strength:?}: {} finished, {} failed, {} canceled; faults {:?}; {} s of storm, {} s in all",
        count(Base::Finished),
        count(Base::Failed),
        count(Base::Canceled),
        storm.done,
        stormy.as_secs(),
        began.elapsed().as_secs()
    );
}

impl Storm<'_> {
    /// Asks for one more job, until the hub has answered.
    async fn ask(&mut self) {
        let name = format!("n{}", self.wishes.len());
        let kind = match self.random.random_range(0..20) {
            0..=13 => Kind::Good,
            14..=17 => Kind::Bad,
            _ => Kind::Endless,
        };
        let tenths = self.random.random_range(0..15_u32);
        let args = format!("{name} {kind:?} {}.{}", tenths / 10, tenths % 10);
        let wish = CreateJob {
            app: "shell".to_owned(),
            params: [("args".to_owned(), args.into())].into_iter().collect(),
            files: BTreeMap::from([("script".to_owned(), vec![self.script])]),
            cores: Some(1),
            time_s: Some(300),
            name: Some(name.clone()),
            ..CreateJob::default()
        };
        let job = self
            .insist(|client| {
                let (wish, name) = (wish.clone(), name.clone());
                async move { client.create_job_once(&wish, &name).await }
            })
            .await;
        self.wishes.push(Wish { name, kind, cancelled: false });
        self.ids.push(job.id);
    }

    /// Cancels some job that was asked for, in whatever state it is.
    async fn cancel_some(&mut self) {
        if self.random.random_bool(0.4) {
            let which = self.random.random_range(0..self.wishes.len());
            self.cancel(which).await;
        }
    }

    async fn cancel_the_endless(&mut self) {
        for which in 0..self.wishes.len() {
            if self.wishes[which].kind == Kind::Endless && !self.wishes[which].cancelled {
                self.cancel(which).await;
            }
        }
    }

    async fn cancel(&mut self, which: usize) {
        let job = self.ids[which];
        // Before the word is out: it may be kept although the answer is lost.
        self.wishes[which].cancelled = true;
        self.insist(|client| async move { client.cancel_job(job, &CancelJob::default()).await }).await;
    }

    /// Something breaks, and after a moment it is mended.
    async fn fault(&mut self) {
        let pause = Duration::from_millis(self.random.random_range(0..1500));
        let kinds = if self.site.is_some() { 5 } else { 3 };
        let name = match (self.random.random_range(0..kinds), self.site) {
            (0, _) => {
                self.center.kill_hub();
                tokio::time::sleep(pause / 3).await;
                self.center.start_hub();
                "hub killed"
            }
            (1, _) => {
                self.center.kill_gateway();
                tokio::time::sleep(pause / 3).await;
                self.center.start_gateway();
                "gateway killed"
            }
            (3, Some((cluster, _))) => {
                cluster.stop_controller().await.unwrap();
                tokio::time::sleep(pause * 3).await;
                cluster.start_controller().await.unwrap();
                "controller stopped"
            }
            (4, Some((_, login))) => {
                login.close().await.unwrap();
                tokio::time::sleep(pause).await;
                login.open().await.unwrap();
                "login node closed"
            }
            _ => {
                self.center.link.cut();
                tokio::time::sleep(pause).await;
                self.center.link.mend();
                "link cut"
            }
        };
        *self.done.entry(name).or_default() += 1;
        tokio::time::sleep(pause).await;
    }

    /// Waits until every job is final and nothing contradicts the file.
    async fn calm(&self, judge: &Judge, alice: &Shell, strength: Strength) -> Vec<Job> {
        let end = Instant::now() + CALM;
        loop {
            let jobs: Vec<Job> = self.insist(|client| async move { client.whole(&["jobs"], &ListJobs::default()).await }).await.items;
            let open = jobs.iter().filter(|job| !job.state.is_final()).count();
            let account = alice.run(&["account", "show", "alice", "--json"]);
            if open == 0 || Instant::now() > end {
                let faults = judge.verdict(&self.wishes, &jobs, &account.json());
                if faults.is_empty() {
                    return jobs;
                }
                let logs = || format!("hub:\n{}\ngateway:\n{}", self.center.log("hub"), self.center.log("gateway"));
                assert!(Instant::now() < end, "{strength:?} after {:?}:\n{}\n{}", self.done, faults.join("\n"), logs());
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Asks again as long as the hub is away.
    async fn insist<T, F: Future<Output = tieline_model::Result<T>>>(&self, ask: impl Fn(Client) -> F) -> T {
        let end = Instant::now() + CALM;
        loop {
            match ask(self.client.clone()).await {
                Err(error) if error.kind() == ErrorKind::Unavailable && Instant::now() < end => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                answer => return answer.unwrap(),
            }
        }
    }
}

/// Brings the script to the hub.
async fn upload(client: &Client, alice: &Shell, judge: &Judge) -> FileId {
    alice.script("judged.sh", &judge.script());
    alice.run(&["cp", "judged.sh", "tl:judged.sh"]).text();
    let files = client.list_files(&ListFiles::default()).await.unwrap().items;
    let id = files.into_iter().find_map(|entry| match entry {
        FolderEntry::File(file) => Some(file.id),
        FolderEntry::Folder { .. } => None,
    });
    id.unwrap()
}
