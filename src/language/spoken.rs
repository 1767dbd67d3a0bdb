//! The language that the process speaks. It is chosen once, before the first page, and then never again: a lookup takes
//! no lock, and in English nothing is looked up at all.

use std::collections::HashMap;
use std::sync::OnceLock;

use icu_plurals::{PluralCategory, PluralRules};

static SPOKEN: OnceLock<Language> = OnceLock::new();

/// A language other than English.
#[derive(Debug)]
pub struct Language {
    /// Its tag, such as `de` or `pt-BR`, for the pages' `lang`.
    pub tag: String,
    /// What stands for a text.
    pub texts: HashMap<String, String>,
    /// What stands for a text that counts, by the one for a single thing.
    pub counts: HashMap<String, Forms>,
    /// Which form a number asks for.
    pub rules: PluralRules,
}

/// The forms of a text that counts, each with its category: `one`, `other`.
pub type Forms = Vec<(PluralCategory, String)>;

impl Language {
    /// The form of `{n} noun` for so many.
    pub fn noun(&self, noun: &str, count: usize) -> Option<&str> {
        self.form(&format!("{{n}} {noun}"), count)
    }

    /// The form for so many; `None` where the language has nothing for the text.
    pub fn form(&self, one: &str, count: usize) -> Option<&str> {
        let forms = self.counts.get(one)?;
        let wanted = self.rules.category_for(count);
        let of = |category| forms.iter().find(|(it, _)| *it == category);
        of(wanted).or_else(|| of(PluralCategory::Other)).map(|(_, text)| text.as_str())
    }
}

/// Speaks a language from now on. Only the first one counts.
pub fn speak(language: Language) {
    _ = SPOKEN.set(language);
}

/// The language, if it is not English.
pub fn spoken() -> Option<&'static Language> {
    SPOKEN.get()
}

/// Its tag.
pub fn tag() -> &'static str {
    spoken().map_or("en", |language| &language.tag)
}

/// What the language has for a text; the text itself in English, or if it has none.
pub fn t(text: &str) -> &str {
    spoken().and_then(|language| language.texts.get(text)).map_or(text, String::as_str)
}

/// Marks a text that is told where it is shown. It is kept in English until then: addresses may name it.
pub const fn marked(text: &'static str) -> &'static str {
    text
}
