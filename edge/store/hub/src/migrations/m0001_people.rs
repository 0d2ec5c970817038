//! Tenants, people and what they may do, how they prove who they are, who pays, and the audit log.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct People;

#[async_trait::async_trait]
impl MigrationTrait for People {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        people(schema).await?;
        proofs(schema).await?;
        accounts(schema).await?;
        audit(schema).await
    }
}

async fn people(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
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

async fn proofs(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let credential = Table::create()
        .table("credential")
        .col(id_column("user_id").primary_key())
        .col(text_column("hash"))
        .col(integer_column("changed_at"))
        .foreign_key(ForeignKey::create().from("credential", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(credential).await?;

    let session = Table::create()
        .table("session")
        .col(id_column("id").primary_key())
        .col(id_column("user_id"))
        .col(text_column("client"))
        .col(text_column("address"))
        .col(text_column("family"))
        .col(text_column("current"))
        .col(text_column("previous"))
        .col(integer_column("created_at"))
        .col(integer_column("rotated_at"))
        .col(integer_column("expires_at"))
        .col(ColumnDef::new("ended_at").big_integer())
        .foreign_key(ForeignKey::create().from("session", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(session).await?;
    schema.create_index(Index::create().name("session_user").table("session").col("user_id").to_owned()).await?;

    let token = Table::create()
        .table("api_token")
        .col(id_column("id").primary_key())
        .col(id_column("user_id"))
        .col(text_column("name"))
        .col(text_column("hash").unique_key())
        .col(integer_column("created_at"))
        .col(ColumnDef::new("expires_at").big_integer())
        .col(ColumnDef::new("used_at").big_integer())
        .foreign_key(ForeignKey::create().from("api_token", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(token).await?;
    schema.create_index(Index::create().name("api_token_user").table("api_token").col("user_id").to_owned()).await
}

async fn accounts(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let account = Table::create()
        .table("account")
        .col(id_column("id").primary_key())
        .col(id_column("tenant_id"))
        .col(text_column("name").unique_key())
        .col(ColumnDef::new("personal_of").uuid().unique_key())
        .col(integer_column("created_at"))
        .foreign_key(ForeignKey::create().from("account", "tenant_id").to("tenant", "id"))
        .foreign_key(ForeignKey::create().from("account", "personal_of").to("user", "id"))
        .to_owned();
    schema.create_table(account).await?;

    let member = Table::create()
        .table("account_member")
        .col(id_column("account_id"))
        .col(id_column("user_id"))
        .col(text_column("role"))
        .col(integer_column("since"))
        .primary_key(Index::create().col("account_id").col("user_id"))
        .foreign_key(ForeignKey::create().from("account_member", "account_id").to("account", "id"))
        .foreign_key(ForeignKey::create().from("account_member", "user_id").to("user", "id"))
        .to_owned();
    schema.create_table(member).await?;
    schema.create_index(Index::create().name("account_member_user").table("account_member").col("user_id").to_owned()).await
}

async fn audit(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let audit = Table::create()
        .table("audit")
        .col(id_column("id").primary_key())
        .col(integer_column("at"))
        .col(ColumnDef::new("actor_id").uuid())
        .col(text_column("actor"))
        .col(text_column("address"))
        .col(id_column("request_id"))
        .col(text_column("action"))
        .col(text_column("subject"))
        .col(text_column("detail"))
        .to_owned();
    schema.create_table(audit).await?;
    for column in ["actor", "action", "subject"] {
        let index = Index::create().name(format!("audit_{column}")).table("audit").col(column).col("id").to_owned();
        schema.create_index(index).await?;
    }
    schema.create_index(Index::create().name("audit_at").table("audit").col("at").to_owned()).await?;
    only_appended(schema).await
}

/// The engine itself refuses to change or drop a row of the audit log.
async fn only_appended(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements: &[&str] = match schema.get_database_backend() {
        DbBackend::Postgres => &[
            "CREATE FUNCTION audit_only_appended() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
            "CREATE TRIGGER audit_only_appended BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_appended()",
        ],
        _ => &[
            "CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        ],
    };
    for statement in statements {
        schema.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
