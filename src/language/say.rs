//! A text with its values, as Rust makes it. English goes through `format!`, so that the compiler checks the places.

use std::fmt::{Display, Write as _};

use crate::language::places::{Piece, pieces};

/// A text of the language with these values in its places.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut told = String::with_capacity(text.len() + 16 * values.len());
    for piece in pieces(text) {
        _ = match piece {
            Piece::Plain(words) => write!(told, "{words}"),
            Piece::Value(name) => match values.iter().find(|(it, _)| *it == name) {
                Some((_, value)) => write!(told, "{value}"),
                None => write!(told, "{{{name}}}"),
            },
            Piece::Begin(name) => write!(told, "<{name}>"),
            Piece::End(name) => write!(told, "</{name}>"),
        };
    }
    told
}

/// `say!("{n} of {all}", n = found, all = count)`: the text in the language that is spoken, with its values.
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident = $value:expr) => { $value };
    ($text:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        match $crate::language::spoken::spoken() {
            None => format!($text $(, $name = $crate::language::say!(@value $name $(= $value)?))*),
            Some(language) => $crate::language::fill(
                language.texts.get($text).map_or($text, String::as_str),
                &[$((stringify!($name), &$crate::language::say!(@value $name $(= $value)?))),*],
            ),
        }
    };
}

/// `many!("{n} file goes", "{n} files go", count)`: the form for so many, with its values. `{n}` is the number.
macro_rules! many {
    ($one:literal, $other:literal, $count:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        let count: usize = $count;
        let english = if count == 1 { $one } else { $other };
        let spoken = $crate::language::spoken::spoken();
        let text = spoken.and_then(|language| language.form($one, count)).unwrap_or(english);
        let number = $crate::language::grouped(count);
        $crate::language::fill(text, &[
            ("n", &number) $(, (stringify!($name), &$crate::language::say!(@value $name $(= $value)?)))*
        ])
    }};
}

pub(crate) use {many, say};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled() {
        assert_eq!(fill("{b} of {a}, {c}", &[("a", &1), ("b", &"x")]), "x of 1, {c}");
        assert_eq!(say!("{n} of {all}", n = 1, all = "2"), "1 of 2");
        let told = |count| many!("{n} of {all} goes", "{n} of {all} go", count, all = 5);
        assert_eq!([1, 2].map(told), ["1 of 5 goes", "2 of 5 go"]);
    }
}
