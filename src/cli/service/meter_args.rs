//! Arguments of `ferrule serve` that say where Prometheus reads its numbers.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;

use crate::connector::service::ServiceConfig;
use crate::metrics::{Bounds, Counting, Listener, Meter, keep_counting};
use crate::store::Database;
use crate::sync::session::Rulebooks;

/// Where Prometheus reads its numbers.
#[derive(Debug, clap::Args)]
pub struct MeterArgs {
    /// Also listen at this address for Prometheus, which reads `/metrics` there. Whoever reaches it reads the names of
    /// company files, and how they stand
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
}

impl MeterArgs {
    /// Where it will listen, beside a service that listens there; nothing, if nobody asked for it.
    pub fn look(&self, service: SocketAddr) -> Option<Result<String>> {
        let address = self.metrics?;
        Some(if address == service {
            Err(anyhow::anyhow!(
                "`{address}` is where the service listens: Prometheus needs an address of its own"
            ))
        } else {
            Ok(format!("numbers for Prometheus will be at http://{address}/metrics"))
        })
    }

    /// Begins to count what a service with this configuration does, and to listen; the configuration tells of it from then
    /// on. It ends as what is given is dropped; nothing, if nobody asked for it.
    pub fn begin(
        &self,
        config: &mut ServiceConfig,
        store: &Arc<dyn Database>,
        rules: &Rulebooks,
    ) -> Result<Option<Listener>> {
        let Some(address) = self.metrics else { return Ok(None) };
        let counting = Arc::new(Counting::default());
        let meter = Meter::new(store.clone(), counting.clone(), Bounds::default(), chrono::Utc::now);
        config.journal = meter.journal(config.journal.clone());
        config.observer = Some(meter.observer());
        let listener = Listener::start(address, Arc::new(meter))?;
        keep_counting(counting, store.clone(), rules.clone());
        Ok(Some(listener))
    }
}
