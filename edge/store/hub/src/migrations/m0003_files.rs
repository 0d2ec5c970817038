//! Spaces, the files in them with where they lie, files on their way in, and the contents that jobs need.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::{id_column, integer_column, text_column};

#[derive(DeriveMigrationName)]
pub(crate) struct Files;

#[async_trait::async_trait]
impl MigrationTrait for Files {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let space = Table::create()
            .table("space")
            .col(id_column("id").primary_key())
            .col(id_column("user_id").unique_key())
            .col(integer_column("created_at"))
            .foreign_key(ForeignKey::create().from("space", "user_id").to("user", "id"))
            .to_owned();
        schema.create_table(space).await?;

        let file = Table::create()
            .table("file")
            .col(id_column("id").primary_key())
            .col(id_column("space_id"))
            .col(path_column(schema))
            .col(integer_column("size"))
            .col(ColumnDef::new("sha256").binary().not_null())
            .col(integer_column("created_at"))
            .col(integer_column("modified_at"))
            .foreign_key(ForeignKey::create().from("file", "space_id").to("space", "id"))
            .to_owned();
        schema.create_table(file).await?;
        let by_path = Index::create().name("file_path").table("file").col("space_id").col("path").unique().to_owned();
        schema.create_index(by_path).await?;
        let by_content = Index::create().name("file_sha256").table("file").col("sha256").to_owned();
        schema.create_index(by_content).await?;

        let location = Table::create()
            .table("file_location")
            .col(id_column("file_id"))
            .col(text_column("place"))
            .col(text_column("path"))
            .primary_key(Index::create().col("file_id").col("place"))
            .foreign_key(ForeignKey::create().from("file_location", "file_id").to("file", "id").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        schema.create_table(location).await?;

        let upload = Table::create()
            .table("upload")
            .col(id_column("id").primary_key())
            .col(id_column("space_id"))
            .col(text_column("path"))
            .col(integer_column("size"))
            .col(ColumnDef::new("sha256").binary().null())
            .col(integer_column("created_at"))
            .col(integer_column("expires_at"))
            .col(ColumnDef::new("file_id").uuid().null())
            .foreign_key(ForeignKey::create().from("upload", "space_id").to("space", "id"))
            .to_owned();
        schema.create_table(upload).await?;
        let by_space = Index::create().name("upload_space").table("upload").col("space_id").to_owned();
        schema.create_index(by_space).await?;
        let by_expiry = Index::create().name("upload_expiry").table("upload").col("expires_at").to_owned();
        schema.create_index(by_expiry).await?;

        let need = Table::create()
            .table("blob_need")
            .col(id_column("job_id"))
            .col(ColumnDef::new("sha256").binary().not_null())
            .primary_key(Index::create().col("job_id").col("sha256"))
            .to_owned();
        schema.create_table(need).await?;
        let by_content = Index::create().name("blob_need_sha256").table("blob_need").col("sha256").to_owned();
        schema.create_index(by_content).await
    }
}

/// Folders are ranges of paths, so paths must sort by their bytes, as SQLite does without being told.
fn path_column(schema: &SchemaManager) -> ColumnDef {
    let mut column = text_column("path");
    if schema.get_database_backend() == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}
