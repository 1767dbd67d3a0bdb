//! `ferrule diff`: what would be done, before it is done.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};

use crate::cli::company::setting_args::SettingArgs;
use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::rule_set::RuleArgs;
use crate::cli::rules::against;
use crate::cli::rules::connections::ConnectionArgs;
use crate::cli::rules::workbench::{Workbench, exported};
use crate::cli::steelhead::AccessArgs;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::engine::{Agreed, Key, Wish};
use crate::qbxml::{Company, pretty};
use crate::rules::Program;
use crate::sync::Documents;
use crate::sync::{
    Counts, Plan, PlanInputs, PlanView, Planner, ProblemView, Shown, Style, show_counts, show_steps,
};
use crate::text::counted::counted;

/// Told in one paragraph each, so that they are wrapped to the terminal.
const EXIT_CODES: &str = "\
Exit codes: 0 there is nothing to do, 2 there is something to do, 1 an error. It is an error if the rules do not compile \
or a file cannot be read; then nothing is shown. It is also an error if there is nothing to do but documents are rejected.

Rejected documents are part of the plan. A document that breaks the shape of its object counts as rejected too, and \
standard error says what is wrong with it.

With --against: 0 no difference, 2 differences, 1 an error.";

/// Shows the plan: what would be sent to QuickBooks, element by element; or what other rules would send.
///
/// A document is created (+), changes its record (~), is connected to a record that is there (=), or
/// is rejected (!). Each rejection shows every reason and its rule. A `?` begins a warning. The last line
/// counts. Nothing is sent.
///
/// With --against, it compares these rules with those of another folder or git revision. It says how many
/// documents of a corpus would be sent differently, and how, with samples.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// Steelhead's documents: a file or folder (JSON, a list, or NDJSON), `-` for standard input, or the address of
    /// Steelhead's API (https://…)
    #[arg(long, value_name = "PATH|URL", required_unless_present = "against")]
    pub steelhead: Option<PathBuf>,
    #[command(flatten)]
    access: AccessArgs,
    /// Responses of QuickBooks, a file or folder of qbXML; repeatable. Without it the company file
    /// counts as empty
    #[arg(long, value_name = "PATH")]
    pub quickbooks: Vec<PathBuf>,
    #[command(flatten)]
    pub connections: ConnectionArgs,
    #[command(flatten)]
    pub settings: SettingArgs,
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Only documents of this object, and what they refer to
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// Only the document with this id, and what it refers to; repeatable
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Send all of Steelhead's values: also what differs from the first, and what QuickBooks has changed
    #[arg(long, conflicts_with = "against")]
    adopt: bool,
    /// Also show what is unchanged, not sent or settled by hand
    #[arg(long)]
    all: bool,
    /// Write the plan as JSON
    #[arg(long)]
    pub json: bool,
    /// Write the exact requests, in order, as one qbXML document
    #[arg(long, conflicts_with_all = ["json", "all"])]
    qbxml: bool,
    /// Compare with the rules of a folder (repeat it for layers), or with the folders of --rules as a git
    /// revision has them
    #[arg(long, value_name = "DIR|REV", conflicts_with_all = ["qbxml", "all", "connections"])]
    pub against: Vec<String>,
    /// What to compare with: documents, a case, or a folder of either; by default the fixtures
    #[arg(long, value_name = "PATH", requires = "against", conflicts_with = "steelhead")]
    pub corpus: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    match &args.steelhead {
        _ if !args.against.is_empty() => against::run(args, terminal),
        Some(_) => plan(args, terminal),
        None => bail!("--steelhead is missing"),
    }
}

fn plan(args: &Args, terminal: Terminal) -> Result<Exit> {
    let program = args.rules.program(terminal)?;
    if let Some(object) = &args.object {
        exported(&program, object)?;
    }
    let progress = Progress::start(terminal);
    progress.now("reading QuickBooks' responses");
    let work = Workbench::open(program, &args.settings, &args.quickbooks, Company::empty, terminal)?;
    let program = &work.program;
    let mut links = args.connections.links(program, &work.company)?;
    progress.now("reading documents");
    let path = args.steelhead.as_deref().unwrap_or_else(|| "-".as_ref());
    let mut documents = documents::read_or_ask(path, &args.access, program, terminal)?;
    documents.refuse_none(path)?;
    progress.now(format!("planning {}", documents.counted()));
    let sources = std::mem::take(&mut documents.sources);
    if args.adopt {
        let adopted = Arc::new(Agreed { wish: Wish::Everything, ..Agreed::default() });
        let keys = sources.iter().filter_map(|source| Key::of(program, &source.document));
        keys.for_each(|key| links.agree(key, adopted.clone()));
    }
    let inputs = PlanInputs { played_at: Some(now()), ..work.inputs() };
    let found = std::cell::Cell::new(false);
    let plan = Planner::new(inputs, links).plan(sources, &|object, key| {
        let is_wanted = args.wants(object, key);
        found.set(found.get() || is_wanted);
        is_wanted
    });
    drop(progress);
    documents.tell(terminal);
    if !found.get() && documents.unreadable.is_empty() {
        bail!("{} in `{}`", args.nothing_found(), path.display());
    }
    let mut counts = plan.counts();
    counts.rejected += documents.unreadable.len();
    args.write(&plan, counts, &documents, program, terminal)?;
    Ok(exit(counts))
}

fn exit(counts: Counts) -> Exit {
    if counts.create + counts.change + counts.connect > 0 {
        Exit::Changes
    } else if counts.rejected > 0 {
        Exit::Error
    } else {
        Exit::Well
    }
}

impl Args {
    /// Whether a document is one of those that were asked for.
    pub fn wants(&self, object: &str, key: &Key) -> bool {
        self.object.as_deref().is_none_or(|wanted| wanted == object)
            && (self.id.is_empty() || self.id.iter().any(|id| *id == *key.id))
    }

    fn nothing_found(&self) -> String {
        let object = self.object.as_deref().unwrap_or("document");
        match self.id.as_slice() {
            [] => format!("there is no {object} that is exported on its own"),
            ids => format!("there is no {object} with the id {}", ids.join(" or ")),
        }
    }

    fn write(
        &self,
        plan: &Plan,
        counts: Counts,
        documents: &Documents,
        program: &Program,
        terminal: Terminal,
    ) -> Result<()> {
        if self.json {
            let view = PlanView {
                counts,
                steps: Shown::whole(plan, program, self.all),
                unreadable: documents.problems().map(ProblemView::of).collect(),
                warnings: documents.warnings.iter().map(ProblemView::of).collect(),
            };
            return terminal.print_json(&view);
        }
        if self.qbxml {
            crate::cli::rules::notes::tell(plan, program, terminal);
            return match plan.requests(program) {
                Some(qbxml) => terminal.print(&pretty(&qbxml)),
                None => Ok(()),
            };
        }
        let style = Style { paint: terminal.out, all: self.all };
        terminal.print(&show_steps(plan, program, style))?;
        if !documents.unreadable.is_empty() {
            let unreadable = counted(documents.unreadable.len(), "document");
            terminal.print(&format!("! {unreadable} cannot be read; standard error says why\n\n"))?;
        }
        terminal.print(&show_counts(counts))
    }
}
