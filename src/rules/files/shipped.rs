//! The rules that ship, in the program itself: a shop's repository needs no copy of them.

use std::path::{Component, Path};

use super::disk::RuleFile;

/// The name of the layer with the rules that ship; `base/optional/payment` is one of its optional layers.
pub const BASE: &str = "base";

macro_rules! shipped {
    ($($name:literal,)+) => {
        /// Each file by its name below the base.
        const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))),)+];
    };
}

shipped! {
    "account.yaml",
    "bill.yaml",
    "class.yaml",
    "customer.yaml",
    "invoice.yaml",
    "invoice_terms.yaml",
    "optional/bill_payment/bill_payment.yaml",
    "optional/bill_payment/layer.yaml",
    "optional/bill_payment/settings.yaml",
    "optional/bill_payment/shapes/billPayment.yaml",
    "optional/class_by_table/invoice.yaml",
    "optional/class_by_table/layer.yaml",
    "optional/class_by_table/settings.yaml",
    "optional/credit_memo/invoice.yaml",
    "optional/credit_memo/layer.yaml",
    "optional/custom_fields/invoice.yaml",
    "optional/custom_fields/layer.yaml",
    "optional/custom_fields/settings.yaml",
    "optional/estimate/estimate.yaml",
    "optional/estimate/layer.yaml",
    "optional/estimate/settings.yaml",
    "optional/estimate/shapes/estimate.yaml",
    "optional/generic_item/invoice.yaml",
    "optional/generic_item/layer.yaml",
    "optional/generic_item/product.yaml",
    "optional/generic_item/scripts/generic_item.rhai",
    "optional/generic_item/settings.yaml",
    "optional/item_receipt/item_receipt.yaml",
    "optional/item_receipt/layer.yaml",
    "optional/item_receipt/settings.yaml",
    "optional/item_receipt/shapes/itemReceipt.yaml",
    "optional/jobs/customer.yaml",
    "optional/jobs/layer.yaml",
    "optional/jobs/shapes/customer.yaml",
    "optional/minimum_lot/invoice.yaml",
    "optional/minimum_lot/layer.yaml",
    "optional/minimum_lot/scripts/minimum_lot.rhai",
    "optional/minimum_lot/settings.yaml",
    "optional/payment/invoice.yaml",
    "optional/payment/layer.yaml",
    "optional/payment/payment.yaml",
    "optional/payment/settings.yaml",
    "optional/payment/shapes/invoice.yaml",
    "optional/payment/shapes/payment.yaml",
    "optional/price_unit/invoice.yaml",
    "optional/price_unit/layer.yaml",
    "optional/price_unit/scripts/price_unit.rhai",
    "optional/price_unit/settings.yaml",
    "optional/purchase_order/layer.yaml",
    "optional/purchase_order/purchase_order.yaml",
    "optional/purchase_order/settings.yaml",
    "optional/purchase_order/shapes/purchaseOrder.yaml",
    "optional/sales_order/layer.yaml",
    "optional/sales_order/sales_order.yaml",
    "optional/sales_order/settings.yaml",
    "optional/sales_order/shapes/salesOrder.yaml",
    "optional/surcharge/bill.yaml",
    "optional/surcharge/invoice.yaml",
    "optional/surcharge/layer.yaml",
    "optional/surcharge/scripts/surcharge.rhai",
    "optional/surcharge/settings.yaml",
    "optional/surcharge/shapes/bill.yaml",
    "optional/surcharge/shapes/invoice.yaml",
    "optional/vendor_credit/layer.yaml",
    "optional/vendor_credit/settings.yaml",
    "optional/vendor_credit/shapes/vendorCredit.yaml",
    "optional/vendor_credit/vendor_credit.yaml",
    "optional/void/invoice.yaml",
    "optional/void/layer.yaml",
    "optional/void/settings.yaml",
    "part_number.yaml",
    "product.yaml",
    "ruleset.yaml",
    "sales_tax.yaml",
    "scripts/class.rhai",
    "scripts/contact.rhai",
    "scripts/document.rhai",
    "scripts/item.rhai",
    "scripts/line.rhai",
    "settings.yaml",
    "shapes/account.yaml",
    "shapes/bill.yaml",
    "shapes/customer.yaml",
    "shapes/dimension.yaml",
    "shapes/invoice.yaml",
    "shapes/invoiceTerms.yaml",
    "shapes/partNumber.yaml",
    "shapes/product.yaml",
    "shapes/salesTax.yaml",
    "shapes/vendor.yaml",
    "vendor.yaml",
}

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
            assert_eq!(disk, shipped, "{within}: name the file in `shipped!`");
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
