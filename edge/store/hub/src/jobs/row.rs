//! The raw row of a job, and the part of it that lists read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub account_id: Uuid,
    pub app_version_id: Uuid,
    pub app: String,
    pub name: String,
    pub remark: String,
    pub request: String,
    pub client_key: Option<String>,
    pub attempt: i64,
    pub state: String,
    pub base: String,
    pub machine_id: Option<Uuid>,
    pub created_at: i64,
    pub changed_at: i64,
    pub ended_at: Option<i64>,
    pub deleted: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a page of jobs is made of: without the request, which may be long.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub struct Summary {
    pub id: Uuid,
    pub user_id: Uuid,
    pub account_id: Uuid,
    pub app: String,
    pub name: String,
    pub remark: String,
    pub attempt: i64,
    pub state: String,
    pub machine_id: Option<Uuid>,
    pub created_at: i64,
    pub changed_at: i64,
    pub ended_at: Option<i64>,
    pub deleted: bool,
}
