//! The places in a text: values in braces, and marks as in HTML.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Words.
    Plain(&'t str),
    /// `{name}`: a value.
    Value(&'t str),
    /// `<strong>`: a mark begins.
    Begin(&'t str),
    /// `</strong>`: it ends.
    End(&'t str),
}

/// The pieces of a text, in its order. A brace or an angle that begins no place is a word.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: text }
}

/// See [`pieces`].
pub struct Pieces<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if let Some((piece, rest)) = place(self.rest) {
            self.rest = rest;
            return Some(piece);
        }
        let mut chars = self.rest.char_indices();
        chars.next()?;
        let next = chars.find(|(at, c)| matches!(c, '{' | '<') && place(&self.rest[*at..]).is_some());
        let (plain, rest) = self.rest.split_at(next.map_or(self.rest.len(), |(at, _)| at));
        self.rest = rest;
        Some(Piece::Plain(plain))
    }
}

/// The place that a text begins with, and what follows.
fn place(text: &str) -> Option<(Piece<'_>, &str)> {
    let (open, close) = match text.as_bytes().first()? {
        b'{' => ("{", '}'),
        b'<' if text.starts_with("</") => ("</", '>'),
        b'<' => ("<", '>'),
        _ => return None,
    };
    let (name, rest) = text[open.len()..].split_once(close)?;
    let is_name = !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
    let piece = match open {
        "{" => Piece::Value(name),
        "<" => Piece::Begin(name),
        _ => Piece::End(name),
    };
    is_name.then_some((piece, rest))
}

/// The places of a text, sorted: two texts that stand for each other have the same.
pub fn places(text: &str) -> Vec<String> {
    let told = |piece| match piece {
        Piece::Plain(_) => None,
        Piece::Value(name) => Some(format!("{{{name}}}")),
        Piece::Begin(name) => Some(format!("<{name}>")),
        Piece::End(name) => Some(format!("</{name}>")),
    };
    let mut all: Vec<String> = pieces(text).filter_map(told).collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_words() {
        let all: Vec<Piece<'_>> = pieces("<a>{n} of {all}</a> < {B} {").collect();
        let wanted = [
            Piece::Begin("a"),
            Piece::Value("n"),
            Piece::Plain(" of "),
            Piece::Value("all"),
            Piece::End("a"),
            Piece::Plain(" < {B} {"),
        ];
        assert_eq!(all, wanted);
        assert_eq!(pieces("").count(), 0);
        assert_eq!(places("{n} <b>x</b>"), ["</b>", "<b>", "{n}"]);
        // Whatever the text, its pieces are all of it.
        for text in ["é{é}", "<<b>", "{{n}}", "a{n"] {
            assert!(pieces(text).count() > 0, "{text}");
        }
    }
}
