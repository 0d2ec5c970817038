//! `GET /jobs`: one's jobs, newest first.

use axum::Json;
use axum::extract::State;
use tieline_model::job::Base;
use tieline_model::{Error, Result, UserId};
use tieline_store_hub::jobs::{Filter, list};
use tieline_store_hub::{machines, users};
use tieline_wire_api::jobs::{Job, ListJobs};
use tieline_wire_api::{ErrorBody, Page};

use super::view::Machines;
use crate::App;
use crate::http::extract::{Query, page};
use crate::http::{Caller, Fault};

/// One's jobs by page; filters combine. Administrators may ask for another person's, or everybody's.
#[utoipa::path(get, path = "/jobs", operation_id = "list_jobs", tag = "jobs", params(ListJobs),
    responses((status = 200, body = Page<Job>), (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn list_jobs(State(app): State<App>, caller: Caller, Query(query): Query<ListJobs>) -> Result<Json<Page<Job>>, Fault> {
    let limit = page(query.limit)?;
    let filter = filter(&app, &caller, query).await?;
    let mut found = list(app.store.read(), &filter, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|job| job.id.to_string());
    let machines = Machines::named(&app).await?;
    Ok(Json(Page { items: found.into_iter().map(|job| machines.job(job)).collect(), next }))
}

async fn filter(app: &App, caller: &Caller, query: ListJobs) -> Result<Filter> {
    let machine = match query.machine {
        Some(text) => Some(machines::find(app.store.read(), &text).await.map_err(at("machine"))?.id),
        None => None,
    };
    Ok(Filter {
        user: whose(app, caller, query.user.as_deref()).await?,
        state: query.state.map(|text| text.parse()).transpose().map_err(at("state"))?,
        base: query.base.as_deref().map(base).transpose()?,
        app: query.app.map(|text| text.parse()).transpose().map_err(at("app"))?,
        machine,
        name: query.name,
        since: query.since.map(|text| text.parse()).transpose().map_err(at("since"))?,
        until: query.until.map(|text| text.parse()).transpose().map_err(at("until"))?,
        deleted: query.deleted.unwrap_or(false),
        after: query.after.map(|text| text.parse()).transpose().map_err(at("after"))?,
    })
}

fn at(field: &'static str) -> impl Fn(Error) -> Error {
    move |error| error.field(field)
}

async fn whose(app: &App, caller: &Caller, asked: Option<&str>) -> Result<Option<UserId>> {
    let Some(text) = asked.filter(|text| *text != caller.name.as_str()) else { return Ok(Some(caller.user)) };
    caller.must_administer()?;
    if text == "all" {
        return Ok(None);
    }
    let found = match text.parse::<UserId>() {
        Ok(id) => users::by_id(app.store.read(), id).await?,
        Err(_) => users::by_name(app.store.read(), &text.parse().map_err(at("user"))?).await?,
    };
    let missing = || Error::not_found(format!("there is no user '{}'", tieline_model::id::shown(text))).field("user");
    found.map(|user| Some(user.id)).ok_or_else(missing)
}

fn base(text: &str) -> Result<Base> {
    let all = [Base::Pending, Base::Running, Base::Finished, Base::Failed, Base::Canceled];
    let known = all.into_iter().find(|base| base.word() == text);
    known.ok_or_else(|| Error::invalid("must be pending, running, finished, failed or canceled").field("base"))
}
