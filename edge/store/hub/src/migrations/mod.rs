//! The schema's history, forward only. A migration that has shipped is never edited; the next one corrects it.

use sea_orm_migration::prelude::*;

mod m0001_people;
mod m0002_centers;
mod m0003_files;
mod m0004_jobs;
mod m0005_money;
mod m0006_desk;

/// All migrations in order.
#[derive(Debug)]
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::People),
            Box::new(m0002_centers::Centers),
            Box::new(m0003_files::Files),
            Box::new(m0004_jobs::Jobs),
            Box::new(m0005_money::MoneyTables),
            Box::new(m0006_desk::Desk),
        ]
    }
}

/// A column of 16 bytes that names a row.
pub(crate) fn id_column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).uuid().not_null().to_owned()
}

/// A text column that is always there.
pub(crate) fn text_column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).text().not_null().to_owned()
}

/// An integer of 64 bits that is always there: microseconds, micro-units, bytes, counts.
pub(crate) fn integer_column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned()
}
