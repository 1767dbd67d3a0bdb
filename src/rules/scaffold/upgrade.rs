//! What a newer base changes beneath a shop's layers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rules::diagnostics::diagnostic::Diagnostics;
use crate::rules::diagnostics::source::{Source, Sources, Span};
use crate::rules::files::RuleFile;
use crate::rules::files::yaml::{self, Kind, Node};

/// A place in the base that is otherwise in the newer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The file, by its name in its layer.
    pub file: String,
    /// The keys down to the place, with points between them; of a script the function.
    pub place: String,
    /// What stood there; nothing if there was none.
    pub was: Option<String>,
    /// What stands there now; nothing if there is none.
    pub is: Option<String>,
    /// Where the shop's own layers say something of the same place: `file:line`.
    pub own: Vec<String>,
}

/// What stands at a place, and its line.
type Places = BTreeMap<(String, String), (String, u32)>;

/// The places of a layer of the base that have changed, and where `own` layers sit on them.
pub fn changed(old: &[RuleFile], new: &[RuleFile], own: &[Vec<RuleFile>]) -> Vec<Changed> {
    let (old, new) = (places(old), places(new));
    let own: Vec<(Places, &[RuleFile])> = own.iter().map(|files| (places(files), files.as_slice())).collect();
    let all: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let differs = |key: &&(String, String)| old.get(key).map(|it| &it.0) != new.get(key).map(|it| &it.0);
    all.into_iter()
        .filter(differs)
        .map(|key| {
            let text = |places: &Places| places.get(key).map(|(text, _)| text.clone());
            let sitting = own.iter().flat_map(|(places, files)| sitting(places, files, key)).collect();
            Changed {
                file: key.0.clone(),
                place: key.1.clone(),
                was: text(&old),
                is: text(&new),
                own: sitting,
            }
        })
        .collect()
}

/// Where a layer says something of a place, of what holds it or of what it holds.
fn sitting(places: &Places, files: &[RuleFile], (file, place): &(String, String)) -> Vec<String> {
    let path =
        files.iter().find(|known| known.name == *file).map_or(file.as_str(), |known| known.path.as_str());
    let is_within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let here = places
        .iter()
        .filter(|((other, own), _)| other == file && (is_within(own, place) || is_within(place, own)));
    here.map(|(_, (_, line))| format!("{path}:{line}")).collect()
}

fn places(files: &[RuleFile]) -> Places {
    let mut places = Places::new();
    for file in files {
        let mut sources = Sources::default();
        let id = sources.add(file.path.as_str(), file.text.as_str());
        match file.name.rsplit_once('.') {
            Some((_, "yaml")) => {
                if let Some(node) = yaml::parse(id, &file.text, &mut Diagnostics::default()) {
                    of_node(&node, String::new(), &file.name, &sources, &mut places);
                }
            }
            Some((_, "rhai")) => of_script(file, &mut places),
            _ => drop(places.insert((file.name.clone(), String::new()), (file.text.clone(), 1))),
        }
    }
    places
}

fn of_node(node: &Node, place: String, file: &str, sources: &Sources, places: &mut Places) {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries {
                of_node(&entry.value, below(&entry.key), file, sources, places);
            }
        }
        Kind::List(members) if members.iter().all(|member| id(member).is_some()) => {
            for member in members {
                of_node(member, below(id(member).unwrap_or_default()), file, sources, places);
            }
        }
        _ => {
            let text = written(node, sources);
            places.insert((file.to_owned(), place), (text, sources.position(node.span).line));
        }
    }
}

/// By what a member of a list is told from others.
fn id(member: &Node) -> Option<&str> {
    member.get("id")?.scalar()
}

/// A value as it is written, without what is only layout.
fn written(node: &Node, sources: &Sources) -> String {
    match node.scalar() {
        Some(text) => text.to_owned(),
        None => sources.slice(Span { ..node.span }).split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The functions of a script.
fn of_script(file: &RuleFile, places: &mut Places) {
    let source = Source::new(file.path.as_str(), file.text.as_str());
    let starts: Vec<usize> = file
        .text
        .match_indices("fn ")
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || file.text[..*at].ends_with('\n'))
        .collect();
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(file.text.len());
        let text = file.text.get(*start..end).unwrap_or_default();
        // What follows the closing brace is the comment of the next function.
        let text = text.rfind("\n}").and_then(|end| text.get(..end + 2)).unwrap_or(text);
        let name = text.trim_start_matches("fn ").split('(').next().unwrap_or_default();
        places.insert(
            (file.name.clone(), name.to_owned()),
            (text.trim_end().to_owned(), source.position(*start).line),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> RuleFile {
        RuleFile { name: name.to_owned(), path: format!("site/{name}"), text: text.to_owned() }
    }

    #[test]
    fn a_changed_place_is_told_with_what_sits_on_it() {
        let old = file(
            "a.yaml",
            "export:\n  skip:\n    - id: x\n      when: =a\n  fields: { Name: =b, Memo: =c }\n",
        );
        let new = file(
            "a.yaml",
            "# A comment.\nexport:\n  skip:\n    - id: x\n      when: =a2\n    - { id: y, when: =z }\n  fields:\n    Memo: =c\n    Name: =b2\n",
        );
        let own = file("a.yaml", "export:\n  fields:\n    Name: { value: =mine }\n");
        let found = changed(&[old], &[new], &[vec![own]]);
        let told: Vec<_> = found.iter().map(|it| (it.place.as_str(), it.own.as_slice())).collect();
        assert_eq!(
            told,
            [
                ("export.fields.Name", &["site/a.yaml:3".to_owned()][..]),
                ("export.skip.x.when", &[]),
                ("export.skip.y.id", &[]),
                ("export.skip.y.when", &[]),
            ]
        );
        assert_eq!((found[0].was.as_deref(), found[0].is.as_deref()), (Some("=b"), Some("=b2")));
    }

    #[test]
    fn a_script_is_compared_function_by_function() {
        let old = file("scripts/a.rhai", "// One.\nfn one(a) {\n  a\n}\n\n// Two.\nfn two(b) {\n  b\n}\n");
        let new =
            file("scripts/a.rhai", "// First.\nfn one(a) {\n  a\n}\n\n// Second.\nfn two(b) {\n  b + 1\n}\n");
        let own = file("scripts/a.rhai", "fn two(b) {\n  b + 2\n}\n");
        let found = changed(std::slice::from_ref(&old), &[new], &[vec![own]]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].place.as_str(), found[0].own.as_slice()),
            ("two", &["site/scripts/a.rhai:1".to_owned()][..])
        );
        assert_eq!(changed(std::slice::from_ref(&old), std::slice::from_ref(&old), &[]), []);
    }
}
