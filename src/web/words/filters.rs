//! What templates call: texts of the language, with their values.

#![expect(
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "a filter is made by askama’s macro, which wants a result"
)]

use std::fmt::Display;

use askama::{Result, Values};

use crate::catalogue::words_of_value;
use crate::language::sentence::{Linked, Many, Markup, Plain, Put, PutMarkup, Sentence};
use crate::text::quotes;

/// A number of things.
pub trait Count {
    /// How many.
    fn count(&self) -> usize;
}

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl Count for $number {
            fn count(&self) -> usize {
                usize::try_from(*self).unwrap_or_default()
            }
        }
    )*};
}

counts!(usize, u32, u64, i32, i64);

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> usize {
        (*self).count()
    }
}

/// The text in the language that is spoken.
#[askama::filter_fn]
pub fn t<T: AsRef<str>>(text: T, _: &dyn Values) -> Result<Plain<T>> {
    Ok(Plain(text))
}

/// A value from a fixed list of QuickBooks in words, any other text as it is.
#[askama::filter_fn]
pub fn in_words(value: impl AsRef<str>, _: &dyn Values) -> Result<String> {
    let value = value.as_ref();
    Ok(words_of_value(value).unwrap_or_else(|| value.to_owned()))
}

/// A message with what it names in quotation marks, as people read them.
#[askama::filter_fn]
pub fn quoted(message: impl AsRef<str>, _: &dyn Values) -> Result<String> {
    Ok(quotes::quoted(message.as_ref()))
}

/// Marks a text that is told where it is shown.
#[askama::filter_fn]
pub fn marked<T>(text: T, _: &dyn Values) -> Result<T> {
    Ok(text)
}

/// The text for so many; `{n}` is the number.
#[askama::filter_fn]
pub fn many(count: impl Count, _: &dyn Values, one: &'static str, other: &'static str) -> Result<Many> {
    Ok(Many { one, other, count: count.count() })
}

/// With this value at the place `{name}`.
#[askama::filter_fn]
pub fn put<S: Sentence, V: Display>(
    inner: S,
    _: &dyn Values,
    name: &'static str,
    value: V,
) -> Result<Put<S, V>> {
    Ok(Put { inner, name, value })
}

/// With this HTML at the place `{name}`.
#[askama::filter_fn]
pub fn put_html<S: Sentence>(
    inner: S,
    _: &dyn Values,
    name: &'static str,
    value: Markup,
) -> Result<PutMarkup<S>> {
    Ok(PutMarkup { inner, name, value })
}

/// With what stands between `<a>` and `</a>` as a link to there.
#[askama::filter_fn]
pub fn link<S: Sentence, V: Display>(inner: S, _: &dyn Values, href: V) -> Result<Linked<S, V>> {
    Ok(Linked { inner, href })
}
