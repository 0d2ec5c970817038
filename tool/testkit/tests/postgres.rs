//! PostgreSQL as the testkit starts it does what tests rely on.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::process::Command;

use tieline_testkit::postgres::{self, Server};

fn ask(url: &str, question: &str) -> Result<String, String> {
    let done = Command::new("psql").args(["-X", "-A", "-t", url, "-c", question]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
}

#[tokio::test]
async fn each_postgres_database_is_empty_and_its_own() {
    let first = postgres::fresh_database().await.unwrap();
    let second = postgres::fresh_database().await.unwrap();
    ask(&first, "create table mine (n int)").unwrap();
    let count = "select count(*) from information_schema.tables where table_schema = 'public'";
    assert_eq!(ask(&first, count).unwrap(), "1");
    assert_eq!(ask(&second, count).unwrap(), "0");
}

#[tokio::test]
async fn a_postgres_server_that_was_closed_opens_with_its_data() {
    let server = Server::start().await.unwrap();
    let url = server.fresh_database().await.unwrap();
    ask(&url, "create table kept as select 7 as n").unwrap();
    server.close().await.unwrap();
    assert!(ask(&url, "select 1").is_err());
    server.open().await.unwrap();
    assert_eq!(ask(&url, "select n from kept").unwrap(), "7");
}
