//! OpenSSH as the testkit starts it does what tests rely on.

use tieline_testkit::sshd::{Server, SshOptions};
use tieline_testkit::users;

#[tokio::test]
async fn ssh_lets_in_whom_it_was_started_for_and_nobody_else() {
    users::ensure(["tlu1", "tlu2"]).await.unwrap();
    let server = Server::start(["tlu1"], SshOptions::default()).await.unwrap();
    assert_eq!(server.run("tlu1", "id -un").await.unwrap(), "tlu1\n");
    assert!(server.run("tlu2", "id -un").await.is_err());
}

#[tokio::test]
async fn ssh_hands_the_environment_to_remote_commands() {
    let environment = vec![("SLURM_CONF".to_owned(), "/some/slurm.conf".to_owned()), ("OTHER".to_owned(), "2".to_owned())];
    let server = Server::start(["tlu1"], SshOptions { environment, ..SshOptions::default() }).await.unwrap();
    assert_eq!(server.run("tlu1", "echo $SLURM_CONF $OTHER").await.unwrap(), "/some/slurm.conf 2\n");
}

#[tokio::test]
async fn ssh_can_be_closed_and_opened_and_a_key_revoked() {
    let server = Server::start(["tlu1"], SshOptions::default()).await.unwrap();
    server.close().await.unwrap();
    assert!(server.run("tlu1", "true").await.is_err());
    server.open().await.unwrap();
    server.run("tlu1", "true").await.unwrap();
    server.revoke("tlu1").unwrap();
    assert!(server.run("tlu1", "true").await.is_err());
}
