//! The lines of a script: four blanks for each open bracket, no blanks at their ends.

/// So many columns for each level.
const STEP: usize = 4;

/// What a character of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Code,
    /// A text in quotes, after this quote.
    Quoted,
    /// A text in backticks.
    Template,
    /// A comment to the end of the line.
    Line,
    /// A comment to its own end.
    Block,
}

/// The text with its lines in form.
pub fn indented(text: &str) -> String {
    let mut state = State { parts: vec![(Part::Code, 0)], depth: 0 };
    let mut out: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        // A text that goes on from the line before has no indentation.
        if state.in_text() {
            state.read(line);
            let ends_in_text = state.in_text();
            out.push(if ends_in_text { line.to_owned() } else { line.trim_end().to_owned() });
            continue;
        }
        let said = line.trim();
        let closing = said.chars().take_while(|c| matches!(c, '}' | ')' | ']')).count();
        let more = usize::from(goes_on && closing == 0 && !said.starts_with("//"));
        let depth = (state.depth.saturating_sub(closing) + more) * STEP;
        state.read(line.trim_start());
        let said = if state.in_text() { line.trim_start() } else { said };
        if !said.is_empty() {
            out.push(format!("{}{said}", " ".repeat(depth)));
        } else if out.last().is_some_and(|before| !before.is_empty()) {
            out.push(String::new());
        }
        goes_on = if said.is_empty() || said.starts_with("//") {
            goes_on && !said.is_empty()
        } else {
            is_open(said)
        };
    }
    while out.last().is_some_and(|line| line.trim().is_empty()) && !state.in_text() {
        out.pop();
    }
    out.into_iter().map(|line| line + "\n").collect()
}

/// Whether a statement goes on behind a line.
fn is_open(line: &str) -> bool {
    let code = line.split(" //").next().unwrap_or(line).trim_end();
    !code.ends_with([';', '{', '}', ',', '(', '[']) && !code.ends_with("*/")
}

struct State {
    /// What is open: a text in backticks may hold code, which may hold texts. Code counts its braces.
    parts: Vec<(Part, usize)>,
    /// How many brackets are open.
    depth: usize,
}

impl State {
    fn part(&self) -> Part {
        self.parts.last().map_or(Part::Code, |(part, _)| *part)
    }

    /// Whether white space at the beginning of the next line means something, or is a comment's own.
    fn in_text(&self) -> bool {
        self.part() != Part::Code || self.parts.len() > 1
    }

    fn read(&mut self, line: &str) {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            match (self.part(), c, next) {
                (Part::Quoted, '\\', _) => _ = chars.next(),
                (Part::Quoted, '"', _) | (Part::Template, '`', _) => _ = self.parts.pop(),
                (Part::Block, '*', Some('/')) => {
                    chars.next();
                    self.parts.pop();
                }
                (Part::Template, '$', Some('{')) => {
                    chars.next();
                    self.parts.push((Part::Code, 0));
                }
                (Part::Code, '/', Some('/')) => self.parts.push((Part::Line, 0)),
                (Part::Code, '/', Some('*')) => {
                    chars.next();
                    self.parts.push((Part::Block, 0));
                }
                (Part::Code, '"', _) => self.parts.push((Part::Quoted, 0)),
                (Part::Code, '`', _) => self.parts.push((Part::Template, 0)),
                (Part::Code, c, _) => self.bracket(c),
                _ => {}
            }
        }
        if self.part() == Part::Line {
            self.parts.pop();
        }
    }

    fn bracket(&mut self, c: char) {
        let in_template = self.parts.len() > 1;
        let Some((_, open)) = self.parts.last_mut() else { return };
        match c {
            '{' | '(' | '[' => *open += 1,
            '}' if in_template && *open == 0 => _ = self.parts.pop(),
            '}' | ')' | ']' => *open = open.saturating_sub(1),
            _ => {}
        }
        if !in_template {
            self.depth = self.parts.first().map_or(0, |(_, open)| *open);
        }
    }
}
