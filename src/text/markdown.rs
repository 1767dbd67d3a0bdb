//! Markdown to plain text, and back: see [`markdown()`].

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html::{leading_tag, strip_tags};
pub use super::markdown_escape::markdown;

/// The plain text that a reader of this Markdown sees.
///
/// Emphasis, headings, code and links lose their marks and keep their text (a link without text
/// becomes its address, a picture its description); list items begin with `-` or their number,
/// cells of a table are separated by ` | `; HTML tags go and their text stays; entities become
/// characters. Every line and paragraph is a line, without blank lines and without space at either
/// end: a description in QuickBooks is one block.
///
/// What only looks like Markdown is left alone: `5 * 3`, `2*3*4`, `PN_100_A`, `#10-32 screw`.
///
/// ```
/// # use ferrule::text::markdown::plain;
/// assert_eq!(plain("Bracket, **zinc plate**\n\n* 5 * 3 mm\n* see [drawing](http://x.test/1)"),
///     "Bracket, zinc plate\n- 5 * 3 mm\n- see drawing");
/// ```
pub fn plain(markdown: &str) -> String {
    plain_within(markdown, MAX_HTML)
}

/// How often the inside of an HTML block is looked at as Markdown again.
const MAX_HTML: usize = 4;

fn plain_within(markdown: &str, html_left: usize) -> String {
    let source = without_definitions(markdown);
    let mut text = Plain { source: &source, html_left, ..Plain::default() };
    for (event, range) in Parser::new_ext(&source, Options::ENABLE_TABLES).into_offset_iter() {
        text.event(event, range.start..range.end);
    }
    let plain = one_block(&text.out);
    // `#`, `---` alone: nothing is left of them, so they were not meant as Markdown.
    if plain.is_empty() && !markdown.contains(['<', '[']) { one_block(markdown) } else { plain }
}

/// Text without blank lines and without space at the ends.
fn one_block(text: &str) -> String {
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// `[note]: 5` would be taken for the definition of a link and vanish, so it gets a backslash.
fn without_definitions(markdown: &str) -> String {
    let escape = |line: &str| match definition_start(line) {
        Some(at) => {
            let (before, definition) = line.split_at(at);
            format!("{before}\\{definition}")
        }
        None => line.to_owned(),
    };
    markdown.split_inclusive('\n').map(escape).collect()
}

/// Where a line has something that only looks like a link's definition: its address is none.
fn definition_start(line: &str) -> Option<usize> {
    let block_marks = |c: char| c.is_ascii_digit() || " \t>-+*.)".contains(c);
    let definition = line.trim_start_matches(block_marks);
    let (_, after) = definition.strip_prefix('[')?.split_once(']')?;
    let address = after.strip_prefix(':')?.trim_start();
    let starts = ["/", "#", "<", "mailto:", "www."];
    let is_address = address.contains("://") || starts.iter().any(|start| address.starts_with(start));
    (!is_address).then_some(line.len() - definition.len())
}

#[derive(Default)]
struct Plain<'a> {
    source: &'a str,
    out: String,
    /// The number of lists that the present item is in.
    lists: usize,
    /// The marks of the emphasis that is open: empty where they are dropped.
    emphasis: Vec<&'static str>,
    /// Address and beginning of the links that are open.
    links: Vec<(String, usize)>,
    /// An item's mark was written last, so its paragraph goes on the same line.
    is_after_mark: bool,
    html: String,
    html_left: usize,
}

