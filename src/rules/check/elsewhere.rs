//! What functions of spreadsheets and other languages are called here.

use std::sync::LazyLock;

use serde::Deserialize;

/// The names, as YAML.
const NAMES: &str = include_str!("data/elsewhere.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    names: Vec<String>,
    write: String,
}

static ALL: LazyLock<Vec<Elsewhere>> = LazyLock::new(|| serde_yaml::from_str(NAMES).unwrap_or_default());

/// What to write for a function of another language.
pub fn written_here(name: &str) -> Option<&'static str> {
    let folded = name.replace('_', "").to_lowercase();
    ALL.iter().find(|elsewhere| elsewhere.names.contains(&folded)).map(|elsewhere| elsewhere.write.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_one_of_ours_and_none_is_there_twice() {
        let names: Vec<&str> = ALL.iter().flat_map(|it| &it.names).map(String::as_str).collect();
        assert!(names.len() > 80);
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
        assert!(names.iter().all(|name| crate::functions::find(name).is_none()));
        assert!(written_here("toUpperCase").unwrap().contains("upper(text)"));
    }
}
