//! The rules that ship, in the program itself: a shop's repository needs no copy of them.

use std::path::{Component, Path};

use crate::rules::files::RuleFile;

/// The name of the layer with the rules that ship; `base/optional/payment` is one of its optional layers.
pub const BASE: &str = "base";

/// Each file by its name below the base. The list is data: the code knows no object by name.
const SHIPPED: &[(&str, &str)] = &include!("shipped.in");

/// The files of the base, or of a folder below it, by their names in it; nothing if `layer` is no such folder.
pub(super) fn layer(layer: &Path) -> Vec<RuleFile> {
    let Some(prefix) = within(layer) else { return Vec::new() };
    let files = SHIPPED.iter().filter_map(|(name, text)| Some((name.strip_prefix(prefix.as_str())?, *text)));
    let named = files.map(|(name, text)| {
        let path = format!("{BASE}/{prefix}{name}");
        RuleFile { name: name.to_owned(), path, text: text.to_owned() }
    });
    named.filter(RuleFile::is_read).collect()
}

/// All files that ship, by their names below the base.
pub fn shipped_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.iter().copied()
}

/// The base's optional layers, by name.
pub fn optional_layers() -> Vec<&'static str> {
    let folders =
        SHIPPED.iter().filter_map(|(name, _)| name.strip_prefix("optional/")?.strip_suffix("/layer.yaml"));
    folders.collect()
}

/// Where files of a layer stand below the base, with a `/` at the end; nothing if it is no layer of the base.
fn within(layer: &Path) -> Option<String> {
    let mut steps =
        layer.components().filter(|step| *step != Component::CurDir).map(|step| step.as_os_str().to_str());
    if steps.next()?? != BASE {
        return None;
    }
    steps.map(|step| Some(format!("{}/", step?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleFiles;

    #[test]
    fn the_base_is_the_folder_of_rules() {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let optional = std::fs::read_dir(rules.join("optional")).unwrap();
        let optional = optional.map(|entry| format!("optional/{}", entry.unwrap().file_name().display()));
        for within in optional.chain([String::new()]) {
            let told = |layer: &Path| -> Vec<(String, String)> {
                let layers = RuleFiles::read(&[layer]).unwrap().layers;
                layers.into_iter().flatten().map(|file| (file.name, file.text)).collect()
            };
            let (disk, shipped) = (told(&rules.join(&within)), told(&Path::new(BASE).join(&within)));
            assert_eq!(disk, shipped, "{within}: name the file in shipped.in");
        }
    }

    #[test]
    fn only_folders_of_the_base_are_layers_of_it() {
        assert!(!layer(Path::new("base/optional/payment/")).is_empty());
        for none in ["base/optional/paymen", "base/no", "rules", "x/base", "", "base/.."] {
            assert!(layer(Path::new(none)).is_empty(), "{none}");
        }
        assert!(optional_layers().contains(&"payment"));
    }
}
