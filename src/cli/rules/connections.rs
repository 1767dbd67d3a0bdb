//! `--connections`: which documents are connected to which records.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};

use crate::cli::company::setting_args::read_text;
use crate::cli::rules::connection_file::ConnectionEntry;
use crate::document::nearest;
use crate::engine::{Agreed, Key, Links};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::steelhead::yaml_to_json;

/// What is connected already.
#[derive(Clone, Debug, clap::Args)]
pub struct ConnectionArgs {
    /// A YAML or JSON list of what is connected: `{ object: customer, id: 301, id_in_quickbooks: 80000012-1767225618 }`.
    /// `agreed` beside it says what both had when they last agreed, where QuickBooks has it otherwise now:
    /// `agreed: { Phone: 937-555-0188 }`; without it what differs stays as it is. `ferrule connections` writes such a
    /// list of what the database has
    #[arg(long, value_name = "FILE")]
    pub connections: Option<PathBuf>,
}

impl ConnectionArgs {
    /// The connections.
    pub fn links(&self, program: &Program, company: &Company) -> Result<Links> {
        let mut links = Links::default();
        let Some(path) = &self.connections else {
            return Ok(links);
        };
        let name = path.display();
        let text = read_text(path)?;
        let json = if text.trim_start().starts_with('[') {
            text
        } else {
            yaml_to_json(&text).map_err(|problem| anyhow::anyhow!("{name}:{problem}"))?
        };
        let all: Option<Vec<ConnectionEntry>> = serde_json::from_str(&json).map_err(|error| {
            let said = error.to_string();
            let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
            anyhow::anyhow!(
                "{name}:{}: {said}; expected a list of object, id and id_in_quickbooks",
                error.line()
            )
        })?;
        for (index, connection) in all.unwrap_or_default().into_iter().enumerate() {
            let Some(shape) = program.shapes.object(&connection.object) else {
                let names = program.shapes.objects().map(|(name, _)| name);
                let hint = nearest(&connection.object, names)
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                bail!("{name}: connection {}: no object is called `{}`{hint}", index + 1, connection.object);
            };
            let key = Key { shape, id: Arc::from(connection.id.as_str()) };
            let agreed = match &connection.id_in_quickbooks {
                Some(id) => {
                    if connection.connected {
                        links.connect(key.clone(), id, company);
                    }
                    company.by_id(id).and_then(|record| connection.agreed(&record))
                }
                None if connection.connected => {
                    bail!("{name}: connection {}: `id_in_quickbooks` is missing", index + 1)
                }
                None => Some(Agreed { wish: connection.wish(), ..Agreed::default() }),
            };
            if let Some(agreed) = agreed {
                links.agree(key, Arc::new(agreed));
            }
        }
        Ok(links)
    }
}
