//! The operations on apps, jobs and the hub itself by name, one method each. Each fails with what the hub says, or with
//! `Unavailable` where it cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tieline_model::{Error, JobId, Result};

use super::Client;
use crate::Page;
use crate::apps::{App, AppDetail, CheckAnswer};
use crate::jobs::{CancelJob, CreateJob, Explanation, Job, JobDetail, ListJobs, ScriptRun, UpdateJob};
use crate::meta::Version;

impl Client {
    /// Which hub answers.
    pub async fn version(&self) -> Result<Version> {
        self.get(&["version"], &[]).await
    }

    /// The apps one can run.
    pub async fn list_apps(&self) -> Result<Page<App>> {
        self.whole(&["apps"], &()).await
    }

    /// One app with its form.
    pub async fn get_app(&self, app: &str) -> Result<AppDetail> {
        self.get(&["apps", app], &[]).await
    }

    /// Where and at what price a job could run; makes nothing.
    pub async fn check_job(&self, job: &CreateJob) -> Result<CheckAnswer> {
        self.send(Method::POST, &["apps", &job.app, "check"], job).await
    }

    /// Asks for a job.
    pub async fn create_job(&self, job: &CreateJob) -> Result<Job> {
        self.send(Method::POST, &["jobs"], job).await
    }

    /// Asks for a job under a word that no other has: asked again with the same word, it is the same job.
    pub async fn create_job_once(&self, job: &CreateJob, word: &str) -> Result<Job> {
        self.send_once(&["jobs"], job, word).await
    }

    /// One page of the jobs that fit.
    pub async fn list_jobs(&self, which: &ListJobs) -> Result<Page<Job>> {
        self.get(&["jobs"], &pairs(which)?).await
    }

    /// One job with everything known of it.
    pub async fn get_job(&self, job: JobId) -> Result<JobDetail> {
        self.get(&["jobs", &job.to_string()], &[]).await
    }

    /// Wants a job ended.
    pub async fn cancel_job(&self, job: JobId, why: &CancelJob) -> Result<Job> {
        self.send(Method::POST, &["jobs", &job.to_string(), "cancel"], why).await
    }

    /// Tries a job once more.
    pub async fn retry_job(&self, job: JobId) -> Result<Job> {
        self.ask(Method::POST, &["jobs", &job.to_string(), "retry"]).await
    }

    /// Why a job is where it is.
    pub async fn explain_job(&self, job: JobId) -> Result<Explanation> {
        self.get(&["jobs", &job.to_string(), "explain"], &[]).await
    }

    /// Changes a job's name or remark.
    pub async fn update_job(&self, job: JobId, change: &UpdateJob) -> Result<Job> {
        self.send(Method::PATCH, &["jobs", &job.to_string()], change).await
    }

    /// Puts a job away.
    pub async fn delete_job(&self, job: JobId) -> Result<Job> {
        self.ask(Method::DELETE, &["jobs", &job.to_string()]).await
    }

    /// Takes a job out again that was put away.
    pub async fn restore_job(&self, job: JobId) -> Result<Job> {
        self.ask(Method::POST, &["jobs", &job.to_string(), "restore"]).await
    }

    /// The runs of the package's scripts for a job.
    pub async fn job_scripts(&self, job: JobId) -> Result<Vec<ScriptRun>> {
        self.get(&["jobs", &job.to_string(), "scripts"], &[]).await
    }

    /// All pages of a list as one.
    pub async fn whole<T: DeserializeOwned>(&self, path: &[&str], filter: &impl Serialize) -> Result<Page<T>> {
        let fixed = pairs(filter)?;
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut query = fixed.clone();
            query.push(("limit".to_owned(), "1000".to_owned()));
            query.extend(after.take().map(|after| ("after".to_owned(), after)));
            let page: Page<T> = self.get(path, &query).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(Page { items, next: None }),
            }
        }
    }
}

/// The fields that are set, as they stand in a query.
pub(super) fn pairs(filter: &impl Serialize) -> Result<Vec<(String, String)>> {
    let value = serde_json::to_value(filter).map_err(|error| Error::internal(error.to_string()))?;
    let serde_json::Value::Object(fields) = value else { return Ok(Vec::new()) };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    Ok(fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}
