//! An app like `shell` whose package brings scripts of its own: one says that it can run, one prepares the job's folder, one
//! tidies up. Its job runs only in a folder that the package prepared.

use tieline_hub::Config;
use tieline_hub::app::apps::publish;
use tieline_hub::clock::Clock;
use tieline_pack::{Entry, Package};

/// The app's name.
pub const SCRIPTED: &str = "scripted";
const SHELL: &str = include_str!("../../../../packages/shell/app.toml");
const PRE_SUBMIT: &str = r#"#!/bin/sh
cat >/dev/null
printf '{"ok":true}\n'
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
