//! Chapters to pages of HTML.

use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::chapters::{Chapter, chapters};

const TEMPLATE: &str = include_str!("page.html");

/// The files of the book with their names; `index.html` is the first page.
pub fn book() -> Vec<(String, String)> {
    let all = chapters();
    let page = |(place, chapter): (usize, &Chapter)| {
        let turn = |word: &str, to: Option<&Chapter>| {
            to.map(|to| format!("<a href=\"{}.html\">{word} {}</a>", to.name, escaped(&to.title)))
                .unwrap_or_default()
        };
        let before = turn("←", place.checked_sub(1).and_then(|before| all.get(before)));
        let after = turn("→", all.get(place + 1));
        let page = TEMPLATE
            .replace("{title}", &escaped(&chapter.title))
            .replace("{contents}", &contents(&all, chapter))
            .replace("{before}", &before)
            .replace("{after}", &after)
            .replace("{text}", &text(chapter, &all));
        (format!("{}.html", chapter.name), page)
    };
    all.iter().enumerate().map(page).collect()
}

/// The name by which a heading is linked to: as GitHub makes it.
pub fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn contents(all: &[Chapter], here: &Chapter) -> String {
    let (mut text, mut part) = (String::new(), "");
    for chapter in all {
        if chapter.part != part {
            part = chapter.part;
            _ = writeln!(text, "<li class=\"part\">{}</li>", escaped(part));
        }
        let current = if chapter.name == here.name { " aria-current=\"page\"" } else { "" };
        _ = writeln!(
            text,
            "<li><a href=\"{}.html\"{current}>{}</a></li>",
            chapter.name,
            escaped(&chapter.title)
        );
    }
    text
}

fn text(chapter: &Chapter, all: &[Chapter]) -> String {
    let mut events: Vec<Event<'_>> = Parser::new_ext(&chapter.text, Options::ENABLE_TABLES).collect();
    name_headings(&mut events);
    let mut links = Vec::new();
    let events = events.into_iter().filter_map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let to = target(&dest_url, chapter, all);
            links.push(to.is_some());
            // What is not in the book, such as a file of the source, is named and not linked to.
            let dest_url = CowStr::from(to?);
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or(true).then_some(Event::End(TagEnd::Link)),
        // Marks for what makes parts of the files.
        Event::Html(_) | Event::InlineHtml(_) => None,
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Gives every heading the name by which it is linked to.
fn name_headings(events: &mut [Event<'_>]) {
    for at in 0..events.len() {
        let rest = events.get(at + 1..).unwrap_or_default();
        let words = rest.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let words: String = words
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        if let Some(Event::Start(Tag::Heading { level, id, .. })) = events.get_mut(at) {
            *id = Some(CowStr::from(slug(&words)));
            // A chapter begins with the largest heading, wherever its text was taken from.
            if at == 0 {
                *level = HeadingLevel::H1;
            }
        }
    }
}

/// Where a link of a chapter leads in the book; nothing if that is not in it.
fn target(link: &str, from: &Chapter, all: &[Chapter]) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Some(link.to_owned());
    }
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let file = if path.is_empty() { from.file.to_owned() } else { beside(from.file, path) };
    let mut of_file = all.iter().filter(|chapter| chapter.file == file);
    let Some(heading) = heading else {
        return of_file.next().map(|chapter| format!("{}.html", chapter.name));
    };
    let has = |chapter: &&Chapter| {
        let lines = chapter.text.lines().filter(|line| line.starts_with('#'));
        lines.into_iter().any(|line| slug(line.trim_start_matches('#')) == heading)
    };
    of_file.find(has).map(|chapter| format!("{}.html#{heading}", chapter.name))
}

/// A path, as a file means it.
fn beside(file: &str, path: &str) -> String {
    let mut steps: Vec<&str> = file.split('/').collect();
    steps.pop();
    for step in path.split('/') {
        match step {
            "." | "" => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
