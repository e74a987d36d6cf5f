//! A scene as SVG: text stays text, the size is physical, and the text alternative is in it.

use std::fmt::Write;

use crate::report::figure::metrics;
use crate::report::figure::scene::{Anchor, Item, Point, Role, Scene, Shape};
use crate::report::figure::sheet::{PIXELS_PER_MM, Sheet};

/// The scene as an SVG document (SVG 1.1), one CSS pixel per unit, its width and height in millimetres.
///
/// Every item carries its role as its class and, where it has them, its group and tick as `data-group` and `data-tick`. Numbers have two
/// decimals at most. The font's family is that of the sheet, before those whose widths are the same. Nothing is fetched.
pub fn write(scene: &Scene, sheet: &Sheet) -> String {
    let mut out = String::with_capacity(200 * scene.items.len() + 2_000);
    let family = match sheet.font_family.as_deref().map(str::trim).filter(|family| !family.is_empty()) {
        Some(family) => format!("\"{}\", {}", family.replace(['"', '\\'], ""), metrics::FONT_FAMILY),
        None => metrics::FONT_FAMILY.to_owned(),
    };
    let (width, height) = (number(scene.width), number(scene.height));
    let (wide, high) = (number(scene.width / PIXELS_PER_MM), number(scene.height / PIXELS_PER_MM));
    let title = if sheet.title.trim().is_empty() { first_sentence(&scene.alt.text) } else { sheet.title.trim() };
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\" font-family=\"{}\" text-rendering=\"geometricPrecision\">",
        escape(&family)
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escape(title));
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escape(&scene.alt.text));
    for item in &scene.items {
        shape(&mut out, item);
    }
    out.push_str("</svg>\n");
    out
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

fn shape(out: &mut String, item: &Item) {
    let marks = marks(item);
    let _ = match &item.shape {
        Shape::Line { points, colour, width, dash, opacity } => {
            let mut style =
                format!("fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"", String::from(*colour), number(*width));
            if !dash.is_empty() {
                let lengths: Vec<String> = dash.iter().map(|&length| number(length)).collect();
                let _ = write!(style, " stroke-dasharray=\"{}\"", lengths.join(" "));
            }
            if *opacity < 1.0 {
                let _ = write!(style, " stroke-opacity=\"{}\"", number(*opacity));
            }
            writeln!(out, "<polyline{marks} {style} points=\"{}\"/>", places(points))
        }
        Shape::Polygon { points, fill, opacity } => {
            let faint = if *opacity < 1.0 { format!(" fill-opacity=\"{}\"", number(*opacity)) } else { String::new() };
            writeln!(out, "<polygon{marks} fill=\"{}\"{faint} points=\"{}\"/>", String::from(*fill), places(points))
        }
        Shape::Text { x, y, text, size, bold, anchor, colour, upwards } => {
            let (x, y) = (number(*x), number(*y));
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let weight = if *bold { " font-weight=\"bold\"" } else { "" };
            let turn = if *upwards { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
            writeln!(
                out,
                "<text{marks} x=\"{x}\" y=\"{y}\" font-size=\"{}\"{weight}{anchor} fill=\"{}\"{turn} xml:space=\"preserve\">{}</text>",
                number(*size),
                String::from(*colour),
                escape(text)
            )
        }
    };
}

/// What the item stands for, as attributes.
fn marks(item: &Item) -> String {
    let mut out = format!(" class=\"{}\"", role(item.role));
    if let Some(group) = &item.group {
        let _ = write!(out, " data-group=\"{}\"", escape(group));
    }
    if let Some(tick) = item.tick {
        let _ = write!(out, " data-tick=\"{}\"", number(tick));
    }
    out
}

/// The role as it is written in a scene.
fn role(role: Role) -> String {
    match serde_json::to_value(role) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn places(points: &[Point]) -> String {
    let mut out = String::with_capacity(12 * points.len());
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{},{}", if at > 0 { " " } else { "" }, number(*x), number(*y));
    }
    out
}

/// A number with at most two decimals; never NaN or an exponent, which the format would not take.
fn number(value: f64) -> String {
    let text = format!("{:.2}", if value.is_finite() { value } else { 0.0 });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text for an element or an attribute. Characters that XML 1.0 does not have become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::scene::{Alternative, Colour, Type};

    #[test]
    fn a_scene_by_hand() {
        let set = Type { size: 12.0, bold: true, colour: Colour::new(0x0072b2) };
        let ink = Colour::new(0);
        let scene = Scene {
            width: 189.0,
            height: 96.0,
            items: vec![
                Item::polygon(Role::Band, vec![(0.0, 0.0), (1.256, 0.0), (1.0, -1e-9)], ink, 0.2).of("≤ 5 & <b> \"é\""),
                Item::line(Role::Curve, vec![(0.0, 1.5), (2.0, 3.0)], ink, 1.8).dashed(&[7.0, 3.0]),
                Item::text(Role::YTick, (4.0, 5.0), Anchor::End, "a\u{1}<&>'", set).at(0.25).upwards(),
            ],
            alt: Alternative { text: "What <is> drawn. More.".into(), ..Alternative::default() },
        };
        let svg = write(&scene, &Sheet { font_family: Some("Ari\"al".into()), ..Sheet::default() });
        let lines: Vec<&str> = svg.lines().collect();
        assert!(lines[0].contains("width=\"50.01mm\" height=\"25.4mm\" viewBox=\"0 0 189 96\""), "{}", lines[0]);
        assert!(
            lines[0].contains(
                "font-family=\"&quot;Arial&quot;, &quot;Liberation Sans&quot;, Arial, Helvetica, sans-serif\""
            )
        );
        assert_eq!(lines[1], "<title id=\"title\">What &lt;is&gt; drawn</title>");
        assert_eq!(lines[2], "<desc id=\"desc\">What &lt;is&gt; drawn. More.</desc>");
        assert_eq!(
            lines[3],
            "<polygon class=\"band\" data-group=\"≤ 5 &amp; &lt;b&gt; &quot;é&quot;\" fill=\"#000000\" fill-opacity=\"0.2\" points=\"0,0 1.26,0 1,0\"/>"
        );
        assert_eq!(
            lines[4],
            "<polyline class=\"curve\" fill=\"none\" stroke=\"#000000\" stroke-width=\"1.8\" stroke-dasharray=\"7 3\" points=\"0,1.5 2,3\"/>"
        );
        assert_eq!(
            lines[5],
            "<text class=\"y_tick\" data-tick=\"0.25\" x=\"4\" y=\"5\" font-size=\"12\" font-weight=\"bold\" text-anchor=\"end\" fill=\"#0072b2\" transform=\"rotate(-90 4 5)\" xml:space=\"preserve\">a\u{fffd}&lt;&amp;&gt;&#39;</text>"
        );
        assert_eq!(lines[6], "</svg>");
    }
}
