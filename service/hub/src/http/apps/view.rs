//! From editions to apps as the wire shows them.

use tieline_model::Result;
use tieline_pack::{Kind, Text};
use tieline_store_hub::machines;
use tieline_store_hub::machines::Machine;
use tieline_wire_api::apps as wire;

use crate::App;
use crate::app::apps::Edition;

/// The machines, read once for a whole page.
pub(super) struct Machines(Vec<Machine>);

impl Machines {
    /// All of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn read(app: &App) -> Result<Self> {
        Ok(Self(machines::all(app.store.read()).await?))
    }

    /// An app with the machines that have it, or need not have it.
    pub(super) fn app(&self, edition: &Edition) -> wire::App {
        let manifest = &edition.manifest;
        wire::App {
            app: edition.row.app.clone(),
            id: edition.row.id,
            version: edition.row.version.clone(),
            title: by_language(&manifest.title),
            description: by_language(&manifest.description),
            kind: match manifest.kind {
                Kind::Parallel => "parallel",
                Kind::Tool => "tool",
                Kind::System => "system",
            }
            .to_owned(),
            tags: manifest.tags.clone(),
            machines: self.0.iter().filter_map(|machine| on_machine(edition, machine)).collect(),
            last_used_at: None,
        }
    }
}

fn on_machine(edition: &Edition, machine: &Machine) -> Option<wire::AppMachine> {
    let deployment = machine.description.deployments.iter().find(|deployment| deployment.app == edition.row.app)?;
    Some(wire::AppMachine { id: machine.id, name: machine.name.clone(), ready: deployment.ready, note: deployment.note.clone() })
}

fn by_language(text: &Text) -> std::collections::BTreeMap<String, String> {
    [("en", &text.en), ("zh", &text.zh)].into_iter().map(|(language, text)| (language.to_owned(), text.clone())).collect()
}
