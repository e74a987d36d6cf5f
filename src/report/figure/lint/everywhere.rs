//! The points that every figure is held to.

use serde_json::json;

use crate::report::figure::forest;
use crate::report::figure::lint::{Finding, Outcome, findings, of, plain, said, text};
use crate::report::figure::metrics;
use crate::report::figure::results::Plan;
use crate::report::figure::scene::{Role, Scene, Shape};
use crate::report::figure::sheet::{PIXELS_PER_MM, PIXELS_PER_PT, Sheet};
use crate::report::figure::svg;
use crate::report::number::PStyle;

/// Smallest text on paper, in points.
const SMALLEST: f64 = 6.0;

/// Widest figure that a page takes, in millimetres.
const WIDEST: f64 = 183.0;

/// The points of a figure that is no curve.
pub(super) fn all(plan: &Plan, scene: &Scene) -> Vec<Finding> {
    let sheet = plan.sheet();
    let mut outcomes = std::array::from_fn(|_| Outcome::NotApplicable);
    outcomes[4] = shortened(scene);
    if let Plan::Forest(figure) = plan {
        outcomes[10] = forest_effect(figure, scene);
    }
    outcomes[11] = p_values(sheet, scene);
    outcomes[15] = physical_size(sheet, scene);
    outcomes[16] = vector(sheet, scene);
    outcomes[19] = match plan {
        Plan::Forest(figure) => described(figure.options.described, &figure.described, scene),
        Plan::Schoenfeld(figure, _) => described(figure.options.described, &figure.described, scene),
        _ => Outcome::NotApplicable,
    };
    outcomes[20] = data(scene);
    findings(outcomes)
}

/// Whether every name stands in full.
fn shortened(scene: &Scene) -> Outcome {
    let names = [Role::RowName, Role::Heading, Role::GroupLabel, Role::LaneName];
    let cut = scene.items.iter().find(|item| names.contains(&item.role) && text(item).ends_with('…'));
    match cut {
        Some(item) => Outcome::fails("label_shortened").with("group", text(item)),
        None => Outcome::Holds,
    }
}

/// Which side a ratio favours is said, and the ratio stands before its p.
fn forest_effect(figure: &forest::Figure, scene: &Scene) -> Outcome {
    if of(scene, Role::Favours).next().is_none() {
        return Outcome::fails("effect_missing").mend(json!({"favours": null}));
    }
    let texts: Vec<&str> = of(scene, Role::Cell).map(text).collect();
    let told = |row: &forest::Row| row.text.is_empty() || texts.contains(&row.text.as_str());
    if figure.rows.iter().all(told) { Outcome::Holds } else { Outcome::fails("effect_missing") }
}

/// What the figure says of itself stands under it.
fn described(asked: bool, lines: &[String], scene: &Scene) -> Outcome {
    let legend = said(scene, &[Role::Legend]);
    if asked && lines.iter().all(|line| legend.contains(&plain(line))) {
        Outcome::Holds
    } else {
        Outcome::fails("legend_incomplete").with("parts", "").mend(json!({"options": {"described": null}}))
    }
}

/// No p value is 0.000, and JAMA's have no zero before the point.
pub(super) fn p_values(sheet: &Sheet, scene: &Scene) -> Outcome {
    let said = said(scene, &[Role::Annotation, Role::Legend, Role::Cell]);
    let mut any = false;
    for value in p_texts(&said) {
        any = true;
        let zero = value.chars().all(|character| !character.is_ascii_digit() || character == '0');
        if zero {
            return Outcome::fails("p_zero").with("found", value);
        }
        if sheet.p_style == PStyle::Jama && value.starts_with('0') {
            return Outcome::fails("p_style_other").with("found", value);
        }
    }
    let cells = of(scene, Role::Cell).next().is_some();
    Outcome::when(any || cells)
}

/// What stands after each `p =` or `P <` of a text: digits with their mark.
fn p_texts(said: &str) -> impl Iterator<Item = &str> {
    said.char_indices().filter(|(_, letter)| matches!(letter, 'p' | 'P')).filter_map(move |(at, _)| {
        let alone = said[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let after = said[at + 1..].trim_start();
        let after = after.strip_prefix(['=', '<', '>']).filter(|_| alone)?.trim_start();
        let is_part = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '·');
        let end = after.find(|character| !is_part(character)).unwrap_or(after.len());
        let value = after[..end].trim_end_matches(['.', ',']);
        (!value.is_empty()).then_some(value)
    })
}

/// A width in millimetres that a page takes, no text under 6 pt, no character that the font may lack.
pub(super) fn physical_size(sheet: &Sheet, scene: &Scene) -> Outcome {
    let mut strange: Vec<char> = Vec::new();
    for item in &scene.items {
        let Shape::Text { size, text, .. } = &item.shape else { continue };
        if *size < SMALLEST * PIXELS_PER_PT - 1e-6 {
            let points = format!("{:.1}", size / PIXELS_PER_PT);
            return Outcome::fails("text_too_small").with("points", points).mend(json!({"font_size": 7}));
        }
        strange
            .extend(text.chars().filter(|&character| !metrics::knows(character) && !metrics::is_invisible(character)));
    }
    strange.sort_unstable();
    strange.dedup();
    if !strange.is_empty() {
        let characters: Vec<String> = strange.iter().map(char::to_string).collect();
        return Outcome::fails("characters_missing").with("characters", characters.join(" "));
    }
    let mm = scene.width / PIXELS_PER_MM;
    if sheet.width_mm.is_none() || sheet.width != 0.0 {
        let preset = sheet.preset.map_or(json!("plain"), |preset| json!(preset));
        return Outcome::fails("no_physical_width").mend(json!({"width": null, "preset": preset}));
    }
    if mm > WIDEST + 0.5 {
        let found = format!("{mm:.0}");
        return Outcome::fails("too_wide").with("mm", found).mend(json!({"width_mm": WIDEST}));
    }
    Outcome::Holds
}

/// Every text of the scene is a text of the SVG, and none is empty.
pub(super) fn vector(sheet: &Sheet, scene: &Scene) -> Outcome {
    let texts = scene.items.iter().filter(|item| !text(item).trim().is_empty()).count();
    let written = svg::write(scene, sheet);
    if written.matches("<text ").count() == texts && written.ends_with("</svg>\n") {
        Outcome::Holds
    } else {
        Outcome::fails("not_vector")
    }
}

/// There is a text alternative with a table.
pub(super) fn data(scene: &Scene) -> Outcome {
    let alt = &scene.alt;
    let whole = alt.rows.iter().all(|row| row.len() == alt.header.len());
    if alt.text.trim().is_empty() || alt.header.is_empty() || !whole {
        Outcome::fails("no_alternative")
    } else {
        Outcome::Holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_are_found_in_text() {
        let said = "Group p = 3 step p of 4. Log-rank test: P = .94; p < 0.001, top = 0.000 (p = 0·000).";
        assert_eq!(p_texts(said).collect::<Vec<_>>(), ["3", ".94", "0.001", "0·000"]);
    }
}
