//! A text with its values, as HTML. What the text says is escaped, and so is every value; marks are a short list.

use std::fmt::{self, Display, Write};

use askama::filters::{Escaper as _, Html, HtmlSafe};
use askama::{FastWritable, Values};

use crate::language::counts::grouped;
use crate::language::places::{Piece, pieces};
use crate::language::spoken::{spoken, t};

/// The marks that a text may have without more ado: what begins and what ends them.
const MARKS: [(&str, &str, &str); 10] = [
    ("strong", "<strong>", "</strong>"),
    ("code", "<code>", "</code>"),
    ("i", "<i>", "</i>"),
    ("kbd", "<kbd>", "</kbd>"),
    ("del", "<del>", "</del>"),
    ("ins", "<ins>", "</ins>"),
    ("br", "<br>", ""),
    ("hidden", "<span class=\"hidden\">", "</span>"),
    ("soft", "<span class=\"soft\">", "</span>"),
    ("figure", "<span class=\"figure\">", "</span>"),
];

/// HTML that Rust made of values which it escaped.
#[derive(Clone, Debug)]
pub struct Markup(pub String);

/// A text whose places get values.
pub trait Sentence {
    /// The text in the language that is spoken.
    fn text(&self) -> &str;
    /// Writes what stands at the place of a value; `None` if nothing does.
    fn value(&self, name: &str, out: &mut dyn Write) -> Option<fmt::Result>;
    /// Where its link leads; empty if it has none.
    fn link(&self, out: &mut dyn Write) -> fmt::Result;
}

/// A text without values, by its English words.
pub struct Plain<T>(pub T);

/// A text that counts: the English words for one, those for more, and how many there are.
pub struct Many {
    /// For one.
    pub one: &'static str,
    /// For any other number.
    pub other: &'static str,
    /// How many.
    pub count: usize,
}

/// A sentence with one more value.
pub struct Put<S, V> {
    /// The sentence.
    pub inner: S,
    /// Which place.
    pub name: &'static str,
    /// What stands there.
    pub value: V,
}

/// A sentence with HTML at one more place.
pub struct PutMarkup<S> {
    /// The sentence.
    pub inner: S,
    /// Which place.
    pub name: &'static str,
    /// What stands there.
    pub value: Markup,
}

/// A sentence with a link.
pub struct Linked<S, V> {
    /// The sentence.
    pub inner: S,
    /// Where it leads.
    pub href: V,
}

impl<T: AsRef<str>> Sentence for Plain<T> {
    fn text(&self) -> &str {
        t(self.0.as_ref())
    }
    fn value(&self, _: &str, _: &mut dyn Write) -> Option<fmt::Result> {
        None
    }
    fn link(&self, _: &mut dyn Write) -> fmt::Result {
        Ok(())
    }
}

impl Sentence for Many {
    fn text(&self) -> &str {
        let english = if self.count == 1 { self.one } else { self.other };
        spoken().and_then(|language| language.form(self.one, self.count)).unwrap_or(english)
    }
    fn value(&self, name: &str, out: &mut dyn Write) -> Option<fmt::Result> {
        (name == "n").then(|| out.write_str(&grouped(self.count)))
    }
    fn link(&self, _: &mut dyn Write) -> fmt::Result {
        Ok(())
    }
}

impl<S: Sentence, V: Display> Sentence for Put<S, V> {
    fn text(&self) -> &str {
        self.inner.text()
    }
    fn value(&self, name: &str, out: &mut dyn Write) -> Option<fmt::Result> {
        if name == self.name {
            Some(write!(Escaping(out), "{}", self.value))
        } else {
            self.inner.value(name, out)
        }
    }
    fn link(&self, out: &mut dyn Write) -> fmt::Result {
        self.inner.link(out)
    }
}

impl<S: Sentence> Sentence for PutMarkup<S> {
    fn text(&self) -> &str {
        self.inner.text()
    }
    fn value(&self, name: &str, out: &mut dyn Write) -> Option<fmt::Result> {
        if name == self.name { Some(out.write_str(&self.value.0)) } else { self.inner.value(name, out) }
    }
    fn link(&self, out: &mut dyn Write) -> fmt::Result {
        self.inner.link(out)
    }
}

