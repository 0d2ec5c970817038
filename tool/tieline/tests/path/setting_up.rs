//! Deaths where hub and gateway write what they are known by: keys, certificates, what a hub is set up with.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tieline_testkit::points::Points;

use crate::center::Center;
use crate::faults::on_fork;
use crate::platform::{command, until};
use crate::world::World;

const DAY: i64 = 86_400;

#[test]
fn a_hub_is_set_up_whole_after_a_fault_at_any_point_of_it() {
    for side in tieline_hub::points::SET_UP.iter().flat_map(|point| point.sides()) {
        for passes in 0..2 {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("hub.toml"), format!("state = \"{}/hub\"\n", folder.path().display())).unwrap();
            let points = Points::at(&folder.path().join("points")).unwrap();
            points.arm(&side, passes).unwrap();
            let died = init(folder.path(), &points);
            assert_eq!((died.signal(), points.disarm(&side)), (Some(9), false), "{side}");
            assert!(init(folder.path(), &points).success(), "a second try after {side}");
        }
    }
}

fn init(folder: &Path, points: &Points) -> ExitStatus {
    let config = folder.join("hub.toml").display().to_string();
    let mut init = command(&["hub", "init", "--config", &config, "--quiet"]);
    init.env(tieline_fault::FOLDER, points.folder()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_root_a_gateway_has_a_fresh_certificate_after_a_fault_at_any_point_of_its_renewal() {
    let mut center = Center::join(World::calm().with_clocks(), false, on_fork).await.open();
    let identity = center.folder.path().join("gateway/identity/identity.json");
    let known = || -> Value { serde_json::from_slice(&std::fs::read(&identity).unwrap()).unwrap() };
    let old = known();
    center.kill_gateway();
    center.kill_hub();
    for clock in center.world.clocks.iter().flatten() {
        clock.set(25 * DAY).unwrap();
    }
    center.start_hub();
    center.until_hub_answers();
    let admin = center.shell("admin");
    let sides: Vec<_> = tieline_gateway::points::IDENTITY.iter().flat_map(|point| point.sides()).collect();
    sides.iter().for_each(|side| center.world.points.arm(side, 0).unwrap());
    until("it died everywhere", || {
        center.revive();
        !sides.iter().any(|side| center.world.points.is_armed(side))
    });
    until("the gateway is there", || {
        // The last one to die may only be about to when its point is no longer armed.
        center.revive();
        let said = admin.run(&["machines", "--json"]).json();
        said["items"].as_array().is_some_and(|all| all.iter().any(|one| one["connected"] == true))
    });
    assert_ne!(old["certificate_pem"], known()["certificate_pem"]);
    assert_eq!(old["gateway"], known()["gateway"]);
}
