//! Files and spaces on the wire. Uploads speak tus 1.0 and have no bodies of their own.

use serde::{Deserialize, Serialize};
use tieline_model::{FileId, RelPath, Sha256, Timestamp};
use utoipa::{IntoParams, ToSchema};

/// The header that names the file a complete upload became.
pub const FILE_HEADER: &str = "Tieline-File";

/// A file in a person's space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// Which file.
    #[schema(value_type = String, example = "fil_01jd3k0000000000000000000")]
    pub id: FileId,
    /// Its name below the space's root.
    #[schema(value_type = String, example = "inputs/in.lj")]
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    /// What they hash to.
    #[schema(value_type = String)]
    pub sha256: Sha256,
    /// Since when there is a file of this name.
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// Since when it has this content or this name.
    #[schema(value_type = String, format = DateTime)]
    pub modified: Timestamp,
}

/// A file, and where its bytes lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileDetail {
    /// The file.
    #[serde(flatten)]
    pub file: File,
    /// Every place that holds it.
    #[schema(value_type = Vec<Object>)]
    pub locations: Vec<tieline_model::file::Location>,
}

/// One line of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FolderEntry {
    /// A file.
    File(File),
    /// A folder: it exists as long as there are files in it.
    Folder {
        /// Its name below the space's root.
        #[schema(value_type = String, example = "inputs")]
        path: RelPath,
    },
}

/// Which part of a space to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListFiles {
    /// The folder; the root when not given.
    pub path: Option<String>,
    /// All files below the folder instead of what lies directly in it.
    pub deep: Option<bool>,
    /// How many lines at most, 1 to 1000; 50 when not given.
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A new place for a file in the same space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveFile {
    /// Its new name below the space's root.
    #[schema(example = "inputs/old.lj")]
    pub path: String,
}

/// What a person has, and may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quota {
    /// How many files.
    pub files: u64,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// Bytes promised to uploads under way.
    pub upload_bytes: u64,
    /// Bytes there may be in all.
    pub limit_bytes: u64,
    /// Bytes one file may have.
    pub file_limit_bytes: u64,
}

/// Which file to make a link to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDownloadLink {
    /// Its address at this hub: `/api/v1/files/{file}/content` or `/api/v1/jobs/{job}/files/{path}`, with a query if need be.
    #[schema(example = "/api/v1/jobs/job_01jd3k0000000000000000000a/files/log.lammps")]
    pub path: String,
}

/// An address that needs no header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DownloadLink {
    /// The address at this hub.
    pub url: String,
    /// Until when a download may begin.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}
