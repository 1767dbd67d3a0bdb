//! Signs of word processors, and others that look like a sign of the language and are none.

/// A sign, and what it is here.
const SIGNS: [(&str, &str); 10] = [
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("≠", "write `!=`"),
    ("×", "write `*`"),
    ("÷", "write `/`"),
    ("–—−‐‑", "write the minus of the keyboard: `-`"),
    ("＝", "write the sign of the keyboard: `=`"),
    ("，", "write the comma of the keyboard: `,`"),
    (
        "\u{a0}\u{2007}\u{202f}\u{3000}",
        "this blank comes from a word processor or a web page: type a plain one",
    ),
    (
        "\u{200b}\u{200c}\u{200d}\u{feff}\u{2060}",
        "a character without width stands here: delete it, and type the text anew",
    ),
];

/// What to write instead of the sign that a text begins with.
pub fn sign(rest: &str) -> Option<String> {
    let first = rest.chars().next()?;
    if let Some((_, write)) = SIGNS.iter().find(|(signs, _)| signs.contains(first)) {
        return Some((*write).to_owned());
    }
    let is_foreign_letter = first.is_alphabetic() && !first.is_ascii();
    is_foreign_letter.then(|| {
        format!("`{first}` is no letter of the names here, though it may look like one: type the name anew")
    })
}

/// Where a comment begins that is never closed.
pub fn comment_without_end(text: &str) -> Option<usize> {
    let at = text.rfind("/*")?;
    let before = text.get(..at)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    // Not within a text, such as a filter, nor within a comment of one line.
    let within = line.matches(['"', '`']).count() % 2 == 1 || line.contains("//");
    (!within && !text.get(at..)?.contains("*/")).then_some(at)
}
