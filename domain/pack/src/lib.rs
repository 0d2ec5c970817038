//! Application packages: the manifest `app.toml`, the form and the checks made from it, the command it becomes, the six
//! scripts' contract, and the archive a package travels in.
//!
//! A package is a folder: `app.toml`, `files/…` (what the machine needs), `scripts/…` (any of the six), `examples/…`.
//! Everything here is pure: bytes in, values out.

mod archive;
mod command;
pub mod contract;
mod form;
mod manifest;
mod package;
mod params;
mod recommend;

pub use archive::{Entry, Limits, archive, unarchive};
pub use command::{Setting, command, environment};
pub use form::{Language, form_schema};
pub use manifest::{
    Bytes, Choice, Deployment, Element, Group, Kind, Manifest, Mode, Most, Output, Parameter, ParameterId, ParameterType, PathPattern,
    Recommend, Requires, Rule, Run, Text, TextPattern, Version, When, Word, matches_output,
};
pub use package::Package;
pub use params::{FileMeta, Input, Params, Value, check_params, typed};
pub use recommend::{Recommendation, check_resources, recommend};
