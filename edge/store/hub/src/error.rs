//! From the database's errors to the one error of the house.

use sea_orm::{DbErr, SqlErr};
use tieline_model::Error;

/// What a database error means to the caller. A row that exists already is a conflict, a full disk is said so, the rest is ours.
pub(crate) fn fault(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(which)) => return Error::conflict("it exists already").detail(which).because(error),
        Some(SqlErr::ForeignKeyConstraintViolation(which)) => {
            return Error::conflict("something it needs is gone").detail(which).because(error);
        }
        _ => {}
    }
    let text = error.to_string();
    if text.contains("database or disk is full") || text.contains("No space left on device") {
        return Error::full("the platform's disk is full; the operator has to make room").detail(text).because(error);
    }
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Error::unavailable("the platform's database does not answer").detail(text),
        _ => Error::internal(text).because(error),
    }
}

/// A row that cannot be what the code says it must be: names the table, the column and the row for the operator.
pub(crate) fn broken(table: &str, column: &str, row: impl std::fmt::Display, why: impl std::fmt::Display) -> Error {
    Error::internal(format!("{table}.{column} of row {row}: {why}"))
}
