"""Writes the workbooks, SPSS and Stata files that the readers are tested with, and what must come out of each.

Origin: made here, no patient's data. Licence: that of the project (MIT or Apache-2.0).
The expected tables (files/*.json) are written by hand below, never by the readers under test. The browser tests' own files
(tests/browser/office_files) come from here too. Written again, files differ in the times that they carry and in nothing else.

    python -m venv venv && venv/bin/pip install pyreadstat==1.3.7 pandas==3.1.1 openpyxl==3.1.5 odfpy==1.4.1 xlwt==1.3.0
    venv/bin/python tests/office/make.py
"""

import datetime as dt
import json
from pathlib import Path

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


for write in (trial, plain_xlsx, mac_xlsx, old_xls, open_ods, spss, spss_latin, stata, stata_missing):
    write()
