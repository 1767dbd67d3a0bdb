//! `ferrule fmt`: rule files in one form. Only white space changes: what a file says, and its comments, stay.

mod script;
mod spaces;
mod yaml;

use std::path::Path;

use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::rules::diagnostics::source::FileId;
use crate::rules::files::yaml::{Kind, Node, parse};

/// Why a file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Unformatted {
    /// It cannot be read.
    #[error("it cannot be read: {}", .0.message)]
    Wrong(Box<Diagnostic>),
    /// It is neither YAML nor a script.
    #[error("it is neither `.yaml` nor `.rhai`")]
    OtherKind,
    /// Another form of it would say something else.
    #[error("its white space cannot be changed without changing what it says")]
    Unsafe,
}

/// So often a form is put into form again, until it stays.
const ROUNDS: usize = 4;

/// A rule file in its form.
///
/// # Errors
/// It is left as it is.
pub fn format(path: &Path, text: &str) -> Result<String, Unformatted> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending {
        "yaml" | "yml" => until_it_stays(text, |text| {
            let spaced = spaces::spaced(text, &read(text)?);
            let formed = yaml::indented(&spaced, &read(&spaced)?);
            says_the_same(&read(text)?, &read(&formed)?).then_some(formed).ok_or(Unformatted::Unsafe)
        }),
        "rhai" => until_it_stays(text, |text| Ok(script::indented(text))),
        _ => Err(Unformatted::OtherKind),
    }
}

fn until_it_stays(
    text: &str,
    form: impl Fn(&str) -> Result<String, Unformatted>,
) -> Result<String, Unformatted> {
    let mut before = text.to_owned();
    for _ in 0..ROUNDS {
        let after = form(&before)?;
        if !same_signs(&before, &after) {
            return Err(Unformatted::Unsafe);
        }
        if after == before {
            return Ok(after);
        }
        before = after;
    }
    Err(Unformatted::Unsafe)
}

/// Whether two texts differ in white space only: so comments stay too.
fn same_signs(a: &str, b: &str) -> bool {
    let signs = |c: &char| !c.is_whitespace();
    a.chars().filter(signs).eq(b.chars().filter(signs))
}

fn read(text: &str) -> Result<Node, Unformatted> {
    let mut found = Diagnostics::default();
    let node = parse(FileId::default(), text, &mut found);
    let wrong = found.into_iter().find(|it| it.severity == Severity::Error);
    match (node, wrong) {
        (_, Some(wrong)) => Err(Unformatted::Wrong(Box::new(wrong))),
        (Some(node), None) => Ok(node),
        (None, None) => Err(Unformatted::Unsafe),
    }
}

/// Whether two nodes mean the same, wherever they stand.
fn says_the_same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Scalar { text: a, plain: p }, Kind::Scalar { text: b, plain: q }) => a == b && p == q,
        (Kind::List(a), Kind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says_the_same(a, b))
        }
        (Kind::Map(a), Kind::Map(b)) => {
            let same = |(a, b): (&_, &_)| same_entry(a, b);
            a.len() == b.len() && a.iter().zip(b).all(same)
        }
        _ => false,
    }
}

fn same_entry(a: &crate::rules::files::yaml::Entry, b: &crate::rules::files::yaml::Entry) -> bool {
    a.key == b.key && says_the_same(&a.value, &b.value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::files::shipped_files;

    fn yaml(text: &str) -> String {
        format(Path::new("a.yaml"), text).unwrap()
    }

    #[test]
    fn every_file_that_ships_is_in_form() {
        for (name, text) in shipped_files() {
            match format(Path::new(name), text) {
                Err(Unformatted::OtherKind) => {}
                formed => assert_eq!(formed.unwrap(), text, "{name}"),
            }
        }
    }

    #[test]
    fn indentation_is_two_blanks_and_lists_stand_below_their_key() {
        let crooked = "export:\r\n    skip:\r\n    -   id: a   \r\n        when:   =x\r\n    # about b\r\n    - id: b\r\n\r\n\r\n    fields:\r\n          Memo: {value: =x,overflow:  reject}\r\n          Text: >-\r\n              one\r\n                two\r\n\r\n              three\r\n          List: [a,b ,  c]\r\n";
        let formed = "export:\n  skip:\n    - id: a\n      when: =x\n    # about b\n    - id: b\n\n  fields:\n    Memo: { value: =x, overflow: reject }\n    Text: >-\n        one\n          two\n\n        three\n    List: [a, b, c]\n";
        assert_eq!(yaml(crooked), formed);
        assert_eq!(yaml(formed), formed);
    }

    #[test]
    fn what_white_space_means_something_in_stays() {
        for text in [
            "a: |\n  x  \n\n\n  y\nb: \"one\n\n  two\"\n",
            "a: |+\n  x\n\n\n",
            "a: 'it''s   #1'\nb: x # c   d\n",
        ] {
            assert_eq!(yaml(text), text);
        }
    }

    #[test]
    fn what_cannot_be_read_is_left() {
        assert!(matches!(format(Path::new("a.yaml"), "a: [b"), Err(Unformatted::Wrong(_))));
        assert!(matches!(format(Path::new("a.csv"), "a"), Err(Unformatted::OtherKind)));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn any_yaml_keeps_its_meaning_and_its_form(
            text in r#"([ ]{0,5}(- |)(a|b|c|d)?(: |:\n)?(x|"y"|'z'|\{ ?a:  b,c: d \}|\[p ,q\]|>-|\||=f\(x\))?( #  c|  |)\n){1,7}"#
        ) {
            if let Ok(formed) = format(Path::new("a.yaml"), &text) {
                let again = format(Path::new("a.yaml"), &formed).unwrap();
                prop_assert_eq!(&again, &formed);
                let meaning = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).unwrap();
                prop_assert_eq!(meaning(&text), meaning(&formed));
                prop_assert!(same_signs(&text, &formed));
            }
        }

        #[test]
        fn any_script_keeps_its_signs_and_its_form(text in "[a-c{}()\\[\\]\"`$;/*, \n]{0,60}") {
            if let Ok(formed) = format(Path::new("a.rhai"), &text) {
                prop_assert_eq!(&format(Path::new("a.rhai"), &formed).unwrap(), &formed);
                prop_assert!(same_signs(&text, &formed));
            }
        }
    }
}
