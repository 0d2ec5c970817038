//! A machine behind a real OpenSSH server.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use tieline_gateway::io::site::{Command, Site};
use tieline_gateway::io::ssh::{Keys, SshAuthority, SshSite};
use tieline_model::ErrorKind;
use tieline_testkit::sshd::SshOptions;
use tieline_testkit::{users, wait_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::parts::{config, login, user};

#[tokio::test]
async fn a_command_runs_as_its_user_with_its_words_input_output_and_status() {
    let login = login(&["tls0", "tls1"], SshOptions::default(), |_| ()).await;
    let hostile = "it's $(touch x) `id` \"\n!\\ *";
    let mut running = login
        .site
        .start(Some(&user("tls1")), Command::shell(r#"id -un; printf '%s|' "$1"; cat; echo no >&2; exit 7"#, [hostile]))
        .await
        .unwrap();
    let mut stdin = running.stdin().unwrap();
    stdin.write_all(b"input").await.unwrap();
    drop(stdin);
    let mut printed = String::new();
    running.stdout().unwrap().read_to_string(&mut printed).await.unwrap();
    assert_eq!(printed, format!("tls1\n{hostile}|input"));
    let done = running.wait().await.unwrap();
    assert_eq!((done.status, done.stderr.as_str()), (7, "no\n"));
    assert_eq!(login.site.job_root(&user("tls1")).await.unwrap(), "/home/tls1/tieline");
    let service = tieline_gateway::io::output::output(login.site.as_ref(), None, Command::new(["id", "-un"])).await.unwrap();
    assert_eq!(service.stdout, "tls0\n");
}

#[tokio::test]
async fn a_certificate_opens_its_own_users_door_and_no_other() {
    let login = login(&["tls0", "tls1"], SshOptions::default(), |_| ()).await;
    // The line of tls0 in the file of tls1: the principal does not fit.
    login.server.revoke("tls1").unwrap();
    login.server.authorize("tls1", &login.authority.authority_line(&user("tls0"))).unwrap();
    let error = login.shell("tls1", "true").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    let key = login.folder.path().join("authority/_authority/key");
    assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(login.shell("tls0", "true").await.is_ok());
}

#[tokio::test]
async fn sites_that_share_an_authority_sign_at_the_same_time() {
    let login = login(&["tls0", "tls6"], SshOptions::default(), |_| ()).await;
    let folder = login.folder.path().join("authority");
    let others = (0..4).map(|number| {
        let (folder, config) = (folder.clone(), config(&login.server, "tls0"));
        let own = login.folder.path().join(format!("machine-{number}"));
        tokio::spawn(async move {
            let site = SshSite::new(config, Arc::new(SshAuthority::open(folder).await?), &own)?;
            tieline_gateway::io::output::output(&site, Some(&user("tls6")), Command::new(["id", "-un"])).await
        })
    });
    for other in others.collect::<Vec<_>>() {
        assert_eq!(other.await.unwrap().unwrap().stdout, "tls6\n");
    }
}

#[tokio::test]
async fn a_plain_key_opens_the_door_too() {
    let login = login(&["tls0"], SshOptions::default(), |_| ()).await;
    let public = std::fs::read_to_string(login.server.key_file("tls0").with_extension("pub")).unwrap();
    login.server.authorize("tls0", &public).unwrap();
    let mut config = config(&login.server, "tls0");
    config.keys = Keys::File(login.server.key_file("tls0"));
    let site = SshSite::new(config, Arc::clone(&login.authority), &login.folder.path().join("plain")).unwrap();
    let output = tieline_gateway::io::output::output(&site, None, Command::new(["id", "-un"])).await.unwrap();
    assert_eq!(output.stdout, "tls0\n");
}

#[tokio::test]
async fn a_host_with_another_key_is_not_spoken_to() {
    let login = login(&["tls0"], SshOptions::default(), |_| ()).await;
    let mut config = config(&login.server, "tls0");
    config.host_keys = vec!["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ".to_owned()];
    let site = SshSite::new(config, Arc::clone(&login.authority), &login.folder.path().join("other")).unwrap();
    let error = site.start(None, Command::new(["true"])).await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().contains("another host key"), "{error}");
}

#[tokio::test]
async fn sshs_own_failure_and_the_commands_status_255_are_told_apart() {
    let login = login(&["tls0"], SshOptions::default(), |_| ()).await;
    let output = login.shell("tls0", "echo x >&2; exit 255").await.unwrap();
    assert_eq!((output.done.status, output.done.stderr.as_str()), (255, "x\n"));
    let mut running = login.site.start(None, Command::shell("echo on; sleep 300", [""; 0])).await.unwrap();
    let mut first = [0; 3];
    running.stdout().unwrap().read_exact(&mut first).await.unwrap();
    login.server.close().await.unwrap();
    let error = running.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(login.shell("tls0", "true").await.unwrap_err().kind(), ErrorKind::Unavailable);
    login.server.open().await.unwrap();
    assert_eq!(login.shell("tls0", "true").await.unwrap().done.status, 0, "the next command finds the machine again");
}

#[tokio::test]
async fn a_commands_own_limit_ends_it_on_the_machine() {
    let login = login(&["tls0", "tls2"], SshOptions::default(), |_| ()).await;
    let command = Command::new(["sleep", "300"]).within(Duration::from_secs(1));
    assert_eq!(login.run("tls2", command).await.unwrap().done.status, 124);
    wait_until("the command is gone", Duration::from_secs(20), async || !runs("tls2", "sleep 300")).await.unwrap();
}

#[tokio::test]
async fn a_cut_connection_leaves_nothing_behind() {
    let login = login(&["tls0", "tls3"], SshOptions::default(), |_| ()).await;
    let mut running = login.site.start(Some(&user("tls3")), Command::shell("echo on; sleep 301", [""; 0])).await.unwrap();
    let mut first = [0; 3];
    running.stdout().unwrap().read_exact(&mut first).await.unwrap();
    assert!(runs("tls3", "sleep 301"));
    login.server.close().await.unwrap();
    wait_until("the command is gone", Duration::from_secs(30), async || !runs("tls3", "sleep 301")).await.unwrap();
}

#[tokio::test]
async fn more_commands_than_the_server_allows_sessions_wait_for_each_other() {
    let options = SshOptions { max_sessions: 3, ..SshOptions::default() };
    let login = Arc::new(login(&["tls0"], options, |config| config.sessions = 3).await);
    let many = (0..12).map(|number| {
        let login = Arc::clone(&login);
        tokio::spawn(async move { login.run("tls0", Command::new(["echo".to_owned(), number.to_string()])).await })
    });
    for (number, task) in many.collect::<Vec<_>>().into_iter().enumerate() {
        let output = task.await.unwrap().unwrap();
        assert_eq!((output.stdout, output.done.status), (format!("{number}\n"), 0), "{}", output.done.stderr);
    }
}

#[tokio::test]
async fn users_beyond_the_limit_take_the_connection_of_the_one_idle_longest() {
    let names = ["tls0", "tls1", "tls4"];
    let login = login(&names, SshOptions::default(), |config| config.connections = 2).await;
    for name in names {
        assert_eq!(login.shell(name, "id -un").await.unwrap().stdout.trim(), name);
        assert!(login.site.connections().await <= 2);
    }
    login.site.close().await;
    assert_eq!(login.site.connections().await, 0);
}

#[tokio::test]
async fn a_connection_nobody_uses_ends_by_itself_and_the_next_command_opens_another() {
    let login = login(&["tls0", "tls5"], SshOptions::default(), |config| config.idle_seconds = 1).await;
    assert!(login.shell("tls5", "true").await.is_ok());
    wait_until("the server's process for the user is gone", Duration::from_secs(30), async || !runs("tls5", "sshd: tls5")).await.unwrap();
    assert!(login.shell("tls5", "true").await.is_ok());
}

fn runs(name: &str, command: &str) -> bool {
    users::commands_of(name).iter().any(|line| line.contains(command))
}
