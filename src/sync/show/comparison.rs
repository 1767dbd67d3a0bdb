//! How two rule sets differ, as text and as data.

use std::fmt::Write as _;

use serde::Serialize;

use crate::sync::show::compare::{Deed, Difference, DocumentFate, Group, Kind, Which, differences};
use crate::sync::show::lines::Lines;
use crate::sync::show::paint::Paint;
use crate::text::visible::visible;

/// So many documents of a group are shown.
const SAMPLES: usize = 3;

/// How two rule sets differ over a corpus, as `ferrule diff --against --json` writes it.
#[derive(Debug, Serialize)]
pub struct ComparisonView<'c> {
    /// What the other rules are.
    pub against: String,
    /// How many documents were looked at.
    pub documents: usize,
    /// How many differ.
    pub different: usize,
    /// How many are rejected under both; nothing if that was not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_under_both: Option<usize>,
    /// Those that differ in the same way together.
    pub groups: Vec<GroupView<'c>>,
}

/// Documents that differ in the same way.
#[derive(Debug, Serialize)]
pub struct GroupView<'c> {
    /// The object.
    pub object: &'c str,
    /// How.
    pub kind: Kind,
    /// In which elements, or by which reasons.
    pub what: &'c [String],
    /// How many documents.
    pub count: usize,
    /// Some of them.
    pub samples: Vec<SampleView<'c>>,
}

/// One document that differs.
#[derive(Debug, Serialize)]
pub struct SampleView<'c> {
    /// What people call it.
    pub label: &'c str,
    /// Where it begins.
    pub place: String,
    /// What becomes of it under the other rules, in words.
    pub before: String,
    /// What becomes of it under these rules, in words.
    pub after: String,
    /// The elements that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Difference>,
}

impl<'c> ComparisonView<'c> {
    /// The groups, ready to be shown.
    pub fn new(against: String, documents: usize, groups: &'c [Group]) -> Self {
        Self {
            against,
            documents,
            different: groups.iter().map(|group| group.documents.len()).sum(),
            rejected_under_both: None,
            groups: groups.iter().map(view).collect(),
        }
    }

    /// The comparison as text.
    pub fn text(&self, paint: Paint) -> String {
        let mut text = String::new();
        for group in &self.groups {
            let head = heading(group);
            _ = writeln!(text, "{}", paint.strong(&head));
            for sample in &group.samples {
                sample_text(sample, paint, &mut text);
            }
            if group.count > group.samples.len() {
                _ = writeln!(text, "  and {} more", group.count - group.samples.len());
            }
            text.push('\n');
        }
        // What is rejected anyway shows no difference in what it would send.
        match self.rejected_under_both {
            None | Some(0) => {}
            Some(1) => text.push_str("1 is rejected under both: nothing of it is compared.\n"),
            Some(count) => {
                _ = writeln!(text, "{count} are rejected under both: nothing of them is compared.");
            }
        }
        let documents = if self.documents == 1 { "document" } else { "documents" };
        _ = writeln!(
            text,
            "{} of {} {documents} would be sent differently than under {}.",
            self.different, self.documents, self.against
        );
        text
    }
}

fn view(group: &Group) -> GroupView<'_> {
    GroupView {
        object: &group.object,
        kind: group.kind,
        what: &group.what,
        count: group.documents.len(),
        samples: group.documents.iter().take(SAMPLES).map(sample).collect(),
    }
}

fn sample((which, before, after): &(Which, Option<DocumentFate>, Option<DocumentFate>)) -> SampleView<'_> {
    let deeds = (before.as_ref().map(|fate| &fate.deed), after.as_ref().map(|fate| &fate.deed));
    let changes = match deeds {
        (Some(Deed::Send { elements: a, .. }), Some(Deed::Send { elements: b, .. })) => differences(a, b),
        _ => Vec::new(),
    };
    SampleView {
        label: after.as_ref().or(before.as_ref()).map_or("", |fate| &fate.label),
        place: match which {
            Which::At(file, line, _) => format!("{file}:{line}"),
            Which::Part(object, id) => format!("{object} {id}, known in part"),
        },
        before: words(deeds.0),
        after: words(deeds.1),
        changes,
    }
}

fn words(deed: Option<&Deed>) -> String {
    match deed {
        None => "not in the plan".to_owned(),
        Some(Deed::Send { message, .. }) => (*message).to_owned(),
        Some(Deed::Nothing(why)) => why.clone(),
        Some(Deed::Reject(reasons)) => {
            let reasons = reasons.iter().map(|(code, message)| format!("{message} [{code}]"));
            format!("rejected: {}", reasons.collect::<Vec<_>>().join(" "))
        }
    }
}

/// What a group has in common, in a line: `invoice: 12 requests change: Memo`.
pub fn heading(group: &GroupView<'_>) -> String {
    let object = if group.object.is_empty() { "documents" } else { group.object };
    let (one, many) = match group.kind {
        Kind::Changed => ("request changes", "requests change"),
        Kind::Added => ("request more", "requests more"),
        Kind::Removed => ("request less", "requests less"),
        Kind::NewlyRejected => ("newly rejected", "newly rejected"),
        Kind::NoLongerRejected => ("no longer rejected", "no longer rejected"),
        Kind::OtherReasons => ("rejected for other reasons", "rejected for other reasons"),
        Kind::OtherwiseNothing => {
            ("still not sent, for another reason", "still not sent, for another reason")
        }
    };
    let words = if group.count == 1 { one } else { many };
    let what = match group.what {
        [] => String::new(),
        what => format!(": {}", what.join(", ")),
    };
    format!("{object}: {} {words}{what}", group.count)
}

fn sample_text(sample: &SampleView<'_>, paint: Paint, text: &mut String) {
    _ = writeln!(text, "  {}  {}", visible(sample.label), paint.aside(&format!("({})", sample.place)));
    if sample.changes.is_empty() || sample.before != sample.after {
        _ = writeln!(text, "    {} {}", paint.bad("-"), visible(&sample.before));
        _ = writeln!(text, "    {} {}", paint.good("+"), visible(&sample.after));
    }
    let mut lines = Lines::default();
    for change in &sample.changes {
        let shown = |value: &Option<String>| match value {
            Some(value) => visible(value).into_owned(),
            None => paint.aside("(nothing)"),
        };
        lines.element(&change.path, &format!("{} -> {}", shown(&change.before), shown(&change.after)));
    }
    lines.write(text);
}
