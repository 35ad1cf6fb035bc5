"""Structure: files can be read, names stand for something, lists are whole and in order."""

from __future__ import annotations

import ast
import csv
import itertools
import unicodedata
from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check, file_check
from helpers.errors import DataError, NianbaoError, Problem, nearest
from helpers.expressions import parse_formula
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from helpers.model import Record
    from helpers.paths import Project

FUNCTIONS = {"sum", "count"}
SORTED_BY = ("indicator", "entity", "year", "scope", "breakdown")
LEGACY_BLANKS = {"-", "--", "—", "——", "/", "…", "……", "***", "*", "nan", "NaN", "None", "NULL", "N/A", "#N/A"}


@file_check(
    "structure",
    "Every data file can be read: columns, encodings, names, units, duplicates and references.",
    InChinese(
        "数据文件可以读入",
        "各数据文件都能读入：列、编码、名称、单位、有无重复、所引名称，都没有问题。",
        "读入目录和各年度的数据，列出每一处不合规定的地方。",
    ),
)
def data_can_be_read(project: Project) -> Iterator[Problem]:
    """Read the catalogue and every edition, and list everything that does not validate."""
    try:
        load_data(project)
    except DataError as error:
        yield from error.problems


@file_check(
    "structure",
    "No cell holds a legacy symbol for a blank, a full-width digit or an invisible character.",
    InChinese(
        "单元格里没有杂字符",
        "没有单元格用“—”“/”之类的符号代替空白，没有全角数字，没有看不见的字符。",
        "逐格查看各CSV文件：空白就空着，为什么空着由status说明。",
    ),
)
def cells_are_clean(project: Project) -> Iterator[Problem]:
    """Look at every cell of the CSV files: a blank is empty, and its reason is a status."""
    for path in sorted(project.data.rglob("*.csv")):
        for where, column, cell in _cells(project, path):
            if cell.strip() in LEGACY_BLANKS:
                chinese = f"用“{cell.strip()}”代替空白；空白就空着，原因写在status。"
                what = f"{cell!r} stands for a blank"
                yield Problem(f"{where}, {column}", what, "leave it empty; say why in status", chinese)
            elif (strange := next((sign for sign in cell if _is_strange(sign)), None)) is not None:
                name = unicodedata.name(strange, f"U+{ord(strange):04X}")
                chinese = f"“{cell}”里有全角数字或看不见的字符（{name}）；改用普通字符。"
                yield Problem(f"{where}, {column}", f"{cell!r} holds {name}", "type it in plain characters", chinese)
            elif cell != cell.strip():
                chinese = f"“{cell}”首尾有空格；删去。"
                yield Problem(f"{where}, {column}", f"{cell!r} begins or ends with a space", "remove it", chinese)


