//! Indexes by which sessions and tokens that are over are found, so that they can be removed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Proofs;

#[async_trait::async_trait]
impl MigrationTrait for Proofs {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("session", "ended_at"), ("session", "expires_at"), ("api_token", "expires_at")] {
            let index = Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned();
            schema.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