impl<S: Sentence, V: Display> Sentence for Linked<S, V> {
    fn text(&self) -> &str {
        self.inner.text()
    }
    fn value(&self, name: &str, out: &mut dyn Write) -> Option<fmt::Result> {
        self.inner.value(name, out)
    }
    fn link(&self, out: &mut dyn Write) -> fmt::Result {
        write!(Escaping(out), "{}", self.href)
    }
}

/// Writes a sentence as HTML.
fn write_html(sentence: &impl Sentence, out: &mut dyn Write) -> fmt::Result {
    for piece in pieces(sentence.text()) {
        match piece {
            Piece::Plain(words) => Html.write_escaped_str(&mut *out, words)?,
            Piece::Value(name) => match sentence.value(name, out) {
                Some(written) => written?,
                None => write!(out, "{{{name}}}")?,
            },
            Piece::Begin("a") => {
                out.write_str("<a href=\"")?;
                sentence.link(out)?;
                out.write_str("\">")?;
            }
            // A page of somebody else's.
            Piece::Begin("out") => {
                out.write_str("<a href=\"")?;
                sentence.link(out)?;
                out.write_str("\" rel=\"noreferrer\">")?;
            }
            Piece::End("a" | "out") => out.write_str("</a>")?,
            Piece::Begin(name) => match MARKS.iter().find(|(it, ..)| *it == name) {
                Some((_, begin, _)) => out.write_str(begin)?,
                None => write!(out, "&lt;{name}&gt;")?,
            },
            Piece::End(name) => match MARKS.iter().find(|(it, ..)| *it == name) {
                Some((.., end)) => out.write_str(end)?,
                None => write!(out, "&lt;/{name}&gt;")?,
            },
        }
    }
    Ok(())
}

/// A text as HTML says it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A text takes whatever is written to it.
    _ = Html.write_escaped_str(&mut out, text);
    out
}

/// Escapes what is written to it.
struct Escaping<'w>(&'w mut dyn Write);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        Html.write_escaped_str(&mut *self.0, text)
    }
}

impl Display for Markup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FastWritable for Markup {
    fn write_into(&self, out: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok(out.write_str(&self.0)?)
    }
}

impl HtmlSafe for Markup {}

impl<T: AsRef<str>> AsRef<str> for Plain<T> {
    fn as_ref(&self) -> &str {
        self.0.as_ref()
    }
}

/// A sentence is written as HTML wherever a template names it.
macro_rules! written {
    ($([$($bounds:tt)*] $sentence:ty),* $(,)?) => {$(
        impl<$($bounds)*> Display for $sentence {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_html(self, out)
            }
        }
        impl<$($bounds)*> FastWritable for $sentence {
            fn write_into(&self, out: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
                Ok(write_html(self, out)?)
            }
        }
        impl<$($bounds)*> HtmlSafe for $sentence {}
    )*};
}

written! {
    [T: AsRef<str>] Plain<T>,
    [] Many,
    [S: Sentence, V: Display] Put<S, V>,
    [S: Sentence] PutMarkup<S>,
    [S: Sentence, V: Display] Linked<S, V>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_says_is_no_markup() {
        let inner = Plain("<strong>{name}</strong> & <a>{all} of it</a>, {none} <b>");
        let inner = Put { inner, name: "name", value: "<script>" };
        let inner = PutMarkup { inner, name: "all", value: Markup("<i>x</i>".to_owned()) };
        let told = Linked { inner, href: "/\"><p>" }.to_string();
        assert_eq!(
            told,
            "<strong>&#60;script&#62;</strong> &#38; <a href=\"/&#34;&#62;&#60;p&#62;\"><i>x</i> of it</a>, {none} &lt;b&gt;"
        );
    }

    #[test]
    fn a_count_chooses_the_form() {
        let told = |count| Many { one: "{n} file goes", other: "{n} files go", count }.to_string();
        assert_eq!([0, 1, 1200].map(told), ["0 files go", "1 file goes", "1,200 files go"]);
    }
}
