//! What people arrange for themselves: preferences and templates; the way to the last job of each app; and indexes by which
//! sessions and tokens that are over are found, so that they can be removed.

use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Desk;

#[async_trait::async_trait]
impl MigrationTrait for Desk {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("session", "ended_at"), ("session", "expires_at"), ("api_token", "expires_at")] {
            let index = Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned();
            schema.create_index(index).await?;
        }
        desk(schema).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn desk(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let preference = Table::create()
        .table("preference")
        .col(id_column("user_id").primary_key())
        .col(text_column("document"))
        .foreign_key(ForeignKey::create().from("preference", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(preference).await?;

    let template = Table::create()
        .table("template")
        .col(id_column("id").primary_key())
        .col(id_column("user_id"))
        .col(text_column("app"))
        .col(text_column("name"))
        .col(text_column("request"))
        .col(integer_column("created_at"))
        .foreign_key(ForeignKey::create().from("template", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(template).await?;
    let once = Index::create().name("template_by_name").table("template").col("user_id").col("app").col("name").unique().to_owned();
    schema.create_index(once).await?;

    let last = Index::create().name("job_by_user_and_app").table("job").col("user_id").col("app").col("created_at").to_owned();
    schema.create_index(last).await
}
