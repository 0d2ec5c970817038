//! Lists of jobs: newest first, by keyset, every common filter with an index of its own.

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::{DbBackend, QueryOrder, sea_query::LikeExpr};
use tieline_model::job::{Base, StateName};
use tieline_model::{AppName, JobId, MachineId, Result, Timestamp, UserId};

use super::{Summary, row};
use crate::error::fault;

/// Which jobs; everything that is set must fit.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose. None means everybody's: the caller must be allowed to ask that.
    pub user: Option<UserId>,
    /// In this exact state.
    pub state: Option<StateName>,
    /// In one of the five base states.
    pub base: Option<Base>,
    /// Of this app.
    pub app: Option<AppName>,
    /// On this machine.
    pub machine: Option<MachineId>,
    /// Whose name holds this text.
    pub name: Option<String>,
    /// Made at this moment or later.
    pub since: Option<Timestamp>,
    /// Made before this moment.
    pub until: Option<Timestamp>,
    /// Put away, or not.
    pub deleted: bool,
    /// Only older ones than this: where the page before ended.
    pub after: Option<JobId>,
}

/// At most `limit` jobs, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, limit: u64) -> Result<Vec<Summary>> {
    let mut query = row::Entity::find().filter(row::Column::Deleted.eq(filter.deleted));
    if let Some(user) = filter.user {
        query = query.filter(row::Column::UserId.eq(Uuid::from(user)));
    }
    if let Some(state) = filter.state {
        query = query.filter(row::Column::State.eq(state.word())).filter(row::Column::Base.eq(state.base().word()));
    }
    if let Some(base) = filter.base {
        query = query.filter(row::Column::Base.eq(base.word()));
    }
    if let Some(app) = &filter.app {
        query = query.filter(row::Column::App.eq(app.as_str()));
    }
    if let Some(machine) = filter.machine {
        query = query.filter(row::Column::MachineId.eq(Uuid::from(machine)));
    }
    if let Some(name) = &filter.name {
        let pattern = containing(name);
        // Letters of either case are the same; SQLite's LIKE sees it so by itself, for the letters of ASCII.
        let found = match db.get_database_backend() {
            DbBackend::Postgres => Expr::col(row::Column::Name).ilike(LikeExpr::new(pattern)),
            _ => row::Column::Name.like(LikeExpr::new(pattern).escape('\\')),
        };
        query = query.filter(found);
    }
    if let Some(since) = filter.since {
        query = query.filter(row::Column::CreatedAt.gte(since.micros()));
    }
    if let Some(until) = filter.until {
        query = query.filter(row::Column::CreatedAt.lt(until.micros()));
    }
    if let Some(after) = filter.after {
        query = query.filter(row::Column::Id.lt(Uuid::from(after)));
    }
    let query = query.order_by_desc(row::Column::Id).limit(limit).into_partial_model::<row::Summary>();
    query.all(db).await.map_err(fault)?.into_iter().map(Summary::try_from).collect()
}

/// When a person last made a job of each app they ever used.
///
/// # Errors
/// Where the database fails.
pub async fn last_of_each_app(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<(AppName, Timestamp)>> {
    let query = row::Entity::find()
        .select_only()
        .column(row::Column::App)
        .column_as(row::Column::CreatedAt.max(), "last")
        .filter(row::Column::UserId.eq(Uuid::from(user)))
        .group_by(row::Column::App)
        .into_tuple::<(String, i64)>();
    let known = |(app, last): (String, i64)| Some((app.parse().ok()?, Timestamp::from_micros(last)));
    Ok(query.all(db).await.map_err(fault)?.into_iter().filter_map(known).collect())
}

/// A pattern that finds the text itself, whatever is in it, where a backslash takes the meaning from what follows: on
/// PostgreSQL it does so by itself.
fn containing(text: &str) -> String {
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}
