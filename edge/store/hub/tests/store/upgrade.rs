//! From every older schema to the newest: every row stays as it was. And never back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sea_orm::{DbBackend, Statement};
use tieline_model::ErrorKind;
use tieline_store_hub::{ConnectionTrait, Store};
use tieline_testkit::{postgres, sql};

use crate::for_each_engine;

/// The newest schema of the time before copies were kept.
const FIRST: &str = "m0005_money";
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Rows as text by their table and its columns.
type Rows = BTreeMap<(String, Vec<String>), Vec<String>>;

#[test]
fn every_schema_but_the_newest_has_a_database_that_is_kept() {
    let schemas = Store::schemas();
    let older = schemas.iter().skip_while(|schema| *schema != FIRST);
    for schema in older.take_while(|schema| Some(*schema) != schemas.last()) {
        for engine in ENGINES {
            assert!(kept(schema, engine).is_file(), "{schema} has none for {engine}: tests/older/README.md says how to make it");
        }
    }
}

#[tokio::test]
async fn every_row_of_every_older_sqlite_or_postgres_database_is_in_the_newest_schema_as_it_was() {
    let mut seen = 0;
    for schema in Store::schemas().iter().filter(|schema| kept(schema, ENGINES[0]).is_file()) {
        for engine in ENGINES {
            let folder = tempfile::tempdir().unwrap();
            let url = match engine {
                "postgres" => postgres::fresh_database().await.unwrap(),
                _ => format!("sqlite:{}", folder.path().join("hub.sqlite").display()),
            };
            sql::load(&url, &std::fs::read_to_string(kept(schema, engine)).unwrap()).await.unwrap();
            let old = Store::connect(&url).await.unwrap();
            let before = rows(&old, columns(&old).await).await;
            old.close().await.unwrap();
            let new = Store::open(&url).await.unwrap();
            let after = rows(&new, before.keys().cloned().collect()).await;
            for (table, rows) in &before {
                assert_eq!(after[table], *rows, "{} of {schema} on {engine}", table.0);
            }
            assert!(before.values().filter(|rows| !rows.is_empty()).count() >= 28, "{schema} on {engine} has hardly a row");
            new.close().await.unwrap();
            seen += 1;
        }
    }
    assert!(seen >= 2);
}

#[tokio::test]
async fn a_database_that_a_newer_program_has_changed_is_refused() {
    for_each_engine(async |store| {
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_levitation', 1)";
        let tx = store.begin().await.unwrap();
        tx.execute_unprepared(newer).await.unwrap();
        tx.commit().await.unwrap();
        let refused = store.bring_up_to_date().await.unwrap_err();
        assert_eq!((refused.kind(), refused.word()), (ErrorKind::Conflict, "newer_schema"));
        assert!(
            refused.message().contains("'m9999_levitation'") && refused.message().contains(&Store::schemas().pop().unwrap()),
            "{refused}"
        );
    })
    .await;
}

fn kept(schema: &str, engine: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/older").join(schema).join(format!("{engine}.sql"))
}

/// Every table but the list of migrations, with its columns.
async fn columns(store: &Store) -> Vec<(String, Vec<String>)> {
    let ask = match store.read().get_database_backend() {
        DbBackend::Postgres => "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'",
        _ => {
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        }
    };
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for row in store.read().query_all_raw(statement(store, ask)).await.unwrap() {
        let [table, column] = [0, 1].map(|place| row.try_get_by_index::<String>(place).unwrap());
        tables.entry(table).or_default().push(column);
    }
    tables.into_iter().filter(|(table, _)| table != "seaql_migrations").collect()
}

async fn rows(store: &Store, tables: Vec<(String, Vec<String>)>) -> Rows {
    let quote = match store.read().get_database_backend() {
        DbBackend::Postgres => "quote_nullable",
        _ => "quote",
    };
    let mut all = Rows::new();
    for (table, columns) in tables {
        let row: Vec<_> = columns.iter().map(|column| format!("{quote}(\"{column}\")")).collect();
        let ask = format!("SELECT {} FROM \"{table}\" ORDER BY 1", row.join(" || ', ' || "));
        let found = store.read().query_all_raw(statement(store, &ask)).await.unwrap();
        let found = found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        all.insert((table, columns), found);
    }
    all
}

fn statement(store: &Store, text: &str) -> Statement {
    Statement::from_string(store.read().get_database_backend(), text)
}
