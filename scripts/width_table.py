#!/usr/bin/env python3
"""Write src/report/figure/width_table.rs: advance widths of Liberation Sans, regular and bold.

Liberation Sans (SIL Open Font License 1.1) has the metrics of Arial and Helvetica, so the same table serves all three.
Only widths are taken, no outline. Needs fonttools (pip install fonttools) and Debian's fonts-liberation2 or
fonts-liberation; the directory of the fonts may be given as the first argument.
"""
import pathlib
import sys

from fontTools.ttLib import TTFont

FONTS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/liberation2")
TARGET = pathlib.Path(__file__).resolve().parent.parent / "src/report/figure/width_table.rs"
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x386, 0x3CE), (0x2010, 0x2027), (0x202F, 0x202F), (0x2030, 0x203A)]
SIGNS = "\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u2080\u2081\u2082\u2083\u2084\u20ac\u2122\u2190\u2191\u2192\u2193\u2212\u221a\u221e\u2248\u2260\u2264\u2265"


def widths(name, code):
    font = TTFont(FONTS / name)
    units, cmap, hmtx = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"]
    # A narrow no-break space and the dashes of another width are missing in some versions: kin of the same width.
    kin = {0x202F: 0x2009, 0x2010: 0x2D, 0x2011: 0x2D, 0x2012: 0x2013}
    glyph = cmap.get(code) or cmap.get(kin.get(code))
    if glyph is None:
        return 200 if code == 0x202F else None
    return round(hmtx[glyph][0] * 1000 / units)


def main():
    codes = sorted({c for low, high in RANGES for c in range(low, high + 1)} | {ord(sign) for sign in SIGNS})
    rows = [(c, widths("LiberationSans-Regular.ttf", c), widths("LiberationSans-Bold.ttf", c)) for c in codes]
    rows = [row for row in rows if row[1] is not None and row[2] is not None]
    cells = [f"(0x{code:04X}, {regular}, {bold})," for code, regular, bold in rows]
    lines = [" ".join(["   ", *cells[start : start + 5]]) for start in range(0, len(cells), 5)]
    TARGET.write_text(
        "//! Advance widths of Liberation Sans (metrics of Arial and Helvetica); written by scripts/width_table.py.\n\n"
        "/// Code point, width in regular, width in bold, in thousandths of the font's size; by code point.\n"
        f"pub(super) const WIDTHS: [(u32, u16, u16); {len(rows)}] = [\n" + "\n".join(lines) + "\n];\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
