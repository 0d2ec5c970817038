//! Lists come in pages: `?limit=&after=`, where `after` is what the page before gave as `next`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// What to give as `after` for the next page; null on the last one.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many rows at most, 1 to 1000; 50 when not given.
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// A page made of what was read with one row more than `limit`: the row too many says that there is more.
    pub fn of<R>(mut rows: Vec<R>, limit: u64, cursor: impl Fn(&R) -> String, item: impl Fn(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { items: rows.into_iter().map(item).collect(), next }
    }
}
