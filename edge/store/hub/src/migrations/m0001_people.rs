//! Tenants, people and what they may do.

use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct People;

#[async_trait::async_trait]
impl MigrationTrait for People {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let tenant = Table::create()
            .table("tenant")
            .col(id_column("id").primary_key())
            .col(text_column("name").unique_key())
            .col(integer_column("created_at"))
            .to_owned();
        schema.create_table(tenant).await?;

        let user = Table::create()
            .table("user")
            .col(id_column("id").primary_key())
            .col(id_column("tenant_id"))
            .col(text_column("name").unique_key())
            .col(text_column("display_name"))
            .col(text_column("roles"))
            .col(ColumnDef::new("blocked").boolean().not_null().default(false))
            .col(integer_column("created_at"))
            .foreign_key(ForeignKey::create().from("user", "tenant_id").to("tenant", "id"))
            .to_owned();
        schema.create_table(user).await
    }
}
