//! What people arrange for themselves: how their pages look, and forms they keep to use again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::{AppName, TemplateId, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::jobs::CreateJob;

/// How a person wants their pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The colours of apps' tiles by the apps' names: words of the pages' palette.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "lammps": "teal" }))]
    pub tiles: BTreeMap<AppName, String>,
}

/// A form somebody filled in and kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Template {
    /// Which template.
    #[schema(value_type = String, example = "tpl_01jd3k0000000000000000000a")]
    pub id: TemplateId,
    /// For which app.
    #[schema(value_type = String, example = "lammps")]
    pub app: AppName,
    /// What its owner calls it.
    pub name: String,
    /// What it asks for. It need not be complete.
    pub request: CreateJob,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A template to keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTemplate {
    /// What to call it: one line of at most 100 characters.
    pub name: String,
    /// What it asks for.
    pub request: CreateJob,
}

/// Which templates to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListTemplates {
    /// Only of this app.
    pub app: Option<String>,
}
