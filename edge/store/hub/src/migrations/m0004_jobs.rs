//! Apps, jobs, their attempts, and the facts all of it is folded from.

use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Jobs;

#[async_trait::async_trait]
impl MigrationTrait for Jobs {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        apps(schema).await?;
        jobs(schema).await?;
        attempts(schema).await?;
        facts(schema).await?;
        intents(schema).await
    }
}

fn optional(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
}

async fn apps(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let version = Table::create()
        .table("app_version")
        .col(id_column("id").primary_key())
        .col(text_column("app"))
        .col(text_column("version"))
        .col(text_column("manifest"))
        .col(ColumnDef::new("sha256").binary().not_null().unique_key())
        .col(integer_column("size"))
        .col(text_column("scripts"))
        .col(ColumnDef::new("current").boolean().not_null())
        .col(integer_column("created_at"))
        .to_owned();
    schema.create_table(version).await?;
    index(schema, "app_version", "app_version_by_app", &["app", "current"]).await
}

async fn jobs(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let job = Table::create()
        .table("job")
        .col(id_column("id").primary_key())
        .col(id_column("user_id"))
        .col(id_column("account_id"))
        .col(id_column("app_version_id"))
        .col(text_column("app"))
        .col(text_column("name"))
        .col(text_column("remark").default(""))
        .col(text_column("request"))
        .col(optional("client_key").text())
        .col(integer_column("attempt"))
        .col(text_column("state"))
        .col(text_column("base"))
        .col(optional("machine_id").uuid())
        .col(integer_column("created_at"))
        .col(integer_column("changed_at"))
        .col(optional("ended_at").big_integer())
        .col(ColumnDef::new("deleted").boolean().not_null().default(false))
        .foreign_key(ForeignKey::create().from("job", "user_id").to("user", "id"))
        .foreign_key(ForeignKey::create().from("job", "app_version_id").to("app_version", "id"))
        .to_owned();
    schema.create_table(job).await?;
    index(schema, "job", "job_by_user", &["user_id", "deleted", "id"]).await?;
    index(schema, "job", "job_by_user_and_base", &["user_id", "deleted", "base", "id"]).await?;
    index(schema, "job", "job_by_machine", &["machine_id", "deleted", "id"]).await?;
    index(schema, "job", "job_by_base", &["base", "id"]).await?;
    let once = Index::create().name("job_by_client_key").table("job").col("user_id").col("client_key").unique().to_owned();
    schema.create_index(once).await?;

    let file = Table::create()
        .table("job_file")
        .col(id_column("job_id"))
        .col(integer_column("attempt"))
        .col(text_column("path"))
        .col(integer_column("size"))
        .col(optional("sha256").binary())
        .col(ColumnDef::new("gone").boolean().not_null().default(false))
        .primary_key(Index::create().col("job_id").col("attempt").col("path"))
        .to_owned();
    schema.create_table(file).await
}

async fn attempts(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let attempt = Table::create()
        .table("attempt")
        .col(id_column("job_id"))
        .col(integer_column("number"))
        .col(optional("gateway_id").uuid())
        .col(optional("machine_id").uuid())
        .col(optional("queue").text())
        .col(optional("evaluation").text())
        .col(optional("folder").text())
        .col(optional("native_id").text())
        .col(text_column("state_name"))
        .col(text_column("state"))
        .col(optional("sight").text())
        .col(optional("usage").text())
        .col(integer_column("transitions"))
        .col(integer_column("created_at"))
        .col(integer_column("changed_at"))
        .col(optional("started_at").big_integer())
        .col(optional("ended_at").big_integer())
        .col(ColumnDef::new("purged").boolean().not_null().default(false))
        .primary_key(Index::create().col("job_id").col("number"))
        .foreign_key(ForeignKey::create().from("attempt", "job_id").to("job", "id"))
        .to_owned();
    schema.create_table(attempt).await?;
    index(schema, "attempt", "attempt_by_gateway", &["gateway_id", "state_name"]).await?;
    index(schema, "attempt", "attempt_by_state", &["state_name", "job_id"]).await?;
    index(schema, "attempt", "attempt_by_expiry", &["purged", "changed_at"]).await?;

    let transition = Table::create()
        .table("transition")
        .col(id_column("job_id"))
        .col(integer_column("attempt"))
        .col(integer_column("ordinal"))
        .col(text_column("from_state"))
        .col(text_column("to_state"))
        .col(integer_column("at"))
        .col(ColumnDef::new("inferred").boolean().not_null())
        .col(integer_column("fact"))
        .primary_key(Index::create().col("job_id").col("attempt").col("ordinal"))
        .to_owned();
    schema.create_table(transition).await
}

async fn facts(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    // On SQLite only this exact type makes a row number that is never used again.
    let number = ColumnDef::new("number").big_integer().not_null().auto_increment().primary_key().to_owned();
    let fact = Table::create()
        .table("fact")
        .col(number)
        .col(optional("gateway_id").uuid())
        .col(optional("incarnation_id").uuid())
        .col(optional("sequence").big_integer())
        .col(optional("user_id").uuid())
        .col(id_column("job_id"))
        .col(integer_column("attempt"))
        .col(text_column("kind"))
        .col(text_column("body"))
        .col(integer_column("at"))
        .col(integer_column("recorded_at"))
        .col(optional("refused").text())
        .to_owned();
    schema.create_table(fact).await?;
    index(schema, "fact", "fact_by_user", &["user_id", "number"]).await?;
    index(schema, "fact", "fact_by_job", &["job_id", "attempt", "number"]).await?;
    let once =
        Index::create().name("fact_by_origin").table("fact").col("gateway_id").col("incarnation_id").col("sequence").unique().to_owned();
    schema.create_index(once).await?;

    let cursor = Table::create()
        .table("fact_cursor")
        .col(id_column("gateway_id"))
        .col(id_column("incarnation_id"))
        .col(integer_column("applied"))
        .primary_key(Index::create().col("gateway_id").col("incarnation_id"))
        .to_owned();
    schema.create_table(cursor).await
}

async fn intents(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let intent = Table::create()
        .table("intent")
        .col(id_column("id").primary_key())
        .col(id_column("gateway_id"))
        .col(id_column("job_id"))
        .col(integer_column("attempt"))
        .col(text_column("kind"))
        .col(ColumnDef::new("body").binary().not_null())
        .col(integer_column("created_at"))
        .col(optional("kept_at").big_integer())
        .col(optional("closed_at").big_integer())
        .to_owned();
    schema.create_table(intent).await?;
    index(schema, "intent", "intent_by_gateway", &["gateway_id", "closed_at", "id"]).await?;
    index(schema, "intent", "intent_by_job", &["job_id", "attempt"]).await
}

async fn index(schema: &SchemaManager<'_>, table: &'static str, name: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    schema.create_index(index.to_owned()).await
}
