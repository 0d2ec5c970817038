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
pub struct PageQuery {
    /// How many rows at most, 1 to 1000; 50 when not given.
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub after: Option<String>,
}
