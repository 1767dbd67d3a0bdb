//! Writes the vocabulary in our own form: parts that are alike once, one line per element.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::vocabulary::{Attribute, Node};

const HEADER: &str = "\
# The qbXML 13.0 vocabulary of QuickBooks Desktop (United States).
# Generated: cargo run --example generate-catalogue -- FILE. Do not edit.
#
# values NAME           an enumeration: the words on the indented lines
# body NAME             what an aggregate holds, in order; aggregates that hold the same share one body.
#                       Values and bodies stand above their first use; NAME~2 is the second of that name.
#   @name TIMES TYPE    an attribute
#   name TIMES TYPE     an element; its type is qbXML's, or {BODY}
#   choice TIMES        one of the branches below it; each begins with `|`
#
# TIMES is 1 (once), ? (at most once), * (any number) or + (at least once). After the type may stand:
#   len=N               at most N characters
#   values=NAME         only these values
#   range=LOW..HIGH     only numbers from LOW to HIGH; either may be absent
#   since=V             the qbXML version that introduced it; 1.0 where nothing is said
#   macro               the attribute useMacro may give the value
#   not=C,..            not in the editions of these countries: CA, UK, AU
#   abroad              not in the edition of the United States
";

/// The width at which the words of an enumeration wrap.
const WIDTH: usize = 100;

/// The whole text for the vocabulary under `root`.
pub fn catalogue(root: &Node) -> String {
    let mut writer = Writer { out: HEADER.to_owned(), ..Writer::default() };
    writer.body(root, true);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The name of each body and each enumeration written so far, by its text.
    written: HashMap<String, String>,
    /// How many were named after an element so far.
    taken: HashMap<String, u32>,
}

impl Writer {
    /// Writes what `node` holds, unless that stands there already, and returns the body's name.
    /// Only what our edition has is kept, if `filter`.
    fn body(&mut self, node: &Node, filter: bool) -> String {
        let mut lines = String::new();
        for attribute in &node.attrs {
            self.attribute(attribute, &mut lines);
        }
        self.particles(&node.children, "  ", "  ", (filter, None), &mut lines);
        self.share("body", node.name.as_deref().unwrap_or_default(), &lines)
    }

    fn attribute(&mut self, attribute: &Attribute, lines: &mut String) {
        let times = if attribute.required { '1' } else { '?' };
        let _ = write!(lines, "  @{} {times} {}", attribute.name, attribute.data_type);
        self.values(&attribute.name, &attribute.values(), lines);
        lines.push('\n');
    }

    /// Writes a sequence; its first line begins with `lead`, the others with `indent`.
    /// `since` is the version of the choice around it, which holds for all in it.
    fn particles(
        &mut self,
        nodes: &[Node],
        lead: &str,
        indent: &str,
        (filter, since): (bool, Option<&str>),
        lines: &mut String,
    ) {
        let mut lead = lead;
        for node in nodes {
            // The messages themselves are all kept, to say of three that they are not ours.
            let message =
                node.name.as_deref().is_some_and(|name| name.ends_with("Rq") || name.ends_with("Rs"));
            if !filter || node.is_kept() || message {
                lines.push_str(lead);
                let since = later(node.since.as_deref(), since);
                match &node.name {
                    Some(name) => self.element(node, name, (filter, since), lines),
                    None => self.choice(node, indent, (filter, since), lines),
                }
                lead = indent;
            }
        }
    }

    fn choice(&mut self, node: &Node, indent: &str, inherited: (bool, Option<&str>), lines: &mut String) {
        let _ = writeln!(lines, "choice {}", times(node));
        for branch in &node.choice {
            self.particles(branch, &format!("{indent}| "), &format!("{indent}  "), inherited, lines);
        }
    }

    fn element(
        &mut self,
        node: &Node,
        name: &str,
        (filter, since): (bool, Option<&str>),
        lines: &mut String,
    ) {
        let abroad = filter && !node.is_kept();
        let data_type = match &node.data_type {
            Some(data_type) => data_type.clone(),
            None => format!("{{{}}}", self.body(node, filter && !abroad)),
        };
        let _ = write!(lines, "{name} {} {data_type}", times(node));
        if let Some(length) = node.max_length() {
            let _ = write!(lines, " len={length}");
        }
        self.values(name, &node.values, lines);
        if node.minval.is_some() || node.maxval.is_some() {
            let (low, high) = (node.minval.as_deref(), node.maxval.as_deref());
            let _ = write!(lines, " range={}..{}", low.unwrap_or_default(), high.unwrap_or_default());
        }
        if let Some(since) = since {
            let _ = write!(lines, " since={since}");
        }
        lines.push_str(if node.other.is_empty() { "" } else { " macro" });
        let lacking = node.lacking();
        if !abroad && !lacking.is_empty() {
            let _ = write!(lines, " not={}", lacking.join(","));
        }
        lines.push_str(if abroad { " abroad\n" } else { "\n" });
    }

    /// Refers to an enumeration named after `name`. The source has one that allows the empty
    /// value too; an empty value says nothing, so it is left out.
    fn values(&mut self, name: &str, values: &[String], lines: &mut String) {
        if !values.is_empty() {
            let list = self.share("values", name, &wrap(values));
            let _ = write!(lines, " values={list}");
        }
    }

    /// The name under which `lines` stand in the text; writes them if they do not yet.
    fn share(&mut self, word: &str, name: &str, lines: &str) -> String {
        let key = format!("{word}\n{lines}");
        if let Some(known) = self.written.get(&key) {
            return known.clone();
        }
        let taken = self.taken.entry(format!("{word} {name}")).or_default();
        *taken += 1;
        let unique = if *taken == 1 { name.to_owned() } else { format!("{name}~{taken}") };
        let _ = write!(self.out, "\n{word} {unique}\n{lines}");
        self.written.insert(key, unique.clone());
        unique
    }
}

fn times(node: &Node) -> char {
    match (node.min, node.max) {
        (0, Some(_)) => '?',
        (0, None) => '*',
        (_, Some(_)) => '1',
        (_, None) => '+',
    }
}

/// The later of two versions.
fn later<'a>(one: Option<&'a str>, other: Option<&'a str>) -> Option<&'a str> {
    let number = |version: &str| {
        let (major, minor) = version.split_once('.').unwrap_or((version, ""));
        (major.parse::<u32>().unwrap_or_default(), minor.parse::<u32>().unwrap_or_default())
    };
    one.into_iter().chain(other).max_by_key(|version| number(version))
}

fn wrap(values: &[String]) -> String {
    let mut lines = String::new();
    let mut line = String::from(" ");
    for value in values.iter().filter(|value| !value.is_empty()) {
        if line.len() + 1 + value.len() > WIDTH {
            let _ = writeln!(lines, "{line}");
            line = String::from(" ");
        }
        let _ = write!(line, " {value}");
    }
    let _ = writeln!(lines, "{line}");
    lines
}
