//! The ways of journals: a preset is the beginning of a request, and whatever the request says itself wins over it.
//!
//! Widths are those of a figure over one column and over the whole page. They, the size of the text and the signs are what authors
//! are usually asked for; a journal may ask for others, so each is a field of the request. The hues are those of [`super::theme`] in
//! an order of the journal, as its own red and green are alike to many readers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A journal, or a neutral set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// New England Journal of Medicine.
    Nejm,
    /// JAMA and its network.
    Jama,
    /// The Lancet.
    Lancet,
    /// The BMJ.
    Bmj,
    /// Annals (of Oncology, of Internal Medicine, of Surgery).
    Annals,
    /// No journal.
    Plain,
    /// No journal, without colours.
    Greyscale,
}

/// How much of the page's width a figure takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// One column.
    #[default]
    Single,
    /// The whole page.
    Double,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 7] =
        [Self::Nejm, Self::Jama, Self::Lancet, Self::Bmj, Self::Annals, Self::Plain, Self::Greyscale];

    /// Width of a figure in millimetres.
    pub const fn width_mm(self, column: Column) -> f64 {
        let (single, double) = match self {
            Self::Nejm => (86.0, 178.0),
            Self::Jama => (84.0, 178.0),
            Self::Lancet => (75.0, 154.0),
            Self::Bmj => (85.0, 175.0),
            Self::Annals => (84.0, 174.0),
            Self::Plain | Self::Greyscale => (89.0, 183.0),
        };
        match column {
            Column::Single => single,
            Column::Double => double,
        }
    }

    /// What a request with this preset says where it says nothing itself.
    pub fn request(self, column: Column) -> Value {
        let look = match self {
            Self::Nejm => json!({
                "colours": ["#0072b2", "#d55e00", "#222222", "#009068", "#9a6a00", "#a8467f"],
                "p_style": "nejm", "p_symbol": "P", "interval": "to", "decimal": "point",
            }),
            Self::Jama => json!({
                "colours": ["#222222", "#d55e00", "#0072b2", "#a8467f", "#009068", "#9a6a00"],
                "p_style": "jama", "p_symbol": "P", "interval": "dash", "decimal": "point",
            }),
            Self::Lancet => json!({
                "colours": ["#0072b2", "#d55e00", "#009068", "#a8467f", "#222222", "#9a6a00"],
                "p_style": "lancet", "p_symbol": "p", "interval": "dash", "decimal": "mid_dot",
            }),
            Self::Bmj => json!({
                "colours": ["#0072b2", "#9a6a00", "#222222", "#d55e00", "#009068", "#a8467f"],
                "p_style": "nejm", "p_symbol": "P", "interval": "to", "decimal": "point",
            }),
            Self::Annals => json!({
                "colours": ["#222222", "#0072b2", "#d55e00", "#009068", "#a8467f", "#9a6a00"],
                "p_style": "nejm", "p_symbol": "P", "interval": "to", "decimal": "point",
            }),
            Self::Plain => json!({}),
            Self::Greyscale => json!({
                "colours": ["#000000", "#6b6b6b", "#3a3a3a", "#8a8a8a", "#1f1f1f", "#555555"],
            }),
        };
        let mut whole = json!({
            "width_mm": self.width_mm(column), "theme": "print", "font_family": "Arial", "font_size": 7.0,
        });
        merge(&mut whole, &look);
        whole
    }
}

/// Lays `over` on `base`: objects are joined, anything else of `over` takes the place of what was there, and a null takes it away (JSON
/// Merge Patch, RFC 7396).
pub fn merge(base: &mut Value, over: &Value) {
    let Value::Object(patch) = over else {
        *base = over.clone();
        return;
    };
    if !base.is_object() {
        *base = json!({});
    }
    if let Value::Object(base) = base {
        for (key, value) in patch {
            if value.is_null() {
                base.shift_remove(key);
            } else {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::sheet::Sheet;

    #[test]
    fn every_preset_is_a_request() {
        for preset in Preset::ALL {
            for column in [Column::Single, Column::Double] {
                let sheet: Sheet = serde_json::from_value(preset.request(column)).expect("a sheet");
                assert!(sheet.sizes().small * 0.75 >= 6.0 && sheet.room() >= 240.0, "{preset:?}");
                assert!((sheet.room() * 25.4 / 96.0 - preset.width_mm(column)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_patch_is_laid_over() {
        let mut base = json!({"a": {"b": 1, "c": [1]}, "d": 2});
        merge(&mut base, &json!({"a": {"b": null, "c": [2, 3], "e": {"f": null, "g": 4}}, "d": 5}));
        assert_eq!(base, json!({"a": {"c": [2, 3], "e": {"g": 4}}, "d": 5}));
    }
}
