//! Prices, holds, and the double-entry books.

use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct MoneyTables;

#[async_trait::async_trait]
impl MigrationTrait for MoneyTables {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        prices(schema).await?;
        holds(schema).await?;
        books(schema).await
    }
}

async fn prices(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let price = Table::create()
        .table("price")
        .col(id_column("id").primary_key())
        .col(id_column("machine_id"))
        .col(ColumnDef::new("queue").text())
        .col(ColumnDef::new("account_id").uuid())
        .col(integer_column("since"))
        .col(text_column("currency"))
        .col(integer_column("core_hour"))
        .col(integer_column("node_hour"))
        .col(integer_column("gpu_hour"))
        .col(integer_column("created_at"))
        .to_owned();
    schema.create_table(price).await?;
    let index = Index::create().name("price_by_machine").table("price").col("machine_id").col("since").to_owned();
    schema.create_index(index).await
}

async fn holds(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let hold = Table::create()
        .table("hold")
        .col(id_column("id").primary_key())
        .col(id_column("account_id"))
        .col(id_column("job_id"))
        .col(integer_column("attempt"))
        .col(id_column("price_id"))
        .col(id_column("center_id"))
        .col(text_column("currency"))
        .col(integer_column("micros"))
        .col(integer_column("created_at"))
        .col(ColumnDef::new("released_at").big_integer())
        .foreign_key(ForeignKey::create().from("hold", "price_id").to("price", "id"))
        .to_owned();
    schema.create_table(hold).await?;
    let once = Index::create().name("hold_of_attempt").table("hold").col("job_id").col("attempt").unique().to_owned();
    schema.create_index(once).await?;
    let open = Index::create().name("hold_by_account").table("hold").col("account_id").col("released_at").to_owned();
    schema.create_index(open).await
}

async fn books(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let charge = Table::create()
        .table("charge")
        .col(id_column("id").primary_key())
        .col(id_column("account_id"))
        .col(text_column("kind"))
        .col(ColumnDef::new("job_id").uuid())
        .col(ColumnDef::new("attempt").big_integer())
        .col(ColumnDef::new("price_id").uuid())
        .col(ColumnDef::new("actor_id").uuid())
        .col(text_column("currency"))
        .col(integer_column("micros"))
        .col(text_column("reason"))
        .col(ColumnDef::new("usage").text())
        .col(integer_column("at"))
        .to_owned();
    schema.create_table(charge).await?;
    let by_account = Index::create().name("charge_by_account").table("charge").col("account_id").col("id").to_owned();
    schema.create_index(by_account).await?;
    let by_job = Index::create().name("charge_by_job").table("charge").col("job_id").col("attempt").to_owned();
    schema.create_index(by_job).await?;

    let posting = Table::create()
        .table("posting")
        .col(id_column("id").primary_key())
        .col(id_column("charge_id"))
        .col(text_column("ledger"))
        .col(text_column("currency"))
        .col(integer_column("micros"))
        .col(integer_column("at"))
        .foreign_key(ForeignKey::create().from("posting", "charge_id").to("charge", "id"))
        .to_owned();
    schema.create_table(posting).await?;
    let by_charge = Index::create().name("posting_by_charge").table("posting").col("charge_id").to_owned();
    schema.create_index(by_charge).await?;
    let by_ledger = Index::create().name("posting_by_ledger").table("posting").col("ledger").col("currency").to_owned();
    schema.create_index(by_ledger).await?;

    let balance = Table::create()
        .table("balance")
        .col(text_column("ledger"))
        .col(text_column("currency"))
        .col(integer_column("micros"))
        .primary_key(Index::create().col("ledger").col("currency"))
        .to_owned();
    schema.create_table(balance).await
}
