//! What can break, and how it is broken and mended.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt};
use tieline_fault::Point;
use tieline_testkit::slurm::Cluster;
use tieline_testkit::sshd::Server;

use crate::center::Center;
use crate::processes::{below, kill, with_words};
use crate::world::STEP;

/// Something that breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The hub is killed at some moment.
    HubKilled,
    /// The gateway is killed at some moment.
    GatewayKilled,
    /// The hub kills itself at a point.
    HubAtPoint,
    /// The gateway kills itself at a point.
    GatewayAtPoint,
    /// A process of a package's script is killed.
    ScriptKilled,
    /// The wire between gateway and hub is cut.
    LinkCut,
    /// Hub or gateway see another time of day.
    ClockSet,
    /// The gateway's disk is full, and perhaps the gateway is killed meanwhile.
    DiskFull,
    /// Slurm's controller is stopped.
    ControllerStopped,
    /// The login node lets nobody in.
    LoginClosed,
}

/// What can break on every machine, and what only on a Slurm behind ssh.
const EVERYWHERE: [Fault; 8] = [
    Fault::HubKilled,
    Fault::GatewayKilled,
    Fault::HubAtPoint,
    Fault::GatewayAtPoint,
    Fault::ScriptKilled,
    Fault::LinkCut,
    Fault::ClockSet,
    Fault::DiskFull,
];
const ON_SLURM: [Fault; 2] = [Fault::ControllerStopped, Fault::LoginClosed];

/// The faults of a storm, in rounds: in each, everything breaks once, in an order that chance decides.
pub struct Faults<'a> {
    site: Option<(&'a Cluster, &'a Server)>,
    left: Vec<Fault>,
    first: Vec<Fault>,
}

impl<'a> Faults<'a> {
    /// Those of this machine.
    pub fn of(site: Option<(&'a Cluster, &'a Server)>) -> Self {
        Self { site, left: Vec::new(), first: vec![Fault::LinkCut, Fault::ControllerStopped] }
    }

    /// Breaks something, and mends it after a moment. `None` where chance had it that nothing broke.
    pub async fn next(&mut self, center: &mut Center, random: &mut StdRng) -> Option<Fault> {
        if self.left.is_empty() {
            self.left = EVERYWHERE.to_vec();
            self.left.extend(self.site.iter().flat_map(|_| ON_SLURM));
            self.left.shuffle(random);
        }
        let fault = self.left.pop()?;
        let pause = Duration::from_millis(random.random_range(0..1500));
        // The first of its kind lasts longer than anybody is patient.
        let long = self.first.contains(&fault);
        self.first.retain(|kind| *kind != fault);
        let broke = match (fault, self.site) {
            (Fault::HubKilled, _) => {
                center.kill_hub();
                tokio::time::sleep(pause / 3).await;
                center.start_hub();
                true
            }
            (Fault::GatewayKilled, _) => {
                center.kill_gateway();
                tokio::time::sleep(pause / 3).await;
                center.start_gateway();
                true
            }
            (Fault::HubAtPoint, _) => at_point(center, &[tieline_hub::points::JOBS], random).await,
            (Fault::GatewayAtPoint, _) => at_point(center, gateways_points(self.site.is_some()), random).await,
            (Fault::ScriptKilled, _) => script(center, random).await,
            (Fault::ClockSet, _) => {
                let clocks = center.world.clocks.as_ref().unwrap();
                clocks.choose(random).unwrap().set([-STEP, 0, STEP][random.random_range(0..3)]).unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
                true
            }
            (Fault::DiskFull, _) => {
                disk(center, pause, random.random_bool(0.5)).await;
                true
            }
            (Fault::ControllerStopped, Some((cluster, _))) => {
                cluster.stop_controller().await.unwrap();
                tokio::time::sleep(if long { minutes(1, 8) } else { pause * 2 }).await;
                cluster.start_controller().await.unwrap();
                true
            }
            (Fault::LoginClosed, Some((_, login))) => {
                login.close().await.unwrap();
                tokio::time::sleep(pause).await;
                login.open().await.unwrap();
                true
            }
            (Fault::ControllerStopped | Fault::LoginClosed, None) => false,
            (Fault::LinkCut, _) => {
                center.link.cut();
                tokio::time::sleep(if long { minutes(3, 10) } else { pause }).await;
                center.link.mend();
                true
            }
        };
        tokio::time::sleep(pause / 2).await;
        center.revive();
        broke.then_some(fault)
    }
}

/// So many minutes where `TIELINE_FAULT_MINUTES` is set, else so many seconds.
fn minutes(minutes: u64, seconds: u64) -> Duration {
    if std::env::var_os("TIELINE_FAULT_MINUTES").is_some() { Duration::from_secs(minutes * 60) } else { Duration::from_secs(seconds) }
}

fn gateways_points(slurm: bool) -> &'static [&'static [Point]] {
    use tieline_gateway::points::{FORK, GATEWAY, SCRIPTS, SLURM};
    if slurm { &[GATEWAY, SCRIPTS, SLURM] } else { &[GATEWAY, SCRIPTS, FORK] }
}

/// Arms one side of some point for a moment. Tells whether anybody died there.
async fn at_point(center: &mut Center, points: &[&[Point]], random: &mut impl Rng) -> bool {
    let points: Vec<Point> = points.concat();
    let side = points.choose(random).unwrap().sides()[random.random_range(0..2)].clone();
    center.world.points.arm(&side, random.random_range(0..3)).unwrap();
    for _ in 0..60 {
        if !center.world.points.is_armed(&side) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let died = !center.world.points.disarm(&side);
    if died {
        center.revive_the_dead();
    }
    died
}

/// Kills some process of a script that runs just now. Tells whether one did.
async fn script(center: &mut Center, random: &mut impl Rng) -> bool {
    for _ in 0..150 {
        let of_gateway = below(center.gateway_pid());
        let mut scripts = with_words(&of_gateway, &["sandbox", "--spec"]);
        scripts.extend(scripts.clone().into_iter().flat_map(below));
        if let Some(pid) = scripts.choose(random) {
            kill(*pid);
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// The disk fills up, also where the gateway gives its ballast up; what the gateway then does may be cut off as well.
async fn disk(center: &mut Center, pause: Duration, killed: bool) {
    let fill = |center: &Center| center.world.disk.as_ref().unwrap().fill().unwrap();
    fill(center);
    tokio::time::sleep(pause).await;
    if killed {
        center.kill_gateway();
        center.start_gateway();
    }
    fill(center);
    tokio::time::sleep(pause).await;
    center.world.disk.as_ref().unwrap().free();
}
