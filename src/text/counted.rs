//! How many there are of something, in words.

/// Endings that ask for one more syllable.
const SIBILANTS: [&str; 4] = ["ss", "x", "ch", "sh"];

/// `1 error`, `2 errors`, `2 queries`.
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {}", plural(noun)),
    }
}

/// More than one of them: `errors`, `queries`, `keys`, `classes`, `boxes`. What is many already stays: `terms`.
pub fn plural(noun: &str) -> String {
    if SIBILANTS.iter().any(|end| noun.ends_with(end)) {
        return format!("{noun}es");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        None if noun.ends_with('s') => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_many_is_said_as_people_say_it() {
        let many =
            ["error", "query", "key", "class", "tax", "address", "terms", "invoice", "match"].map(plural);
        assert_eq!(
            many,
            ["errors", "queries", "keys", "classes", "taxes", "addresses", "terms", "invoices", "matches"]
        );
        assert_eq!([1, 2].map(|count| counted(count, "class")), ["1 class", "2 classes"]);
    }
}
