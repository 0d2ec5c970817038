//! One death at each side of each point, while a researcher and an administrator use the platform, judged by the same file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256 as Hasher};
use tieline_fault::Point;
use tieline_model::job::Base;
use tieline_model::{Currency, FileId, JobId, Result, Sha256};
use tieline_testkit::slurm::SlurmOptions;
use tieline_wire_api::Client;
use tieline_wire_api::jobs::{CancelJob, CreateJob, Job};
use tieline_wire_api::money::{Money, SetPrice, TopUp};

use crate::center::{Center, MACHINE};
use crate::faults::on_fork;
use crate::judge::{Judge, Kind, Wish};
use crate::platform::{PATIENCE, Shell};
use crate::scripted::SCRIPTED;
use crate::slurm::{Shown, Site};
use crate::storm::{self, all_jobs, publish, upload};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_root_no_job_is_lost_or_doubled_by_a_death_at_any_point_of_hub_gateway_and_supervisor() {
    use tieline_gateway::points::{FORK, GATEWAY, SCRIPTS, SUPERVISOR};
    use tieline_hub::points::{JOBS, PEOPLE};
    let mut world = World::calm();
    world.folder_days = Some(0);
    let mut center = Center::join(world, false, on_fork).await.open();
    let mut walk = Walk::begin(&mut center, true).await;
    walk.die_at(&mut center, &[PEOPLE, JOBS].concat(), &[GATEWAY, FORK, SCRIPTS].concat()).await;
    walk.lost = true;
    walk.die_at(&mut center, &[], SUPERVISOR).await;
    walk.judge(&mut center).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_slurm_over_ssh_no_job_is_lost_or_doubled_by_a_death_at_any_point_there() {
    let mut site = Site::start(Shown::Certificates, SlurmOptions::default()).await;
    let mut walk = Walk::begin(&mut site.center, false).await;
    walk.die_at(&mut site.center, &[], tieline_gateway::points::SLURM).await;
    walk.judge(&mut site.center).await;
}

/// How long rounds go on until somebody comes to a point.
const ROUNDS: Duration = Duration::from_secs(40);

/// What goes on while processes die.
struct Walk {
    alice: Shell,
    client: Client,
    admin: Client,
    judge: Judge,
    script: FileId,
    scripted: bool,
    /// Whether a job's supervisor may be the one that dies.
    lost: bool,
    wishes: Vec<Wish>,
    rounds: u32,
}

impl Walk {
    async fn begin(center: &mut Center, scripted: bool) -> Self {
        publish(center).await;
        let alice = center.shell("alice");
        let admin = center.shell("admin");
        let judge = Judge::new(center.folder.path());
        let client = center.client(&alice);
        let admin = center.client(&admin);
        let script = upload(&client, &alice, &judge).await;
        Self { alice, client, admin, judge, script, scripted, lost: false, wishes: Vec::new(), rounds: 0 }
    }

    /// Lets one process die at each side of each point, one of the hub and one of the gateway at a time.
    async fn die_at(&mut self, center: &mut Center, hub: &[Point], gateway: &[Point]) {
        let sides = |points: &[Point]| points.iter().flat_map(|point| point.sides()).collect::<Vec<_>>();
        let (hub, gateway) = (sides(hub), sides(gateway));
        for round in 0..hub.len().max(gateway.len()) {
            let sides = [hub.get(round), gateway.get(round)].into_iter().flatten();
            let sides: Vec<&str> = sides.flat_map(|side| led_to(side)).collect();
            // Some points are met only at a start.
            center.kill_gateway();
            forget_what_is_kept(center);
            for side in &sides {
                center.world.points.arm(side, 0).unwrap();
            }
            center.start_gateway();
            self.until_all_died(center, &sides).await;
        }
    }

    async fn until_all_died(&mut self, center: &mut Center, sides: &[&str]) {
        let points = center.world.points.clone();
        let end = Instant::now() + ROUNDS;
        let revived = async {
            loop {
                center.revive();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let armed = || sides.iter().filter(|side| points.is_armed(side)).copied().collect::<Vec<_>>();
        let walked = async {
            while !armed().is_empty() {
                // Whoever asked while a process died asks again in the next round.
                let done = self.round(&|| armed().is_empty()).await;
                if Instant::now() > end {
                    return Some(format!("nobody came to {:?}, the last round gave {done:?}", armed()));
                }
            }
            None
        };
        let missed = tokio::select! {
            missed = walked => missed,
            () = revived => None,
        };
        assert!(missed.is_none(), "{}\n{}\n{}", missed.unwrap_or_default(), center.log("hub"), center.log("gateway"));
    }

    /// Everything a job, a file, a price and a token can meet.
    async fn round(&mut self, over: &dyn Fn() -> bool) -> Result<()> {
        self.rounds += 1;
        let good = self.ask(Kind::Good, "shell").await;
        let endless = self.ask(Kind::Endless, "shell").await;
        if self.scripted {
            self.ask(Kind::Good, SCRIPTED).await;
        }
        let done = self.use_the_desk().await;
        self.until(good, over, |job| job.state.is_final()).await;
        self.until(endless, over, |job| job.state.is_final() || job.base == Base::Running).await;
        self.cancel_the_endless().await;
        done
    }

    async fn use_the_desk(&self) -> Result<()> {
        let name = format!("round {}", self.rounds);
        let blocked = self.admin.set_blocked("bob", self.rounds.is_multiple_of(2)).await;
        let (machine, currency) = (MACHINE.to_owned(), Currency::CNY);
        let price = SetPrice { machine, queue: None, account: None, currency, core_hour: 36_000_000, node_hour: 0, gpu_hour: 0 };
        let priced = self.admin.set_price(&price).await;
        let paid = self.admin.top_up("bob", &TopUp { sum: Money { micros: 1, currency }, reason: name.clone() }).await;
        let file = self.client.upload(&self.file(&name), &format!("walk/{name}").parse()?, name.len() as u64, sum(&name), &|_| ()).await?;
        self.client.delete_file(file).await?;
        blocked.and(priced.map(drop)).and(paid.map(drop))
    }

    /// A file on this side whose content nobody has seen yet.
    fn file(&self, content: &str) -> PathBuf {
        let path = self.alice.home.join("walk.txt");
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Asks for one more job, until the hub has answered.
    async fn ask(&mut self, kind: Kind, app: &str) -> JobId {
        let name = format!("n{}", self.wishes.len());
        self.wishes.push(Wish { name: name.clone(), kind, cancelled: kind == Kind::Endless, lost: self.lost });
        let wish = CreateJob {
            app: app.to_owned(),
            params: [("args".to_owned(), format!("{name} {kind:?} 0").into())].into_iter().collect(),
            files: BTreeMap::from([("script".to_owned(), vec![self.script])]),
            cores: Some(1),
            time_s: Some(300),
            name: Some(name.clone()),
            ..CreateJob::default()
        };
        let ask = |client: Client| {
            let (wish, name) = (wish.clone(), name.clone());
            async move { client.create_job_once(&wish, &name).await }
        };
        storm::insist(&self.client, ask).await.id
    }

    async fn cancel_the_endless(&self) {
        for job in all_jobs(&self.client).await {
            let endless = self.wishes.iter().any(|wish| wish.name == job.name && wish.kind == Kind::Endless);
            if endless && !job.state.is_final() {
                storm::insist(&self.client, |client| async move { client.cancel_job(job.id, &CancelJob::default()).await }).await;
            }
        }
    }

    /// Waits until a job is so, or the round is over.
    async fn until(&self, id: JobId, over: &dyn Fn() -> bool, so: impl Fn(&Job) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !over() && !so(&storm::insist(&self.client, |client| async move { client.get_job(id).await }).await.job) {
            assert!(Instant::now() < end, "{id} does not go on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until everything is over and lets the judge speak.
    async fn judge(self, center: &mut Center) {
        // The last one to die may be about to.
        tokio::time::sleep(Duration::from_secs(1)).await;
        center.revive();
        self.cancel_the_endless().await;
        let jobs = storm::calm(center, &self.client, &self.judge, &self.alice, &self.wishes, "at every point").await;
        println!("{} jobs in {} rounds", jobs.len(), self.rounds);
    }
}

/// A point that the hub meets only at a start needs one: it dies at another before, once a job waits or is over.
fn led_to(side: &str) -> Vec<&str> {
    match side.rsplit_once('.') {
        Some(("wait.commit", _)) => vec!["job.commit.after", side],
        Some(("expiry.commit", _)) => vec!["change.commit.after", side],
        _ => vec![side],
    }
}

/// What the gateway fetches or makes only once is to be fetched or made again.
fn forget_what_is_kept(center: &Center) {
    let state = center.folder.path().join("gateway");
    let _ = std::fs::remove_dir_all(state.join("packages/open"));
    for kept in ["packages", "ssh/_authority/users/tlu1"] {
        for entry in std::fs::read_dir(state.join(kept)).into_iter().flatten().flatten() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn sum(text: &str) -> Sha256 {
    Sha256(Hasher::digest(text).into())
}
