//! A table as the copy sees it: its columns and their kinds, and its rows on their way from one store into another.

use futures::TryStreamExt;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement, StreamTrait, Value};
use tieline_model::{Error, Result};
use uuid::Uuid;

use crate::Tx;
use crate::error::fault;

/// How many values one statement carries at most; SQLite takes 32,766.
const VALUES: usize = 16_000;

/// A table and its columns, in the order of the schema.
#[derive(Debug)]
pub(super) struct Table {
    name: String,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

/// What a column holds, the same on both engines.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Id,
    Text,
    Number,
    Flag,
    Bytes,
}

impl Table {
    /// All tables of a SQLite file but its own and the list of migrations, each behind those it refers to: migrations make
    /// them in such an order.
    pub(super) async fn all(sqlite: &impl ConnectionTrait) -> Result<Vec<Self>> {
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' \
                     AND name <> 'seaql_migrations' ORDER BY rowid";
        let mut tables = Vec::new();
        for row in sqlite.query_all_raw(Statement::from_string(DbBackend::Sqlite, names)).await.map_err(fault)? {
            let name: String = row.try_get_by_index(0).map_err(fault)?;
            let ask =
                Statement::from_sql_and_values(DbBackend::Sqlite, "SELECT name, type FROM pragma_table_info(?)", [name.clone().into()]);
            let columns = sqlite.query_all_raw(ask).await.map_err(fault)?;
            let columns = columns.iter().map(|row| Column::read(&name, row)).collect::<Result<_>>()?;
            tables.push(Self { name, columns });
        }
        Ok(tables)
    }

    /// Whether there is a row.
    pub(super) async fn is_filled(&self, db: &Tx) -> Result<bool> {
        let one = Query::select().expr(Expr::val(1)).from(Alias::new(&self.name)).limit(1).take();
        Ok(db.query_one(&one).await.map_err(fault)?.is_some())
    }

    /// Copies all rows.
    pub(super) async fn copy(&self, source: &DatabaseTransaction, target: &Tx) -> Result<()> {
        let names = || self.columns.iter().map(|column| Alias::new(&column.name));
        let all = Query::select().columns(names()).from(Alias::new(&self.name)).take();
        let mut rows = source.stream(&all).await.map_err(fault)?;
        let mut batch = Vec::new();
        loop {
            let row = rows.try_next().await.map_err(fault)?;
            let full = (batch.len() + 1) * self.columns.len() > VALUES;
            if !batch.is_empty() && (full || row.is_none()) {
                let mut insert = Query::insert().into_table(Alias::new(&self.name)).columns(names()).take();
                for values in batch.drain(..) {
                    insert.values(values).map_err(|error| Error::internal(format!("{}: {error}", self.name)))?;
                }
                target.execute(&insert).await.map_err(fault)?;
            }
            let Some(row) = row else { return Ok(()) };
            batch.push(self.values(&row).map_err(fault)?);
        }
    }

    fn values(&self, row: &QueryResult) -> Result<Vec<Expr>, DbErr> {
        self.columns.iter().enumerate().map(|(place, column)| Ok(Expr::value(column.kind.value(row, place)?))).collect()
    }
}

impl Column {
    fn read(table: &str, row: &QueryResult) -> Result<Self> {
        let name: String = row.try_get_by_index(0).map_err(fault)?;
        let declared: String = row.try_get_by_index(1).map_err(fault)?;
        let kind = Kind::declared(&declared).ok_or_else(|| Error::internal(format!("{table}.{name} is declared as '{declared}'")))?;
        Ok(Self { name, kind })
    }
}

impl Kind {
    /// What our migrations make of their few types on SQLite.
    fn declared(text: &str) -> Option<Self> {
        // A length, as in `blob(1)`, means nothing to SQLite.
        match text.to_ascii_lowercase().split('(').next()? {
            "uuid_text" => Some(Self::Id),
            "text" => Some(Self::Text),
            "bigint" | "integer" => Some(Self::Number),
            "boolean" => Some(Self::Flag),
            "blob" => Some(Self::Bytes),
            _ => None,
        }
    }

    fn value(self, row: &QueryResult, place: usize) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Id => row.try_get_by_index::<Option<Uuid>>(place)?.into(),
            Self::Text => row.try_get_by_index::<Option<String>>(place)?.into(),
            Self::Number => row.try_get_by_index::<Option<i64>>(place)?.into(),
            Self::Flag => row.try_get_by_index::<Option<bool>>(place)?.into(),
            Self::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(place)?.into(),
        })
    }
}
