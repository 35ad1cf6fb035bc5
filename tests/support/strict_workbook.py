"""What Excel demands of a workbook beyond what openpyxl and LibreOffice do: a file that breaks a rule is "repaired".

The order of a sheet's elements is that of ``CT_Worksheet`` in ECMA-376, part 1, 18.3.1.99; the limits are those that
Microsoft publishes as "Excel specifications and limits".
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
PROTECTION = {
    "sheet", "objects", "scenarios", "formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows",
    "insertHyperlinks", "deleteColumns", "deleteRows", "selectLockedCells", "sort", "autoFilter", "pivotTables",
    "selectUnlockedCells",
}  # fmt: skip
FUNCTIONS = {
    "ABS", "AND", "COUNT", "COUNTIF", "COUNTIFS", "IF", "IFERROR", "ISNUMBER", "MAX", "N", "NOT", "OR", "ROUND",
    "SEARCH", "SUM", "SUMPRODUCT", "TEXT", "TRUE",
}  # fmt: skip
"""The functions in use, all of Excel 2007: none needs the prefix ``_xlfn.`` in the file."""
LONGEST = {"formula": 8192, "rule": 255, "title": 32, "message": 255, "text": 32767, "literal": 255, "footer": 255}
MOST_ARGUMENTS, DEEPEST = 255, 64
TITLE = re.compile(r"(?!')[^\[\]:*?/\\\x00-\x1f]{1,31}(?<!')")
NAME = re.compile(r"(?:_xlnm\.)?[A-Za-z_\\一-鿿][\w.\\]{0,254}")
CELL_LIKE = re.compile(r"(?:[A-Za-z]{1,3}[0-9]{1,7}|[RrCc]|[Rr]\d*[Cc]\d*)")


def breaches(content: bytes) -> list[str]:
    """Return every rule that a workbook breaks, each with its place."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    trees = {name: ET.fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".rels", ".vml"))}  # noqa: S314 - written by ourselves
    book = trees["xl/workbook.xml"]
    titles = [sheet.get("name", "") for sheet in book.iter(f"{MAIN}sheet")]
    found = [*_package(parts, trees), *_titles(titles), *_names(book, titles)]
    targets = {one.get("Id"): one.get("Target", "") for one in trees["xl/_rels/workbook.xml.rels"]}
    styles = trees["xl/styles.xml"]
    for sheet in book.iter(f"{MAIN}sheet"):
        path = posixpath.normpath(posixpath.join("xl", targets[sheet.get(RELATION)])).removeprefix("xl/xl/")
        tree = trees[path if path in trees else targets[sheet.get(RELATION)].lstrip("/")]
        found += [f"{sheet.get('name')}: {what}" for what in _sheet(tree, titles, styles)]
    return found


def _package(parts, trees):
    """Every part has a type, every internal relationship a target."""
    types = trees["[Content_Types].xml"]
    endings = {one.get("Extension") for one in types.iter(f"{TYPES}Default")}
    named = {one.get("PartName", "").lstrip("/") for one in types.iter(f"{TYPES}Override")}
    for name in parts:
        if name != "[Content_Types].xml" and name not in named and name.rpartition(".")[2] not in endings:
            yield f"{name}: has no content type"
    yield from (f"{name}: has a content type and is not there" for name in named - set(parts))
    for name in (one for one in parts if one.endswith(".rels")):
        base = posixpath.dirname(posixpath.dirname(name))
        for one in trees[name]:
            target = one.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            if one.get("TargetMode") == "External":
                yield f"{name}: leads outside, to {target}"
            elif path not in parts:
                yield f"{name}: {target} is not there"


def _titles(titles):
    if len({title.casefold() for title in titles}) < len(titles):
        yield "two sheets bear one name"
    for title in titles:
        if not TITLE.fullmatch(title) or title.casefold() == "history":
            yield f"{title!r} is no name for a sheet"


def _names(book, titles):
    seen = set()
    for one in book.iter(f"{MAIN}definedName"):
        name, text = one.get("name", ""), one.text or ""
        if (name.casefold(), one.get("localSheetId")) in seen:
            yield f"name {name}: defined twice"
        seen.add((name.casefold(), one.get("localSheetId")))
        if not NAME.fullmatch(name) or CELL_LIKE.fullmatch(name):
            yield f"name {name}: no name to Excel"
        yield from (f"name {name}: {what}" for what in _formula(text, titles))


