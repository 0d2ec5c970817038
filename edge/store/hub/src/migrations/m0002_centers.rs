//! Centers, their gateways and machines.

use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Centers;

#[async_trait::async_trait]
impl MigrationTrait for Centers {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let center = Table::create()
            .table("center")
            .col(id_column("id").primary_key())
            .col(text_column("name").unique_key())
            .col(text_column("title"))
            .col(text_column("description"))
            .col(text_column("organisation"))
            .col(text_column("contact"))
            .col(integer_column("created_at"))
            .to_owned();
        schema.create_table(center).await?;

        let gateway = Table::create()
            .table("gateway")
            .col(id_column("id").primary_key())
            .col(id_column("center_id"))
            .col(text_column("serial"))
            .col(integer_column("expires_at"))
            .col(flag("revoked", false))
            .col(text_column("version"))
            .col(ColumnDef::new("clock_offset_micros").big_integer().null())
            .col(integer_column("created_at"))
            .col(ColumnDef::new("last_seen_at").big_integer().null())
            .foreign_key(ForeignKey::create().from("gateway", "center_id").to("center", "id"))
            .to_owned();
        schema.create_table(gateway).await?;
        schema.create_index(Index::create().name("gateway_by_center").table("gateway").col("center_id").to_owned()).await?;

        let join_token = Table::create()
            .table("join_token")
            .col(id_column("id").primary_key())
            .col(id_column("center_id"))
            .col(text_column("secret_sha256").unique_key())
            .col(integer_column("created_at"))
            .col(integer_column("expires_at"))
            .col(ColumnDef::new("used_at").big_integer().null())
            .foreign_key(ForeignKey::create().from("join_token", "center_id").to("center", "id"))
            .to_owned();
        schema.create_table(join_token).await?;

        let machine = Table::create()
            .table("machine")
            .col(id_column("id").primary_key())
            .col(id_column("center_id"))
            .col(id_column("gateway_id"))
            .col(text_column("name"))
            .col(text_column("description"))
            .col(ColumnDef::new("reading").text().null())
            .col(flag("enabled", true))
            .col(integer_column("created_at"))
            .col(integer_column("last_seen_at"))
            .foreign_key(ForeignKey::create().from("machine", "center_id").to("center", "id"))
            .foreign_key(ForeignKey::create().from("machine", "gateway_id").to("gateway", "id"))
            .to_owned();
        schema.create_table(machine).await?;
        let by_name = Index::create().name("machine_by_name").table("machine").col("center_id").col("name").unique().to_owned();
        schema.create_index(by_name).await?;

        let history = Table::create()
            .table("machine_reading")
            .col(id_column("machine_id"))
            .col(integer_column("slot_at"))
            .col(text_column("reading"))
            .primary_key(Index::create().col("machine_id").col("slot_at"))
            .foreign_key(ForeignKey::create().from("machine_reading", "machine_id").to("machine", "id"))
            .to_owned();
        schema.create_table(history).await
    }
}

fn flag(name: &'static str, value: bool) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(value).to_owned()
}
