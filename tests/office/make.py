"""Writes the workbooks, SPSS and Stata files that the readers are tested with, and what must come out of each.

Origin: made here, no patient's data. Licence: that of the project (MIT or Apache-2.0).
The expected tables (files/*.json) are written by hand below, never by the readers under test. The browser tests' own files
(tests/browser/office_files) come from here too. Written again, files differ in the times that they carry and in nothing else.

    python -m venv venv
    venv/bin/pip install pyreadstat==1.3.7 pandas==3.1.1 openpyxl==3.1.5 odfpy==1.4.1 xlwt==1.3.0 msoffcrypto-tool==6.0.0
    venv/bin/python tests/office/make.py
"""

import datetime as dt
import io
import json
import struct
import zipfile
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pandas as pd
import pyreadstat
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = Path(__file__).parent / "files"
HERE.mkdir(exist_ok=True)


def expect(name, columns, lines, cautions, **more):
    """columns: {name: [cells]} or {name: {"cells": […], "suggested": {…}}}; cautions: codes in order."""
    described = [
        {"name": key, **(value if isinstance(value, dict) else {"cells": value})} for key, value in columns.items()
    ]
    document = {"columns": described, "lines": lines, "cautions": cautions, **more}
    (HERE / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def plain_xlsx():
    """French text, titles, a header of two lines, days, a moment, a time, a formula, errors, hidden and merged cells."""
    book = openpyxl.Workbook()
    book.active.title = "Vide"
    sheet = book.create_sheet("Données")
    sheet["A1"] = "Cohorte d’été"
    sheet.append([])
    sheet.append(["N°", "Dates", None, "Décès", "Taille"])
    sheet.append([None, "diagnostic", "décès", None, None])
    sheet.append([1, dt.date(2020, 2, 29), dt.datetime(2021, 3, 1, 14, 30), True, 1.5])
    sheet.append(["2", dt.date(1999, 12, 31), None, False, "#N/A"])
    sheet["E6"].data_type = "e"
    sheet.append([])
    sheet.append([3, dt.date(2020, 1, 1), None, None, "#DIV/0!"])
    sheet["E8"].data_type = "e"
    sheet.append([4, dt.date(2020, 1, 2), None, "é", 1e-7])
    sheet.append([5, dt.date(2020, 1, 3), None, "fusion", 1234567.125])
    sheet.append([6, None, None, None, 3])
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("D10:D11")
    sheet.row_dimensions[9].hidden = True
    book.create_sheet("Notes")["A1"] = "x"
    book.save(HERE / "french.xlsx")
    expect(
        "french.xlsx",
        {
            "N°": ["1", "2", "3", "4", "5", "6"],
            "Dates / diagnostic": {
                "cells": ["2020-02-29", "1999-12-31", "2020-01-01", "2020-01-02", "2020-01-03", ""],
                "suggested": {"type": "date"},
            },
            "Dates / décès": {"cells": ["2021-03-01T14:30:00", "", "", "", "", ""], "suggested": {"type": "date"}},
            "Décès": ["TRUE", "FALSE", "", "é", "fusion", ""],
            "Taille": ["1.5", "#N/A", "#DIV/0!", "0.0000001", "1234567.125", "3"],
        },
        [5, 6, 8, 9, 10, 11],
        ["sheet_chosen", "title_lines", "error_cells", "blank_lines", "hidden_rows", "merged_cells"],
        sheet="Données",
        sheets=["Vide", "Données", "Notes"],
        header_line=3,
        title_lines=1,
    )


def mac_xlsx():
    """The other system of serial dates, durations, and a sheet that is hidden."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "A"
    sheet.append(["day", "time", "long"])
    sheet.append([dt.date(2020, 2, 29), dt.time(8, 5), dt.timedelta(hours=26, minutes=30)])
    sheet.append([dt.date(1904, 1, 2), None, dt.timedelta(seconds=1)])
    sheet["C2"].number_format = "[h]:mm:ss"
    sheet["C3"].number_format = "[h]:mm:ss"
    book.create_sheet("B").sheet_state = "hidden"
    book.save(HERE / "mac1904.xlsx")
    expect(
        "mac1904.xlsx",
        {
            "day": {"cells": ["2020-02-29", "1904-01-02"], "suggested": {"type": "date"}},
            "time": ["8:05:00", ""],
            "long": ["26:30:00", "0:00:01"],
        },
        [2, 3],
        ["sheet_chosen", "durations", "durations"],
        sheet="A",
        sheets=["A", "B"],
        header_line=1,
    )


def old_xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Feuille")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for column, name in enumerate(["nom", "jour", "n", "nom"]):
        sheet.write(0, column, name)
    for row, (name, value, n) in enumerate([("Zoë", dt.date(2020, 2, 29), 1), ("Jérôme", dt.date(1960, 1, 1), 2.25)], 1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, value, day)
        sheet.write(row, 2, n)
    sheet.write_merge(1, 2, 3, 3, "both")
    book.save(str(HERE / "old.xls"))
    expect(
        "old.xls",
        {
            "nom": ["Zoë", "Jérôme"],
            "jour": {"cells": ["2020-02-29", "1960-01-01"], "suggested": {"type": "date"}},
            "n": ["1", "2.25"],
            "nom_2": ["both", ""],
        },
        [2, 3],
        ["renamed_column", "merged_cells"],
        sheet="Feuille",
        sheets=["Feuille"],
        header_line=1,
    )


def open_ods():
    book = OpenDocumentSpreadsheet()
    table = Table(name="Été")

    def cell(shown, kind="string", **attributes):
        made = TableCell(valuetype=kind, **attributes)
        made.addElement(P(text=shown))
        return made

    def row(cells, **attributes):
        made = TableRow(**attributes)
        for one in cells:
            made.addElement(one)
        table.addElement(made)

    row([cell("a"), cell("jour"), cell("durée"), cell("oui")])
    row([
        cell("1,5", "float", value="1.5"), cell("29/02/20", "date", datevalue="2020-02-29"),
        cell("26:30", "time", timevalue="PT26H30M00S"), cell("VRAI", "boolean", booleanvalue="true"),
    ])
    row([
        cell("é", numberrowsspanned="1", numbercolumnsspanned="2"), CoveredTableCell(), cell(""), cell("x"),
    ], visibility="collapse")
    row([cell("2", "float", value="2", numbercolumnsrepeated="1")], numberrowsrepeated="2")
    book.spreadsheet.addElement(table)
    book.save(str(HERE / "open.ods"))
    expect(
        "open.ods",
        {
            "a": ["1.5", "é", "2", "2"],
            "jour": {"cells": ["2020-02-29", "", "", ""], "suggested": {"type": "date"}},
            "durée": ["26:30:00", "", "", ""],
            "oui": ["TRUE", "x", "", ""],
        },
        [2, 3, 4, 5],
        ["durations", "hidden_rows", "merged_cells"],
        sheet="Été",
        sheets=["Été"],
        header_line=1,
    )


SPSS = {
    "sexe": [1.0, 2.0, 1.0, 2.0],
    "grade": [1.0, 3.0, 99.0, 98.0],
    "age": [54.5, 999.0, -1.0, 61.0],
    "naissance": [dt.date(1950, 2, 28), dt.date(1999, 12, 31), None, dt.date(1582, 10, 15)],
    "vu": [dt.datetime(2021, 3, 1, 14, 30), dt.datetime(2021, 3, 2), None, None],
    "heure": [dt.time(8, 5), None, None, dt.time(23, 59, 59)],
    "ville": ["Nîmes", "", "Besançon", "Œuilly"],
    "code_tres_long": ["x" * 300, "é" * 150, "", "y"],
    "score": [0.0, 1.0, 2.0, 7.5],
}
SPSS_OPTIONS = dict(
    column_labels={"sexe": "Sexe du patient", "grade": "Grade FNCLCC"},
    variable_value_labels={
        "sexe": {1: "Homme", 2: "Femme"},
        "grade": {1: "Grade 1", 2: "Grade 2", 3: "Grade 3", 98: "Refus", 99: "Inconnu"},
        "age": {999: "Inconnu"},
        "score": {0: "aucun"},
    },
    missing_ranges={"grade": [{"lo": 98, "hi": 99}], "age": [{"lo": -1000, "hi": 0}, 999]},
)


def spss_expect(name, labels="labels"):
    long = {"cells": ["x" * 300, "é" * 150, "", "y"]}
    as_labels = labels == "labels"
    columns = {
        "sexe": {
            "cells": ["Homme", "Femme", "Homme", "Femme"] if as_labels else ["1", "2", "1", "2"],
            "suggested": {"label": "Sexe du patient"}
            | ({"type": "category", "levels": ["Homme", "Femme"]} if as_labels else {"type": "number"}),
        },
        "grade": {
            "cells": ["Grade 1", "Grade 3", "", ""] if as_labels else ["1", "3", "99", "98"],
            "suggested": {"label": "Grade FNCLCC"}
            | (
                {"type": "category", "levels": ["Grade 1", "Grade 3"]}
                if as_labels
                else {"type": "number", "missing": ["98", "99"]}
            ),
        },
        "age": {
            "cells": ["54.5", "", "", "61"] if as_labels else ["54.5", "999", "-1", "61"],
            "suggested": {"type": "number"} | ({} if as_labels else {"missing": ["-1", "999"]}),
        },
        "naissance": {"cells": ["1950-02-28", "1999-12-31", "", "1582-10-15"], "suggested": {"type": "date"}},
        "vu": {"cells": ["2021-03-01T14:30:00", "2021-03-02", "", ""], "suggested": {"type": "date"}},
        "heure": {"cells": ["8:05:00", "", "", "23:59:59"]},
        "ville": {"cells": ["Nîmes", "", "Besançon", "Œuilly"]},
        "code_tres_long": long,
        "score": {"cells": ["0", "1", "2", "7.5"], "suggested": {"type": "number"}},
    }
    cautions = ["user_missing", "user_missing", "duration_column"] + (["labels_partial"] if as_labels else [])
    expect(name, columns, [1, 2, 3, 4], cautions, header_line=0, **({} if as_labels else {"options": {"labels": "values"}}))


def spss():
    frame = pd.DataFrame(SPSS)
    pyreadstat.write_sav(frame, str(HERE / "labels.sav"), **SPSS_OPTIONS)
    spss_expect("labels.sav")
    pyreadstat.write_sav(frame, str(HERE / "compressed.zsav"), compress=True, **SPSS_OPTIONS)
    spss_expect("compressed.zsav")
    pyreadstat.write_sav(frame, str(HERE / "values.sav"), row_compress=True, **SPSS_OPTIONS)
    spss_expect("values.sav", "values")


def spss_latin():
    """A file of Windows-1252: the bytes of one that pyreadstat wrote, with the text and the name of its encoding replaced."""
    frame = pd.DataFrame({"ville": ["N#mes", "abc"], "n": [1.0, 2.0]})
    path = HERE / "latin.sav"
    pyreadstat.write_sav(frame, str(path))
    data = path.read_bytes()
    assert data.count(b"N#mes") == 1 and data.count(b"UTF-8") == 1
    # The record of the encoding (type 7, subtype 20) becomes one that no reader knows; the code page says 1252.
    page = (3).to_bytes(4, "little") + (4).to_bytes(4, "little") + (8).to_bytes(4, "little")
    at = data.index((7).to_bytes(4, "little") + page) + 16 + 28
    assert data[at : at + 4] == (65001).to_bytes(4, "little")
    data = data[:at] + (1252).to_bytes(4, "little") + data[at + 4 :]
    encoding = (7).to_bytes(4, "little") + (20).to_bytes(4, "little")
    assert data.count(encoding) == 1
    data = data.replace(encoding, (7).to_bytes(4, "little") + (24).to_bytes(4, "little"))
    path.write_bytes(data.replace(b"N#mes", b"N\xeemes"))
    expect(
        "latin.sav",
        {"ville": ["Nîmes", "abc"], "n": {"cells": ["1", "2"], "suggested": {"type": "number"}}},
        [1, 2],
        [],
        header_line=0,
        encoding="windows-1252",
    )


def stata():
    frame = pd.DataFrame({
        "sexe": pd.Categorical(["Homme", "Femme", "Homme"], categories=["Homme", "Femme"]),
        "age": [54.5, None, 61.0],
        "taille": pd.Series([1.1, 2.2, 3.3], dtype="float32"),
        "n": pd.Series([1, 2, 3], dtype="int16"),
        "jour": [dt.datetime(2020, 2, 29), pd.NaT, dt.datetime(1959, 12, 31)],
        "moment": [dt.datetime(2021, 3, 1, 14, 30), pd.NaT, dt.datetime(2021, 3, 2)],
        "mois": [dt.datetime(2020, 2, 1), pd.NaT, dt.datetime(1959, 12, 1)],
        "ville": ["Nîmes", "", "Besançon"],
        "texte": ["x" * 3000, "é", ""],
    })
    dates = {"jour": "td", "moment": "tc", "mois": "tm"}
    day = {"cells": ["2020-02-29", "", "1959-12-31"], "suggested": {"type": "date"}}
    columns = {
        "sexe": {
            "cells": ["Homme", "Femme", "Homme"],
            "suggested": {"type": "category", "label": "Sexe", "levels": ["Homme", "Femme"]},
        },
        "age": {"cells": ["54.5", "", "61"], "suggested": {"type": "number"}},
        "taille": {"cells": ["1.1", "2.2", "3.3"], "suggested": {"type": "number"}},
        "n": {"cells": ["1", "2", "3"], "suggested": {"type": "number"}},
        "jour": day,
        "moment": {"cells": ["2021-03-01T14:30:00", "", "2021-03-02"], "suggested": {"type": "date"}},
        "mois": {"cells": ["2020-02", "", "1959-12"]},
        "ville": {"cells": ["Nîmes", "", "Besançon"]},
        "texte": {"cells": ["x" * 3000, "é", ""]},
    }
    frame.to_stata(
        HERE / "v118.dta", version=118, write_index=False, convert_dates=dates, convert_strl=["texte"],
        variable_labels={"sexe": "Sexe"},
    )
    expect("v118.dta", columns, [1, 2, 3], [], header_line=0)
    # Release 114 is in Latin-1 and has no long strings.
    frame.drop(columns="texte").to_stata(
        HERE / "latin114.dta", version=114, write_index=False, convert_dates=dates, variable_labels={"sexe": "Sexe"},
    )
    del columns["texte"]
    expect("latin114.dta", columns, [1, 2, 3], [], header_line=0, encoding="windows-1252")


def stata_missing():
    frame = pd.DataFrame({
        "score": [1.0, "a", 2.0, "z", None],
        "grade": [1, 2, 1, "b", 2],
    })
    pyreadstat.write_dta(
        frame, str(HERE / "missing.dta"), missing_user_values={"score": ["a", "z"], "grade": ["b"]},
        variable_value_labels={"grade": {1: "I", 2: "II"}}, version=14,
    )
    expect(
        "missing.dta",
        {
            "score": {"cells": ["1", "", "2", "", ""], "suggested": {"type": "number"}},
            "grade": {"cells": ["I", "II", "I", "", "II"], "suggested": {"type": "category", "levels": ["I", "II"]}},
        },
        [1, 2, 3, 4, 5],
        ["user_missing", "user_missing"],
        header_line=0,
    )

def titles_xlsx():
    """Titles of two cells above the header; and names above wider rows, which are no title."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "A"
    sheet.append(["Cohort of the two centres", "extracted 2021-03-12"])
    sheet.append(["Centre", "A"])
    sheet.append(["id", "time", "status", "arm"])
    sheet.append([1, 5.5, 1, "x"])
    sheet.append([2, 6, 0, "y"])
    book.save(HERE / "titles.xlsx")
    expect(
        "titles.xlsx",
        {"id": ["1", "2"], "time": ["5.5", "6"], "status": ["1", "0"], "arm": ["x", "y"]},
        [4, 5],
        ["title_lines"],
        header_line=3,
        title_lines=2,
    )
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "A"
    sheet.append(["id", "time"])
    sheet.append([1, 5.5, 2, "x"])
    sheet.append([2, 6, 3, "y"])
    book.save(HERE / "names.xlsx")
    expect(
        "names.xlsx",
        {"id": ["1", "2"], "time": ["5.5", "6"], "column_3": ["2", "3"], "column_4": ["x", "y"]},
        [2, 3],
        ["unnamed_column", "unnamed_column"],
        header_line=1,
    )


def refused(name, code, **params):
    (HERE / f"{name}.json").write_text(json.dumps({"error": {"code": code, **params}}, indent=1) + "\n")


def locked():
    """Workbooks that open with a password: .xlsx, .ods, .xls, and an archive whose parts are encrypted. And a binary workbook."""
    book = openpyxl.Workbook()
    book.active.append(["time", "status"])
    book.active.append([5, 1])
    plain = io.BytesIO()
    book.save(plain)
    with open(HERE / "locked.xlsx", "wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)
    refused("locked.xlsx", "password_protected")

    # The parts of an .ods with a password are bytes without a form; the list of parts says how they were encrypted.
    manifest = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
 <manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
 <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="1000">
  <manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAAAAAAAAAAAAAAAAAAAAAAAAA="/>
 </manifest:file-entry>
</manifest:manifest>
"""
    with zipfile.ZipFile(HERE / "locked.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", bytes((i * 37 + 11) % 256 for i in range(300)))
        archive.writestr("META-INF/manifest.xml", manifest)
    refused("locked.ods", "password_protected")

    # The record after the first one becomes FILEPASS (2F): from there on an .xls with a password is encrypted.
    data = bytearray((HERE / "old.xls").read_bytes())
    first = data.index(bytes.fromhex("0908 1000 0006"))
    after = first + 4 + 16
    data[after : after + 2] = b"\x2f\x00"
    (HERE / "locked.xls").write_bytes(data)
    refused("locked.xls", "password_protected")

    # The bit of each part that says that it is encrypted, in its own head and in the archive's list.
    data = bytearray(plain.getvalue())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(sign, at + 1)
    (HERE / "zip_password.xlsx").write_bytes(data)
    refused("zip_password.xlsx", "password_protected")

    with zipfile.ZipFile(HERE / "binary.xlsb", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"\x83\x01\x00")
        archive.writestr("xl/worksheets/sheet1.bin", b"\x81\x01\x00")
    refused("binary.xlsb", "format_not_read", found="Excel .xlsb")


LOWEST, HIGHEST, SYSMIS = -1.7976931348623155e308, 1.7976931348623157e308, -1.7976931348623157e308


def spss_seconds(year, month, day):
    return (dt.date(year, month, day) - dt.date(1582, 10, 14)).days * 86400.0


def sav_by_hand(path, order):
    """A system file byte by byte (PSPP developers' guide, "System File Format"), in either byte order, not compressed.

    What pyreadstat cannot write: the other byte order, labels and missing values of strings of either length, open ranges of missing
    values, and the formats of months, quarters and weeks.
    """
    i32 = lambda value: struct.pack(order + "i", value)
    f64 = lambda value: struct.pack(order + "d", value)
    text = lambda value, n: value.encode().ljust(n)[:n]
    # Name, width (0: number), format, label, number of missing values as the file counts them, and they.
    variables = [
        ("ARM", 4, 1, "Bras", 1, [b"X".ljust(8)]),
        ("SITE", 12, 1, "", 0, []),
        ("AGE", 0, 5, "", -3, [LOWEST, -1.0, 999.0]),
        ("DOSE", 0, 5, "", -2, [90.0, HIGHEST]),
        ("SCORE", 0, 5, "", 3, [7.0, 8.0, 9.0]),
        ("MONTH", 0, 28, "", 0, []),
        ("DAY_M", 0, 28, "", 0, []),
        ("QUARTER", 0, 29, "", 0, []),
        ("DAY_Q", 0, 29, "", 0, []),
        ("WEEK", 0, 30, "", 0, []),
        ("SEX", 0, 5, "Sexe", 0, []),
    ]
    day = spss_seconds
    rows = [
        ("A", "Lyon", 54.5, 10.0, 1.0, day(2020, 2, 1), day(2020, 2, 1), day(2020, 4, 1), day(2020, 4, 1), day(2020, 1, 8), 1.0),
        ("B", "Nîmes", -5.0, 89.5, 8.0, day(1999, 12, 1), day(1999, 12, 31), day(1999, 10, 1), day(1999, 11, 1), day(2019, 1, 1), 2.0),
        ("X", "inconnu", 999.0, 95.0, 7.5, SYSMIS, SYSMIS, SYSMIS, SYSMIS, SYSMIS, 1.0),
        ("A", "", SYSMIS, SYSMIS, 9.0, day(2020, 3, 1), day(2020, 3, 2), day(2021, 1, 1), day(2021, 1, 1), day(2020, 12, 30), SYSMIS),
    ]
    out = io.BytesIO()
    put = lambda *parts: [out.write(part) for part in parts]
    units = sum(max(1, (width + 7) // 8) for _, width, *_ in variables)
    put(b"$FL2", text("@(#) SPSS DATA FILE tests/office/make.py", 60), i32(2), i32(units), i32(0), i32(0), i32(len(rows)), f64(100.0))
    put(text("01 Jan 24", 9), text("00:00:00", 8), text("", 64), b"\0\0\0")
    for name, width, kind, label, n_missing, missing in variables:
        shown = (kind << 16) | ((width or 8) << 8)
        put(i32(2), i32(width), i32(1 if label else 0), i32(n_missing), i32(shown), i32(shown), text(name, 8))
        if label:
            written = label.encode()
            put(i32(len(written)), written, b"\0" * (-len(written) % 4))
        put(*(value if isinstance(value, bytes) else f64(value) for value in missing))
        for _ in range(1, (width + 7) // 8):
            put(i32(2), i32(-1), i32(0), i32(0), i32(shown), i32(shown), text("", 8))

    def value_labels(labels, *units):
        put(i32(3), i32(len(labels)))
        for value, label in labels:
            written = label.encode()
            put(value, bytes([len(written)]), written, b" " * (-(len(written) + 1) % 8))
        put(i32(4), i32(len(units)), *(i32(unit) for unit in units))

    value_labels([(b"A".ljust(8), "Témoin"), (b"B".ljust(8), "Traité"), (b"X".ljust(8), "perdu")], 1)
    value_labels([(f64(1.0), "Homme"), (f64(2.0), "Femme")], units)

    def extension(kind, size, data):
        put(i32(7), i32(kind), i32(size), i32(len(data) // size), data)

    is_big = order == ">"
    extension(3, 4, b"".join(map(i32, [20, 0, 0, -1, 1, 1, 1 if is_big else 2, 65001])))
    extension(4, 8, f64(SYSMIS) + f64(HIGHEST) + f64(LOWEST))
    counted = lambda data: i32(len(data)) + data
    labels = b"".join(counted(value.encode().ljust(12)) + counted(label.encode()) for value, label in [
        ("Lyon", "Centre de Lyon"), ("N\u00eemes", "Centre de N\u00eemes"), ("inconnu", "centre inconnu"),
    ])
    extension(21, 1, counted(b"SITE") + i32(12) + i32(3) + labels)
    extension(22, 1, counted(b"SITE") + b"\x01" + i32(8) + b"inconnu ")
    extension(20, 1, b"UTF-8")
    put(i32(999), i32(0))
    for row in rows:
        for value, (_, width, *_) in zip(row, variables):
            put(text_bytes(value, (width + 7) // 8 * 8) if width else f64(value))
    path.write_bytes(out.getvalue())


def text_bytes(value, n):
    return value.encode().ljust(n)


def spss_by_hand():
    day = lambda *cells: {"cells": list(cells), "suggested": {"type": "date"}}
    number = lambda *cells: {"cells": list(cells), "suggested": {"type": "number"}}
    columns = {
        "ARM": {
            "cells": ["Témoin", "Traité", "", "Témoin"],
            "suggested": {"type": "category", "label": "Bras", "levels": ["Témoin", "Traité"]},
        },
        "SITE": {
            "cells": ["Centre de Lyon", "Centre de Nîmes", "", ""],
            "suggested": {"type": "category", "levels": ["Centre de Lyon", "Centre de Nîmes"]},
        },
        "AGE": number("54.5", "", "", ""),
        "DOSE": number("10", "89.5", "", ""),
        "SCORE": number("1", "", "7.5", ""),
        "MONTH": ["2020-02", "1999-12", "", "2020-03"],
        # Of these the format shows months and quarters, and the file has days.
        "DAY_M": day("2020-02-01", "1999-12-31", "", "2020-03-02"),
        "QUARTER": day("2020-04-01", "1999-10-01", "", "2021-01-01"),
        "DAY_Q": day("2020-04-01", "1999-11-01", "", "2021-01-01"),
        "WEEK": day("2020-01-08", "2019-01-01", "", "2020-12-30"),
        "SEX": {
            "cells": ["Homme", "Femme", "Homme", ""],
            "suggested": {"type": "category", "label": "Sexe", "levels": ["Homme", "Femme"]},
        },
    }
    cautions = ["user_missing"] * 5 + ["period_dates"] * 2
    for name, order in (("big_endian.sav", ">"), ("little_endian.sav", "<")):
        sav_by_hand(HERE / name, order)
        # Another reader finds the same in it: the file is as the format says.
        frame, meta = pyreadstat.read_sav(str(HERE / name))
        assert frame["SITE"].fillna("").tolist() == ["Lyon", "Nîmes", "", ""] and frame["SEX"].tolist()[:3] == [1, 2, 1], frame
        assert frame["AGE"].isna().tolist() == [False, True, True, True], frame
        assert frame["DOSE"].isna().tolist() == [False, False, True, True], frame
        assert frame["SCORE"].isna().tolist() == [False, True, False, True], frame
        assert frame["QUARTER"][0] == spss_seconds(2020, 4, 1) and frame["DAY_M"].dropna().tolist()[1] in (
            dt.date(1999, 12, 31), spss_seconds(1999, 12, 31),
        ), frame
        assert meta.variable_value_labels["ARM"] == {"A": "Témoin", "B": "Traité", "X": "perdu"}, meta.variable_value_labels
        expect(name, columns, [1, 2, 3, 4], cautions, header_line=0, encoding="UTF-8")


def dta_by_hand(path, release, order):
    """A data set of release 102 to 112 byte by byte, as Stata's `help dta` and its earlier editions say."""
    pack = lambda kind, *values: struct.pack(order + kind, *values)
    text = lambda value, n: value.encode("latin-1").ljust(n, b"\0")
    is_old = release < 111
    small = "i" if release < 103 else "b"  # Release 102 has no bytes.
    code = {"b": 251, "i": 252, "l": 253, "f": 254, "d": 255}
    packed = {"b": "b", "i": "h", "l": "i", "f": "f", "d": "d"}
    day = lambda *parts: (dt.date(*parts) - dt.date(1960, 1, 1)).days
    none = {"b": 127, "i": 32767, "l": 2147483647, "f": 2.0**127, "d": 2.0**1023}
    columns = [
        ("sexe", small, "%8.0g", "sexlab", "Sexe", [1, 2, 1]),
        ("n", "i", "%8.0g", "", "", [1, 2, none["i"]]),
        ("age", "d", "%9.0g", "", "", [54.5, none["d"], 61.0]),
        ("taille", "f", "%9.0g", "", "", [1.5, none["f"], 3.25]),
        ("jour", "l", "%d", "", "", [day(2020, 2, 29), none["l"], day(1959, 12, 31)]),
        ("ville", 9, "%9s", "", "", ["Nîmes", "", "Besançon"]),
    ]
    names, formats, labels = (33 if release >= 110 else 9), (7 if release < 105 else 12), (32 if release < 108 else 81)
    out = [bytes([release, 1 if order == ">" else 2, 1, 0]), pack("h", len(columns)), pack("h" if release < 103 else "i", 3)]
    out.append(text("", labels))
    if release >= 105:
        out.append(text("01 Jan 2024 00:00", 18))
    kinds = [kind for _, kind, *_ in columns]
    string = 127 if is_old else 0
    out.append(bytes(string + kind if isinstance(kind, int) else (ord(kind) if is_old else code[kind]) for kind in kinds))
    out += [text(name, names) for name, *_ in columns]
    out.append(pack("h", 0) * (len(columns) + 1))
    out += [text(shown, formats) for _, _, shown, *_ in columns]
    out += [text(column[3], names) for column in columns]
    out += [text(column[4], labels) for column in columns]
    if release >= 105:
        out.append(b"\0" + pack("h" if release < 110 else "i", 0))
    for i in range(3):
        for _, kind, *_, values in columns:
            out.append(text(values[i], kind) if isinstance(kind, int) else pack(packed[kind], values[i]))
    if release < 108:
        # Up to here labels have eight letters.
        out.append(pack("h", 2) + text("sexlab", 9) + b"\0" + pack("hh", 1, 2) + text("Homme", 8) + text("Femme", 8))
    else:
        entries = b"Homme\0Femme\0"
        table = pack("ii", 2, len(entries)) + pack("ii", 0, 6) + pack("ii", 1, 2) + entries
        out.append(pack("i", len(table)) + text("sexlab", names) + b"\0\0\0" + table)
    path.write_bytes(b"".join(out))


def stata_old():
    columns = {
        "sexe": {
            "cells": ["Homme", "Femme", "Homme"],
            "suggested": {"type": "category", "label": "Sexe", "levels": ["Homme", "Femme"]},
        },
        "n": {"cells": ["1", "2", ""], "suggested": {"type": "number"}},
        "age": {"cells": ["54.5", "", "61"], "suggested": {"type": "number"}},
        "taille": {"cells": ["1.5", "", "3.25"], "suggested": {"type": "number"}},
        "jour": {"cells": ["2020-02-29", "", "1959-12-31"], "suggested": {"type": "date"}},
        "ville": ["Nîmes", "", "Besançon"],
    }
    for release in (102, 103, 104, 105, 108, 110, 111, 112):
        name = f"v{release}.dta"
        # Release 102 has one byte order.
        dta_by_hand(HERE / name, release, "<" if release == 102 or release % 2 else ">")
        if release != 112:
            frame = pd.read_stata(HERE / name)
            assert frame["ville"].tolist() == ["Nîmes", "", "Besançon"] and frame["age"].isna().tolist() == [False, True, False], frame
            assert [str(day)[:10] for day in frame["jour"]] == ["2020-02-29", "NaT", "1959-12-31"], frame
            assert frame["sexe"].tolist() == ["Homme", "Femme", "Homme"], frame
        expect(name, columns, [1, 2, 3], [], header_line=0, encoding="windows-1252")
    # Release 113, the first with .a to .z.
    frame = pd.DataFrame({"score": [1.0, "a", 2.0], "grade": [1, 2, 1]})
    pyreadstat.write_dta(
        frame, str(HERE / "v113.dta"), missing_user_values={"score": ["a"]}, variable_value_labels={"grade": {1: "I", 2: "II"}}, version=8,
    )
    assert (HERE / "v113.dta").read_bytes()[0] == 113
    expect(
        "v113.dta",
        {
            "score": {"cells": ["1", "", "2"], "suggested": {"type": "number"}},
            "grade": {"cells": ["I", "II", "I"], "suggested": {"type": "category", "levels": ["I", "II"]}},
        },
        [1, 2, 3],
        ["user_missing"],
        header_line=0,
    )



def trial():
    """The small trial of tests/browser/steps.mjs, for the browser tests: a workbook in French, labels in SPSS and Stata."""
    browser = Path(__file__).parent.parent / "browser/office_files"
    rows = [((i * 37) % 41 + (6 if i % 2 else 1), 1 if i % 3 else 0, 2 if i % 2 else 1, 40 + (i * 7) % 23) for i in range(40)]
    book = openpyxl.Workbook()
    book.active.title = "Données"
    book.active.append(["Durée de suivi (mois)", "Décès", "Bras", "Âge"])
    for time, status, arm, age in rows:
        book.active.append([time, status, "traité" if arm == 2 else "témoin", age])
    book.save(browser / "essai.xlsx")
    frame = pd.DataFrame(rows, columns=["time", "status", "arm", "age"])
    labels = {"arm": {1: "Témoin", 2: "Traité"}}
    pyreadstat.write_sav(frame, str(browser / "trial.sav"), variable_value_labels=labels)
    pyreadstat.write_dta(frame, str(browser / "trial.dta"), variable_value_labels=labels, version=14)


for write in (
    trial, plain_xlsx, mac_xlsx, titles_xlsx, old_xls, open_ods, locked, spss, spss_latin, spss_by_hand, stata, stata_missing, stata_old,
):
    write()
