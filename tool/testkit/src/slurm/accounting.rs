//! Slurm's accounting: a private MariaDB, slurmdbd on top of it, one account with the users in it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Cluster, conf};
use crate::part::{need, text};
use crate::wait_until;

/// Starts it; munge runs already, the controller does not yet.
pub(super) async fn start(cluster: &Cluster) -> Result<()> {
    need("slurmdbd", "slurmdbd")?;
    need("mariadbd", "mariadb-server")?;
    start_database(cluster).await?;
    let file = cluster.capsule.folder().join("slurmdbd.conf");
    std::fs::write(&file, conf::slurmdbd(cluster.capsule.folder(), &cluster.ports))?;
    std::fs::set_permissions(&file, Permissions::from_mode(0o600))?;
    cluster.daemon("slurmdbd", &["slurmdbd", "-D"]).await?;
    wait_until("slurmdbd knows the cluster", Duration::from_secs(60), async || {
        cluster.command(&["sacctmgr", "-i", "add", "cluster", "testkit"]).await.is_ok()
    })
    .await
    .with_context(|| cluster.capsule.log("slurmdbd"))?;
    cluster.command(&["sacctmgr", "-i", "add", "account", "tieline", "Description=tests", "Organization=tests"]).await?;
    let users = cluster.options.users.join(",");
    cluster.command(&["sacctmgr", "-i", "add", "user", &users, "Account=tieline"]).await?;
    Ok(())
}

async fn start_database(cluster: &Cluster) -> Result<()> {
    let folder = text(cluster.capsule.folder());
    let small = "--innodb-log-file-size=8M";
    cluster
        .capsule
        .run(format!(
            "install -d -o mysql -g mysql {folder}/database &&
             mariadb-install-db --no-defaults --user=mysql --datadir={folder}/database --auth-root-authentication-method=normal --skip-test-db {small}"
        ))
        .await?;
    let arguments = [
        "mariadbd".to_owned(),
        "--no-defaults".to_owned(),
        "--user=mysql".to_owned(),
        format!("--datadir={folder}/database"),
        format!("--socket={folder}/database/socket"),
        format!("--pid-file={folder}/database/pid"),
        format!("--port={}", cluster.ports.database.number()),
        "--bind-address=127.0.0.1".to_owned(),
        "--innodb-buffer-pool-size=64M".to_owned(),
        "--innodb-lock-wait-timeout=900".to_owned(),
        "--innodb-flush-log-at-trx-commit=0".to_owned(),
        small.to_owned(),
    ];
    let argv: Vec<&str> = arguments.iter().map(String::as_str).collect();
    cluster.capsule.spawn("mariadbd", &argv).await?;
    let grants: String = ["localhost", "127.0.0.1"]
        .map(|host| {
            format!("create user slurm@'{host}' identified by 'only-for-this-test'; grant all on slurm_acct_db.* to slurm@'{host}';")
        })
        .concat();
    cluster
        .capsule
        .run(format!(
            "for i in $(seq 600); do mariadb --no-defaults -S {folder}/database/socket -uroot -e 'select 1' >/dev/null 2>&1 && break; sleep 0.05; done
             mariadb --no-defaults -S {folder}/database/socket -uroot -e \"create database slurm_acct_db; {grants}\""
        ))
        .await
        .with_context(|| cluster.capsule.log("mariadbd"))
        .map(drop)
}
