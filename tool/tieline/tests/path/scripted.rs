//! An app like `shell` whose package brings scripts of its own: one says that it can run, one prepares the job's folder, one
//! tidies up. Its job runs only in a folder that the package prepared.

use tieline_hub::Config;
use tieline_hub::app::apps::publish;
use tieline_hub::clock::Clock;
use tieline_pack::{Entry, Package};

use crate::center::Center;
use crate::faults::on_fork;
use crate::storm;
use crate::world::World;

/// The app's name.
pub const SCRIPTED: &str = "scripted";
const SHELL: &str = include_str!("../../../../packages/shell/app.toml");
const PRE_SUBMIT: &str = r#"#!/bin/sh
cat >/dev/null
cat <<END
{"ok":true,"recommend":[{"nodes":1,"ppn":2,"walltime_s":90,"basis":"two hands are enough"}],"warnings":[{"code":"slow","msg":"this machine is slow at night"}],"est_output_bytes":2048}
END
"#;
const INITIALIZE: &str = r#"#!/bin/sh
set -e
cat >/dev/null
sleep 0.3
echo prepared >prepared
"$TIELINE_PUT" prepared prepared
printf '{"remote_dir":"%s"}\n' "$TIELINE_REMOTE_DIR"
"#;
const FINALIZE: &str = r#"#!/bin/sh
cat >/dev/null
sleep 0.3
printf '{"outputs":[]}\n'
"#;

/// Publishes the app at a hub that does not run, as the hub itself publishes what ships with it.
pub async fn publish_at(config: &str) {
    let (config, _) = Config::load(Some(config.as_ref()), std::iter::empty()).unwrap();
    let app = tieline_hub::App::open(config, Clock::default()).await.unwrap();
    publish(&app, &package()).await.unwrap();
}

fn package() -> Package {
    let manifest = SHELL.replace("id = \"shell\"", "id = \"scripted\"").replace("'chmod u+x", "'test -s prepared && chmod u+x");
    let files =
        [("app.toml", &*manifest), ("scripts/pre-submit", PRE_SUBMIT), ("scripts/initialize", INITIALIZE), ("scripts/finalize", FINALIZE)];
    let entry = |(path, text): (&str, &str)| Entry {
        path: path.parse().unwrap(),
        executable: path.starts_with("scripts/"),
        bytes: text.as_bytes().to_vec(),
    };
    Package::from_files(files.into_iter().map(entry)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_root_a_packages_own_check_advises_before_anything_is_made() {
    let mut center = Center::join(World::calm(), false, on_fork).await.open();
    storm::publish(&mut center).await;
    let alice = center.shell("alice");
    let script = alice.script("hello.sh", "echo hello");
    let asked = ["run", SCRIPTED, "-f", &script, "--check"];
    crate::platform::until("the machine can be asked", || alice.run(&asked).status() == 0);
    let told = alice.run(&asked).text();
    for line in ["suggested: --nodes 1 --cores 2 --time 00:01:30  two hands are enough", "warning: this machine is slow at night"] {
        assert!(told.contains(line), "{told}");
    }
    let answer = alice.run(&[&asked[..], &["--json"]].concat()).json();
    let advice = &answer["candidates"][0]["advice"];
    assert_eq!((&advice["suggestions"][0]["cores"], &advice["output_bytes"]), (&2.into(), &2048.into()), "{answer}");
}
