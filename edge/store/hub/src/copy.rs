//! A consistent copy of the store while it is in use.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tieline_model::{Error, Result};

use crate::Store;
use crate::error::fault;

impl Store {
    /// Writes the whole store as it is at one moment into a new SQLite file. Others may go on writing meanwhile.
    ///
    /// # Errors
    /// `Invalid` on PostgreSQL, which has a tool of its own for this; `Conflict` where the file is there already.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        if self.read().get_database_backend() != DbBackend::Sqlite {
            return Err(Error::invalid("a PostgreSQL database is copied with pg_dump").field("database.url"));
        }
        if file.exists() {
            return Err(Error::conflict(format!("{} is there already", file.display())));
        }
        let path = file.to_str().ok_or_else(|| Error::invalid(format!("{} is not text", file.display())))?;
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        self.writer().execute_raw(copy).await.map_err(fault)?;
        Ok(())
    }
}
