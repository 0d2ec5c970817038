//! Many jobs while everything that can break breaks, at moments and in an order that a seed decides.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tieline_model::job::Base;
use tieline_model::{ErrorKind, FileId, JobId, Result};
use tieline_testkit::slurm::Cluster;
use tieline_testkit::sshd::Server;
use tieline_wire_api::Client;
use tieline_wire_api::files::{FolderEntry, ListFiles};
use tieline_wire_api::jobs::{CancelJob, CreateJob, Job, ListJobs};

use crate::center::Center;
use crate::fault::{Fault, Faults};
use crate::judge::{Judge, Kind, Wish};
use crate::platform::Shell;
use crate::scripted::{SCRIPTED, publish_at};

/// How long the platform may take for the rest once nothing breaks any more.
const CALM: Duration = Duration::from_secs(300);

/// How long each job may run, in seconds: longer than any storm lasts.
const LIMIT_S: u64 = 900;

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
    faults: Faults<'a>,
    client: Client,
    script: FileId,
    random: StdRng,
    wishes: Vec<Wish>,
    ids: Vec<JobId>,
    done: BTreeMap<Fault, u32>,
}

/// Runs the jobs through the storm and gives every contradiction that is left at its end.
pub async fn weather(center: &mut Center, site: Option<(&Cluster, &Server)>, strength: Strength) {
    let alice = center.shell("alice");
    publish(center).await;
    center.world.right_time();
    let judge = Judge::new(center.folder.path());
    let client = center.client(&alice);
    let script = upload(&client, &alice, &judge).await;
    let random = StdRng::seed_from_u64(strength.seed);
    let began = Instant::now();
    let faults = Faults::of(site);
    let mut storm = Storm { center, faults, client, script, random, wishes: Vec::new(), ids: Vec::new(), done: BTreeMap::new() };
    while storm.wishes.len() < strength.jobs {
        for _ in 0..strength.at_once.min(strength.jobs - storm.wishes.len()) {
            storm.ask().await;
        }
        storm.cancel_some().await;
        storm.fault().await;
    }
    storm.cancel_the_endless().await;
    let stormy = began.elapsed();
    let told = format!("{strength:?} after {:?}", storm.done);
    let jobs = calm(storm.center, &storm.client, &judge, &alice, &storm.wishes, &told).await;
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
        let app = if self.random.random_bool(0.3) { SCRIPTED } else { "shell" };
        let wish = CreateJob {
            app: app.to_owned(),
            params: [("args".to_owned(), args.into())].into_iter().collect(),
            files: BTreeMap::from([("script".to_owned(), vec![self.script])]),
            cores: Some(1),
            time_s: Some(LIMIT_S),
            name: Some(name.clone()),
            ..CreateJob::default()
        };
        let job = self
            .insist(|client| {
                let (wish, name) = (wish.clone(), name.clone());
                async move { client.create_job_once(&wish, &name).await }
            })
            .await;
        self.wishes.push(Wish { name, kind, cancelled: false, lost: false });
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
        if let Some(fault) = self.faults.next(self.center, &mut self.random).await {
            *self.done.entry(fault).or_default() += 1;
        }
    }

    /// Asks again as long as the hub is away.
    async fn insist<T, F: Future<Output = Result<T>>>(&self, ask: impl Fn(Client) -> F) -> T {
        insist(&self.client, ask).await
    }
}

/// Waits until every job is final and nothing contradicts the file. `told` says which test this is.
pub async fn calm(center: &mut Center, client: &Client, judge: &Judge, alice: &Shell, wishes: &[Wish], told: &str) -> Vec<Job> {
    let end = Instant::now() + CALM;
    center.world.right_time();
    loop {
        center.revive();
        let jobs = all_jobs(client).await;
        let open = jobs.iter().filter(|job| !job.state.is_final()).count();
        let account = alice.run(&["account", "show", "alice", "--json"]);
        if open == 0 || Instant::now() > end {
            let faults = judge.verdict(wishes, &jobs, &account.json());
            if faults.is_empty() {
                return jobs;
            }
            let logs = || format!("hub:\n{}\ngateway:\n{}", center.log("hub"), center.log("gateway"));
            let told_of = |job: &&Job| faults.iter().any(|fault| fault.contains(&job.id.to_string()));
            let why = |job: &Job| alice.run(&["job", "explain", &job.id.to_string()]).text();
            let reasons = || jobs.iter().filter(told_of).map(why).collect::<Vec<_>>().join("\n");
            assert!(Instant::now() < end, "{told}:\n{}\n{}\n{}", faults.join("\n"), reasons(), logs());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// All jobs of this person.
pub async fn all_jobs(client: &Client) -> Vec<Job> {
    insist(client, |client| async move { client.whole(&["jobs"], &ListJobs::default()).await }).await.items
}

/// Asks again as long as the hub is away.
pub async fn insist<T, F: Future<Output = Result<T>>>(client: &Client, ask: impl Fn(Client) -> F) -> T {
    let end = Instant::now() + CALM;
    loop {
        match ask(client.clone()).await {
            Err(error) if error.kind() == ErrorKind::Unavailable && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => return answer.unwrap(),
        }
    }
}

/// Brings the app with scripts of its own to the hub, which stands still meanwhile.
pub async fn publish(center: &mut Center) {
    center.kill_hub();
    publish_at(&center.folder.path().join("hub.toml").display().to_string()).await;
    center.start_hub();
    center.until_hub_answers();
}

/// Brings the script to the hub.
pub async fn upload(client: &Client, alice: &Shell, judge: &Judge) -> FileId {
    alice.script("judged.sh", &judge.script());
    alice.run(&["cp", "judged.sh", "tl:judged.sh"]).text();
    let files = client.list_files(&ListFiles::default()).await.unwrap().items;
    let id = files.into_iter().find_map(|entry| match entry {
        FolderEntry::File(file) => Some(file.id),
        FolderEntry::Folder { .. } => None,
    });
    id.unwrap()
}
