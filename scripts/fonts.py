#!/usr/bin/env python3
"""Write src/report/pdf/fonts/*.ttf: the faces that a PDF embeds, reduced from Liberation Sans.

Liberation Sans 2 (SIL Open Font License 1.1) has the metrics of Arial and Helvetica; src/report/figure/width_table.rs holds the
widths of the same files, so that what is measured is what is printed. Its licence reserves the name Liberation: a reduced face
is a modified version and bears another name. Kept are the characters of the width table and combining marks; hinting, kerning and ligatures go, as neither the layout nor a printer uses them.

Needs fonttools (pip install fonttools) and Debian's fonts-liberation2; the directory of the fonts may be given as the first
argument. The same fonts and fonttools give the same bytes.
"""
import pathlib
import re
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/liberation2")
ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/report/pdf/fonts"
NAME = "Riskset Sans"
# Combining marks of Latin and Greek letters: some systems write é as e and its accent.
MARKS = {*range(0x300, 0x305), *range(0x306, 0x30D), 0x30F, 0x311, 0x31B, *range(0x323, 0x329), 0x32E, 0x330, 0x331}
FACES = {"Regular": "LiberationSans-Regular.ttf", "Bold": "LiberationSans-Bold.ttf"}


def characters():
    """The code points of the width table, and the combining marks."""
    table = (ROOT / "src/report/figure/width_table.rs").read_text(encoding="utf-8")
    return {int(code, 16) for code in re.findall(r"\(0x([0-9A-F]{4}), ", table)} | MARKS


def reduced(file, style):
    font = TTFont(FONTS / file, recalcTimestamp=False)
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "kern", "gasp", "FFTM", "DSIG", "VDMX", "hdmx", "LTSH", "PCLT"]
    cmap = font.getBestCmap()
    # Characters that this font lacks and that width_table.py gives a kin of the same width.
    kin = {0x202F: 0x2009, 0x2010: 0x2D, 0x2011: 0x2D, 0x2012: 0x2013}
    aliases = {code: cmap[other] for code, other in kin.items() if code not in cmap and other in cmap}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(aliases)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    postscript = NAME.replace(" ", "")
    new = {1: NAME, 2: style, 4: f"{NAME} {style}", 6: f"{postscript}-{style}"}
    for record in font["name"].names:
        if record.nameID in new:
            record.string = new[record.nameID]
    return font


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for style, file in FACES.items():
        font = reduced(file, style)
        path = TARGET / f"RisksetSans-{style}.ttf"
        font.save(path)
        print(path.name, len(font.getBestCmap()), "characters", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
