//! Links: those in all Markdown of the project, and those of the handbook as a book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ferrule::handbook::{book, slug};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            markdown(&path, found);
        } else if path.extension().is_some_and(|it| it == "md") {
            found.push(path);
        }
    }
}

/// The links of a text, and the names of its headings.
fn links_and_headings(text: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut links, mut headings, mut heading) = (Vec::new(), BTreeSet::new(), None::<String>);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.to_string());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => headings.extend(heading.take().map(|text| slug(&text))),
            Event::Text(text) | Event::Code(text) => heading.iter_mut().for_each(|it| it.push_str(&text)),
            _ => {}
        }
    }
    (links, headings)
}

#[test]
fn every_link_of_every_text_leads_somewhere() {
    let mut files = Vec::new();
    markdown(root(), &mut files);
    let (mut count, mut dead) = (0, Vec::new());
    for file in &files {
        let (links, own) = links_and_headings(&std::fs::read_to_string(file).unwrap());
        for link in links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            count += 1;
            let (path, heading) =
                link.split_once('#').map_or((link.as_str(), ""), |(path, heading)| (path, heading));
            let target = file.parent().unwrap().join(path);
            let is_there = path.is_empty() || target.exists();
            let headings = if path.is_empty() { own.clone() } else { headings_of(&target) };
            if !is_there || !(heading.is_empty() || headings.contains(heading)) {
                dead.push(format!("{}: {link}", file.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(count > 20, "only {count} links in {} files", files.len());
}

fn headings_of(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    links_and_headings(&text).1
}

#[test]
fn the_book_is_whole_and_its_links_lead_somewhere() {
    let pages: BTreeMap<String, String> = book().into_iter().collect();
    assert_eq!(pages.len(), book().len(), "two pages have one name");
    assert!(pages.len() > 15 && pages.contains_key("index.html"));
    let href = Regex::new("href=\"([^\"]*)\"").unwrap();
    for (name, page) in &pages {
        assert_eq!(page.matches("<h1").count(), 1, "{name} has one title");
        for found in href.captures_iter(page) {
            let link = &found[1];
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (to, heading) = link.split_once('#').unwrap_or((link, ""));
            let there = if to.is_empty() { Some(page) } else { pages.get(to) };
            assert!(
                there.is_some_and(|there| heading.is_empty() || there.contains(&format!("id=\"{heading}\""))),
                "{name} links to {link}"
            );
        }
    }
    let mut texts = Vec::new();
    markdown(&root().join("docs"), &mut texts);
    for file in texts {
        let text = std::fs::read_to_string(&file).unwrap();
        let title = slug(text.lines().next().unwrap().trim_start_matches('#'));
        assert!(pages.contains_key(&format!("{title}.html")), "the book lacks {}", file.display());
    }
    let text = |name: &str| &pages[&format!("{name}.html")];
    assert!(text("cook-book").contains("minimum_lot"));
    assert!(text("codes-of-the-web-connector").contains("QBWC1012"));
    assert!(text("what-the-checker-says").contains("R301"));
    assert!(text("index").contains("href=\"words.html\""), "a link between files is one between pages");
    assert!(
        !text("how-ferrule-is-built").contains("href=\"../src"),
        "what is not in the book is not linked to"
    );
}
