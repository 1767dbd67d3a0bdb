//! The order of objects: each after those that it refers to.

use super::program::Object;
use crate::document::Code;
use crate::rules::check::typed::FollowedLink;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};

/// The objects, each after those that it refers to; where that leaves it open, by `rank`, then by name.
/// A circle is told. A document may refer to another one of its own kind, such as its parent, but not to itself.
pub fn sorted(
    mut objects: Vec<Object>,
    links: &[FollowedLink],
    rank: impl Fn(&Object) -> Option<usize>,
    diagnostics: &mut Diagnostics,
) -> Vec<Object> {
    objects.sort_by(|a, b| {
        let key = |object: &Object| rank(object).unwrap_or(usize::MAX);
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    let is_itself = |link: &&FollowedLink| link.path.root == link.target && link.path.slots.is_empty();
    let name = |link: &FollowedLink| {
        objects.iter().find(|object| object.shape == link.target).map_or("", |object| object.name.as_str())
    };
    for link in links.iter().filter(is_itself) {
        diagnostics.push(
            Diagnostic::error(Code::CircleOfObjects, link.span, format!("`{}` refers to itself", name(link)))
                .label("it could not be created before itself")
                .help("`connection()` of the document itself is for what follows under `then`"),
        );
    }
    let is_other = |link: &&FollowedLink| link.path.root != link.target;
    let links: Vec<FollowedLink> = links.iter().filter(is_other).cloned().collect();
    let links = links.as_slice();
    let mut done: Vec<Object> = Vec::new();
    while !objects.is_empty() {
        let ready = objects.iter().position(|object| {
            let mut targets =
                links.iter().filter(|link| link.path.root == object.shape).map(|link| link.target);
            targets.all(|target| !objects.iter().any(|open| open.shape == target))
        });
        let Some(ready) = ready else {
            tell_circle(&objects, links, diagnostics);
            done.append(&mut objects);
            break;
        };
        done.push(objects.remove(ready));
    }
    done
}

fn tell_circle(open: &[Object], links: &[FollowedLink], diagnostics: &mut Diagnostics) {
    let mut path: Vec<&FollowedLink> = Vec::new();
    let mut at = open.first().map(|object| object.shape);
    while let Some(shape) = at {
        if let Some(start) = path.iter().position(|link| link.path.root == shape) {
            path.drain(..start);
            break;
        }
        let next = links
            .iter()
            .find(|link| link.path.root == shape && open.iter().any(|object| object.shape == link.target));
        at = next.map(|link| link.target);
        path.extend(next);
    }
    let name = |link: &&FollowedLink| {
        open.iter().find(|object| object.shape == link.path.root).map_or("", |object| object.name.as_str())
    };
    let names: Vec<_> = path.iter().map(name).collect();
    if let (Some(link), Some(first)) = (path.first(), names.first()) {
        let message = format!("objects refer to each other in a circle: {} -> {first}", names.join(" -> "));
        diagnostics.push(
            Diagnostic::error(Code::CircleOfObjects, link.span, message)
                .label("none could be created before the other")
                .help("refer to one of them by name: `record(\"Type\", name)`"),
        );
    }
}
