//! A database as SQL text and back, by the engines' own programs: tests keep databases of older schemas this way.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::part::{need, need_postgres};

/// The whole database at this address (`sqlite:PATH` or `postgres://…`) as statements that make it again.
///
/// # Errors
/// If the engine's program is missing or refuses.
pub async fn dump(url: &str) -> Result<String> {
    let text = match url.strip_prefix("sqlite:") {
        Some(path) => told(Command::new(need("sqlite3", "sqlite3")?).args([path, ".dump"]), "").await?,
        None => {
            let mut dump = Command::new(need_postgres()?.join("pg_dump"));
            told(dump.args(["--inserts", "--no-owner", "--no-privileges", "--dbname", url]), "").await?
        }
    };
    // These are not SQL but orders to newer editions of psql, with a number that is another each time.
    let is_order = |line: &&str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    Ok(text.lines().filter(|line| !is_order(line)).flat_map(|line| [line, "\n"]).collect())
}

/// Makes what [`dump`] wrote, in an empty database at this address.
///
/// # Errors
/// If the engine's program is missing, or refuses a statement.
pub async fn load(url: &str, text: &str) -> Result<()> {
    match url.strip_prefix("sqlite:") {
        Some(path) => told(Command::new(need("sqlite3", "sqlite3")?).args(["-bail", path]), text).await?,
        None => {
            let mut psql = Command::new(need_postgres()?.join("psql"));
            told(psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", url]), text).await?
        }
    };
    Ok(())
}

/// Runs a program with this input, and gives what it printed.
async fn told(program: &mut Command, input: &str) -> Result<String> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut stdin = child.stdin.take().context("no way in")?;
    let input = input.to_owned();
    let giving = tokio::spawn(async move { stdin.write_all(input.as_bytes()).await });
    let output = child.wait_with_output().await?;
    if !output.status.success() {
        bail!("{program:?} {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    giving.await??;
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_sqlite_or_postgres_that_is_made_from_its_text_has_the_same_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
        let pairs = [
            [file("one"), file("two")],
            [crate::postgres::fresh_database().await.unwrap(), crate::postgres::fresh_database().await.unwrap()],
        ];
        for [one, two] in pairs {
            load(&one, "CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('it''s; ä');").await.unwrap();
            let text = dump(&one).await.unwrap();
            assert!(text.contains("'it''s; ä'"), "{text}");
            load(&two, &text).await.unwrap();
            assert_eq!(dump(&two).await.unwrap(), text);
            assert!(load(&two, "INSERT INTO nothing VALUES (1);").await.is_err());
        }
    }
}