impl Plain<'_> {
    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.new_line(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: std::ops::Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong => {
                let mark = self.kept_mark(&range);
                self.push(mark);
                self.emphasis.push(mark);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.out.len()));
            }
            Tag::List(_) => self.lists += 1,
            Tag::Item => self.item(&range),
            Tag::TableCell => {
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.push(" | ");
                }
            }
            Tag::Paragraph | Tag::Heading { .. } if self.is_after_mark => {}
            _ => self.new_line(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong => {
                let mark = self.emphasis.pop().unwrap_or_default();
                self.push(mark);
            }
            TagEnd::Link | TagEnd::Image => {
                if let Some((address, start)) = self.links.pop()
                    && self.out.len() == start
                {
                    self.push(&address);
                }
            }
            TagEnd::List(_) => self.lists = self.lists.saturating_sub(1),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::TableCell => {}
            _ => self.new_line(),
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.is_after_mark &= text.is_empty();
    }

    fn new_line(&mut self) {
        self.is_after_mark = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Writes an item's mark: numbers as they are, `*` as `-`.
    fn item(&mut self, range: &std::ops::Range<usize>) {
        let source = self.source.get(range.clone()).unwrap_or_default();
        let mark = source.split_whitespace().next().unwrap_or("-");
        let number_end = mark.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let mark = mark.get(..=number_end).unwrap_or("-");
        self.new_line();
        self.out.extend(std::iter::repeat_n("  ", self.lists.saturating_sub(1)));
        self.out.push_str(if mark == "*" { "-" } else { mark });
        self.out.push(' ');
        self.is_after_mark = true;
    }

    /// The marks of emphasis inside a word: `2*3*4` is a size, not an italic 3.
    fn kept_mark(&self, range: &std::ops::Range<usize>) -> &'static str {
        let before = self.source.get(..range.start).and_then(|text| text.chars().next_back());
        let after = self.source.get(range.end..).and_then(|text| text.chars().next());
        let is_in_word = [before, after].into_iter().flatten().any(char::is_alphanumeric);
        let source = self.source.get(range.clone()).unwrap_or_default();
        match source {
            _ if !is_in_word => "",
            _ if source.starts_with("**") => "**",
            _ if source.starts_with('*') => "*",
            _ => "",
        }
    }

    fn inline_html(&mut self, html: &str) {
        match leading_tag(html) {
            Some(tag) if tag.is_breaking => self.new_line(),
            Some(_) => {}
            None => self.push(html),
        }
    }

    fn html_block(&mut self) {
        let html = std::mem::take(&mut self.html);
        let stripped = strip_tags(&html);
        if stripped == html || self.html_left == 0 {
            self.push(&stripped);
        } else {
            self.push(&plain_within(&stripped, self.html_left - 1));
        }
        self.new_line();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_go_and_text_stays() {
        for (source, expected) in [
            ("**Bold** and _italic_ `code`", "Bold and italic code"),
            ("# Head\ntext\n\n\nmore  \nlines\\\nend", "Head\ntext\nmore\nlines\nend"),
            ("- a\n- b\n  - c\n\n1. x\n2. y", "- a\n- b\n  - c\n1. x\n2. y"),
            ("* a\n\n  more\n\n* b", "- a\nmore\n- b"),
            ("7) x\n8) y", "7) x\n8) y"),
            ("+ 5 mm", "+ 5 mm"),
            (
                "[drawing](http://x.test) <http://y.test> [](http://z.test) ![photo](p.png)",
                "drawing http://y.test http://z.test photo",
            ),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
            ("a<br>b <b>c</b> &lt;d&gt; &eacute;", "a\nb c <d> é"),
            ("<div>\nplate &amp; **bake**\n</div>\n\nend", "plate & bake\nend"),
            ("<!-- hidden -->shown", "shown"),
            ("[1] and [see](http://x.test) [n]: 5\n\n[1]: http://y.test", "1 and see [n]: 5"),
            ("> quoted\n\n---\n\n```\nx = 1\n\ny\n```", "quoted\nx = 1\ny"),
            ("  \n", ""),
        ] {
            assert_eq!(plain(source), expected, "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_markdown_is_left_alone() {
        for text in [
            "5 * 3",
            "2*3*4",
            "2**3**4",
            "PN_100_A",
            "#10-32 screw",
            "1.5x2",
            "10. Zinc plate",
            "a < b > c",
            "<5 mm",
            "keep <max> free",
            "[note]: 5",
            "- [note]: 5",
            "~5 mm",
            "-",
            "#",
            "50% - 60%",
            "R&D",
            "C:\\parts",
            "Item #5",
            "(a_b) *",
            "+5",
            "0.5*2",
            "1986. A year",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("#\n\n#"), "#\n#");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn any_markdown_becomes_lines_without_blank_ones(source in "[-a1 *_#>+=.:)~`\\[\\](!|<&;/b\\\\\n]{0,40}") {
            let text = plain(&source);
            prop_assert!(text.is_empty() || text.lines().all(|line| !line.trim().is_empty()), "{text:?}");
            prop_assert_eq!(text.trim(), &text);
        }
    }
}