def _sheet(tree, titles, styles):
    tags = [child.tag.removeprefix(MAIN) for child in tree]
    if [tag for tag in tags if tag not in ORDER]:
        yield f"unknown elements among {tags}"
    elif [ORDER.index(tag) for tag in tags] != sorted(ORDER.index(tag) for tag in tags):
        yield f"elements out of order: {tags}"
    yield from _cells(tree, titles, len(styles.find(f"{MAIN}cellXfs")))
    yield from _validations(tree, titles)
    yield from _conditions(tree, titles, len(styles.find(f"{MAIN}dxfs") or ()))
    for protection in tree.iter(f"{MAIN}sheetProtection"):
        if unknown := set(protection.keys()) - PROTECTION:
            yield f"protection has {sorted(unknown)}"
    for footer in tree.iter(f"{MAIN}headerFooter"):
        yield from _long("footer", *(part.text or "" for part in footer))
    for link in tree.iter(f"{MAIN}hyperlink"):
        if link.get("location"):
            yield from _formula(link.get("location"), titles)


def _cells(tree, titles, formats):
    last_row = 0
    for row in tree.iter(f"{MAIN}row"):
        number, last_column = int(row.get("r")), 0
        if number <= last_row or float(row.get("ht", 15)) > 409.5:  # points
            yield f"row {number} is out of order or too tall"
        last_row = number
        for cell in row.iter(f"{MAIN}c"):
            column, own_row, _, _ = range_boundaries(cell.get("r"))
            if own_row != number or column <= last_column or int(cell.get("s", 0)) >= formats:
                yield f"{cell.get('r')} is out of order or has an unknown format"
            last_column = column
            yield from _long("text", "".join(text.text or "" for text in cell.iter(f"{MAIN}t")))
            for formula in cell.iter(f"{MAIN}f"):
                yield from (f"{cell.get('r')}: {what}" for what in _formula(formula.text or "", titles))


def _validations(tree, titles):
    taken: set[str] = set()
    rules = list(tree.iter(f"{MAIN}dataValidation"))
    for group in tree.iter(f"{MAIN}dataValidations"):
        if group.get("count") not in {None, str(len(rules))}:
            yield f"{group.get('count')} validations are announced, {len(rules)} are there"
    for rule in rules:
        areas = rule.get("sqref", "").split()
        yield from (f"{area} has two validations" for area in areas if area in taken)
        taken |= set(areas)
        yield from _long("title", rule.get("promptTitle", ""), rule.get("errorTitle", ""))
        yield from _long("message", rule.get("prompt", ""), rule.get("error", ""))
        for formula in rule:
            text = formula.text or ""
            yield from _long("rule", text)
            yield from (f"validation of {areas[0]}: {what}" for what in _formula(text, titles))
        if not rule.findtext(f"{MAIN}formula1") or (
            rule.get("operator") == "between" and rule.find(f"{MAIN}formula2") is None
        ):
            yield f"validation of {areas[0]} lacks a bound"


def _conditions(tree, titles, looks):
    priorities = [rule.get("priority") for rule in tree.iter(f"{MAIN}cfRule")]
    if len(set(priorities)) < len(priorities):
        yield "two conditional formats have one priority"
    for rule in tree.iter(f"{MAIN}cfRule"):
        if int(rule.get("dxfId", looks)) >= looks:
            yield "a conditional format has no looks"
        for formula in rule:
            yield from _formula(formula.text or "", titles)


def _formula(text, titles):
    """Lengths, functions, nesting, arguments, and sheets that are there."""
    if text.startswith("="):
        yield f"{text[:40]}: the sign = does not belong into the file"
    yield from _long("formula", text)
    tokens = Tokenizer(f"={text}").items
    yield from _calls(text, tokens)
    for token in tokens:
        if token.type == "OPERAND" and token.subtype == "TEXT":
            yield from _long("literal", token.value[1:-1])
        elif token.type == "OPERAND" and token.subtype == "RANGE" and "!" in token.value:
            title = token.value.rpartition("!")[0].strip("'").replace("''", "'")
            if title not in titles:
                yield f"{text[:40]}: there is no sheet {title}"


def _calls(text, tokens):
    arguments = []
    for token in tokens:
        if token.type == "FUNC" and token.subtype == "OPEN":
            arguments.append(1)
            if token.value[:-1] not in FUNCTIONS:
                yield f"{token.value[:-1]} is no function of the base set"
            if len(arguments) > DEEPEST:
                yield f"{text[:40]}: nested deeper than {DEEPEST}"
        elif token.type == "FUNC":
            if (count := arguments.pop()) > MOST_ARGUMENTS:
                yield f"{text[:40]}: {count} arguments"
        elif token.type == "SEP" and token.subtype == "ARG" and arguments:
            arguments[-1] += 1


def _long(kind, *texts):
    yield from (f"{text[:40]}…: {len(text)} characters, a {kind} may have {LONGEST[kind]}"
                for text in texts if len(text) > LONGEST[kind])  # fmt: skip
