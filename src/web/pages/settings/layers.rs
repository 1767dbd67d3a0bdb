//! The optional layers of the rules, on the page of settings: switched on and off.

use crate::language::{say, t, told};
use crate::people::{AuditAction, Role};
use crate::rules::OptionalLayer;
use crate::sync::stored::CompanyFile;
use crate::sync::{SwitchError, connected_of, switch_layers, version};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::settings::integration;
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;

/// The field of a layer that is chosen.
const CHOSEN: &str = "layer";

/// The layers to choose from; `layer_form.html` draws them.
pub struct LayerForm<'v> {
    /// Where it is sent.
    pub action: String,
    /// A hash of the settings and layers as the page shows them.
    pub seen: String,
    /// Whether the person who looks may switch them.
    pub may_save: bool,
    /// Why those that were chosen cannot be on together.
    pub problem: Option<String>,
    /// The layers, by name.
    pub fields: Vec<LayerField<'v>>,
}

/// A layer to choose.
pub struct LayerField<'v> {
    /// What it is.
    pub layer: &'v OptionalLayer,
    /// Whether it is chosen.
    pub is_on: bool,
    /// The layers that it needs, as people call them.
    pub needs: String,
    /// What it means to switch it off.
    pub note: Option<String>,
}

impl<'v> LayerForm<'v> {
    /// The layers as they are.
    pub fn of(visit: &'v Visit, file: &CompanyFile) -> Result<Self, Trouble> {
        let shelf = visit.set.shelf();
        let connected = connected_of(&*visit.site.store, file, &shelf.layers)?;
        let title = |name: &String| shelf.get(name).map_or_else(|| name.clone(), |it| it.about.title.clone());
        let field = |layer: &'v OptionalLayer| LayerField {
            layer,
            is_on: layer.is_given || file.layers.contains(&layer.name),
            needs: layer.about.needs.iter().map(title).collect::<Vec<_>>().join(", "),
            note: connected.get(&layer.name).map(|count| note(*count)),
        };
        Ok(Self {
            action: integrations::path(file) + "/layers",
            seen: seen(file),
            may_save: visit.may(Role::Administrator),
            problem: None,
            fields: shelf.layers.iter().map(field).collect(),
        })
    }
}

fn note(count: usize) -> String {
    say!(
        "Documents of it with a record in QuickBooks: {count}. While the layer is off, they stay as they are on both sides, and nothing is sent for them.",
        count
    )
}

/// Switches layers as the form says, or shows why that cannot be.
pub fn save(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    if visit.form.get("seen") != seen(file) {
        let words = t("somebody else changed these settings in the meantime; nothing was switched");
        return Err(Trouble::Conflict(words.to_owned()));
    }
    let is_chosen = |layer: &OptionalLayer| visit.form.all(CHOSEN).any(|name| name == layer.name);
    // Those that are on anyway are no choice.
    let free = visit.set.shelf().layers.iter().filter(|layer| !layer.is_given);
    let changes: Vec<_> = free.map(|layer| (layer.name.clone(), is_chosen(layer))).collect();
    let to = integrations::path(file) + "/settings";
    let switched = match switch_layers(&*visit.site.store, &visit.set, file, &changes) {
        Ok(switched) => switched,
        Err(SwitchError::Store(error)) => return Err(error.into()),
        Err(refused) => {
            let mut form = LayerForm::of(visit, file)?;
            form.problem = Some(told(&refused));
            form.fields.iter_mut().for_each(|field| {
                field.is_on = field.layer.is_given || is_chosen(field.layer);
            });
            return Ok(integration::with_layers(visit, file, form)?.again());
        }
    };
    if switched.is_empty() {
        return Ok(Done::nothing(to, t("Nothing was different, so nothing was switched.")));
    }
    let words = say!(
        "Switched: {switched}. The next visit reads and sends by these rules; one that is under way ends by those with which it began.",
        switched = switched.join(", ")
    );
    Ok(Done::go(AuditAction::SwitchLayers, switched.join("; "), to, words))
}

/// A hash of the settings of a company file, and of which there are.
fn seen(file: &CompanyFile) -> String {
    let json = serde_json::to_string(&(&file.settings, &file.layers)).unwrap_or_default();
    version(&json)
}