@file_check(
    "structure",
    "The rows of each edition are in their order, so that two versions can be compared.",
    InChinese(
        "各行按顺序排列",
        "各年度的行都按顺序排列，两个版本可以逐行比较。",
        "把每一行与前一行比较：依次按indicator、entity、year、scope、breakdown排列。",
    ),
)
def rows_are_in_order(project: Project) -> Iterator[Problem]:
    """Compare each row of an edition with the one before: indicator, entity, year, scope, breakdown."""
    for path in sorted((project.data / "observations").glob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
        keys = [tuple(row.get(name) or "" for name in SORTED_BY) for row in rows]
        for number, (first, second) in enumerate(itertools.pairwise(keys), start=3):
            if second < first:
                this, before = (" ".join(filter(None, key)) for key in (second, first))
                what = f"{this!r} stands after {before!r}"
                place, remedy = f"{project.relative(path)} row {number}", f"sort by {', '.join(SORTED_BY)}"
                chinese = f"“{this}”排在“{before}”之后；依次按{'、'.join(SORTED_BY)}排列。"
                yield Problem(place, what, remedy, chinese)


@check(
    "structure",
    "Every formula can be read, and names only indicators that exist.",
    InChinese(
        "公式可以读懂",
        "各公式都能读懂，所用的指标都在目录里。",
        "逐个解析公式：公式由目录里的指标名和运算符组成。",
    ),
)
def formulas_can_be_read(material: Material) -> Iterator[Problem]:
    """Parse each formula: an expression over catalogue names, see helpers.formulas."""
    known = material.catalogue.indicators
    for indicator in known.values():
        if indicator.formula is None:
            continue
        where = f"data/reference/catalogue/{indicator.topic}.yml {indicator.id}, formula"
        try:
            tree = parse_formula(indicator.id, indicator.formula)
        except NianbaoError as error:
            chinese = f"公式“{indicator.formula}”读不懂；用指标名和 + - * / 写。"
            yield Problem(where, str(error), "write indicator names with + - * /", chinese)
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in known and node.id not in FUNCTIONS:
                chinese = f"目录里没有指标“{node.id}”；核对名称。"
                yield Problem(where, f"unknown indicator {node.id!r}", nearest(node.id, known), chinese)


@check(
    "structure",
    "Every derived number on record can be computed, or says what it lacks.",
    InChinese(
        "派生指标可以算出",
        "在案的派生指标都能算出，算不出的说明缺什么数。",
        "对每个有数据的单位和年份计算每个公式；除数为零、单位混用都算不通过。",
    ),
)
def formulas_can_be_computed(material: Material) -> Iterator[Problem]:
    """Evaluate each formula for every entity and year with data; dividing by zero or mixing units fails."""
    facts = Facts(material.catalogue, material.observations)
    places = {(row.key.entity, row.key.year) for row in material.observations}
    for indicator in material.catalogue.indicators.values():
        if indicator.formula is None:
            continue
        where = f"data/reference/catalogue/{indicator.topic}.yml {indicator.id}"
        for entity, year in sorted(places):
            scope = material.catalogue.default_scope(indicator, material.catalogue.entities[entity], year)
            try:
                facts.get(Key(entity, year, indicator.id, scope))
            except NianbaoError as error:
                chinese = f"{material.catalogue.entities[entity].short}{year}年算不出（{error}）；改公式或数据。"
                yield Problem(where, f"{entity} {year}: {error}", "mend the formula or the data", chinese)


@check(
    "structure",
    "Every register is numbered from one, without a gap.",
    InChinese(
        "名单编号连续",
        "各名单都从1起连续编号，没有缺号。",
        "逐个核对每个单位、每一年的名单编号：缺号就是丢了一行。",
    ),
)
def registers_are_numbered(material: Material) -> Iterator[Problem]:
    """Follow the numbers of each list of an entity and a year: a gap is a row that was lost."""
    lists: dict[tuple[str, str, int], list[Record]] = {}
    for record in material.observations.records:
        lists.setdefault((record.entity, record.register, record.year), []).append(record)
    for (entity, register, year), records in lists.items():
        ordered = sorted(records, key=lambda record: record.number)
        for expected, record in enumerate(ordered, start=1):
            if record.number != expected:
                what = f"{register} of {entity} {year} goes on with {record.number} where {expected} is expected"
                chinese = f"编号应为{expected}，实为{record.number}；补上缺的一行，或重新编号。"
                yield Problem(f"{record.where}, number", what, "add the row that is missing, or number anew", chinese)
                break


@check(
    "structure",
    "No entity is its own parent, directly or in a circle.",
    InChinese(
        "隶属关系不成环",
        "没有单位直接或辗转隶属于自己。",
        "从每个单位沿隶属关系逐级向上，直到没有上级为止。",
    ),
)
def parents_lead_upwards(material: Material) -> Iterator[Problem]:
    """Climb from each entity to its parents until there is none."""
    entities = material.catalogue.entities
    for slug in entities:
        seen, parent = {slug}, entities[slug].parent
        while parent is not None and parent not in seen:
            seen.add(parent)
            parent = entities[parent].parent
        if parent is not None:
            what, name = f"its parents lead back to {parent}", entities[slug].name
            chinese = f"上级辗转又回到“{entities[parent].name}”；写明真正的上级。"
            yield Problem(f"entities {slug}", what, "name who stands above it", chinese, name)


@check(
    "structure",
    "Every chapter's notebook is there.",
    InChinese(
        "各章的笔记本都在",
        "各章的笔记本都在。",
        "按每份提纲查找各章的笔记本，包括某节从别处借用的。",
    ),
)
def notebooks_exist(material: Material) -> Iterator[Problem]:
    """Look for the notebooks of each chapter of each outline: its own, and those that sections are taken from."""
    for outline in material.catalogue.outlines.values():
        for chapter in outline.chapters:
            lent = (section.notebook for section in chapter.sections if section.notebook)
            for name in dict.fromkeys((chapter.notebook, *lent)):
                if not (material.project.notebooks / name).is_file():
                    where = f"data/reference/chapters.yml {outline.code} {chapter.slug}"
                    chinese = f"没有notebooks/{name}；写出来，或去掉这一章。"
                    yield Problem(where, f"notebooks/{name} is not there", "write it, or drop the chapter", chinese)


@check(
    "structure",
    "Every source on record is used, and every number's source is on record.",
    InChinese(
        "登记的来源都用上了",
        "登记的来源都有数据引用，数据的来源都已登记。",
        "查找没有任何数据引用的来源，它们是剩下没用的。",
    ),
    severity="warn",
)
def sources_are_used(material: Material) -> Iterator[Problem]:
    """Look for sources that no number names: leftovers."""
    used = {row.source for row in material.observations} | {row.source for row in material.observations.superseded}
    used |= {record.source for record in material.observations.records}
    used |= {standard.source for standard in material.catalogue.standards}
    for code in material.catalogue.sources:
        if code not in used:
            where, chinese = f"data/sources/sources.yml {code}", "没有数据引用这个来源；用上，或删去。"
            yield Problem(where, "no number names this source", "use it or drop it", chinese)


def _cells(project: Project, path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield address, column and text of every cell below the header."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        for number, cells in enumerate(rows, start=2):
            for column, cell in zip(header, cells, strict=False):
                yield f"{project.relative(path)} row {number}", column, cell


def _is_strange(sign: str) -> bool:
    """Whether a character is a full-width digit, an odd space, a control or a byte that could not be read."""
    if "\uff10" <= sign <= "\uff19":
        return True
    return sign == "\ufffd" or (unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Co"} and sign != " ")
