//! JSON for people: indented, otherwise as it came.

/// The same JSON, indented by two spaces: order, numbers and text stay exactly as they are.
pub fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 3 / 2);
    let mut depth = 0_usize;
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                out.push('"');
                while let Some(inner) = letters.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            space if space.is_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn what_it_says_stays_as_it_is() {
        let json = r#"{"b":6.3933979999999995,"a":[1, {}, [ ]],"t":"x{\"}, [","e":{ "c" : null}}"#;
        let shown = indented(json);
        let expected = "{\n  \"b\": 6.3933979999999995,\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"t\": \"x{\\\"}, [\",\n  \"e\": {\n    \"c\": null\n  }\n}";
        assert_eq!(shown, expected);
        for broken in ["", "{", "]]", "\"", "{\"a\\"] {
            assert!(indented(broken).len() >= broken.len());
        }
    }
}
