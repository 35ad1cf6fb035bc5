"""The entry workbook of a place and an edition as a file: same questions, same bytes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection

from helpers.entry.layout import PROPERTY, Stamp, sheet_mark
from helpers.entry.other_sheets import Choices, write_cases, write_choices, write_cover, write_notes, write_register
from helpers.entry.plan import Plan
from helpers.entry.questions import ask
from helpers.entry.topic_sheet import write_topic
from helpers.errors import ParameterError
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.rows import EARLIEST_YEAR, LATEST_YEAR
from helpers.transactions import write_whole

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from helpers.entry.layout import SheetKind
    from helpers.entry.questions import Questionnaire
    from helpers.paths import Project

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The clock of every workbook: the earliest that a zip file can tell."""
STAMPED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def new_year(project: Project, edition: int, entity: str, *, model: str = "", output: Path | None = None) -> Path:
    """Write the workbook that asks ``entity`` for the numbers of ``edition``, and return its path.

    Parameters
    ----------
    model
        Another entity whose questions are asked, or ``empty`` for those of the catalogue alone.
    output
        Where to write it; by default ``<short name><edition>年填报表.xlsx`` in the working directory.

    Raises
    ------
    ParameterError
        The edition is no year, there is nothing to ask, or a file is already there (perhaps filled: it is kept).
    WriteError
        The file cannot be written.
    """
    if not EARLIEST_YEAR <= edition <= LATEST_YEAR:
        raise ParameterError(f"{edition} is no year of a report; name one like 2021")
    catalogue, observations = load_data(project)
    asked = ask(catalogue, observations, entity, edition, model)
    path = output or Path(f"{asked.entity.short}{edition}年填报表.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise ParameterError(f"--output {path.name} is no Excel workbook; name it like {path.stem}.xlsx")
    if path.exists():
        raise ParameterError(f"{path} is already there, perhaps filled in; move it away or choose another --output")
    if not path.parent.is_dir():
        raise ParameterError(f"--output: there is no folder {path.parent}; make it first")
    write_whole(path, to_bytes(asked))
    return path


def to_bytes(asked: Questionnaire) -> bytes:
    """Make the workbook; the same questions give the same bytes."""
    book = make_workbook(asked)
    book.properties.creator = PROPERTY
    book.properties.title = f"{asked.entity.name}{asked.edition}年填报表"
    book.properties.language = "zh-CN"
    book.properties.created = datetime(*EPOCH)  # noqa: DTZ001 - Excel's clock has no zone
    raw = BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue())


def make_workbook(asked: Questionnaire) -> Workbook:
    """Lay out the workbook and fill every sheet."""
    plan, facts = Plan(asked), Facts(asked.catalogue, asked.observations)
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {place: book.create_sheet(title) for place, title in plan.titles.items()}
    choices = Choices.of(plan)
    write_cover(sheets["cover", "all"], plan)
    for topic in plan.topics:
        write_topic(sheets["topic", topic.code], plan, topic, facts)
    write_cases(sheets["cases", "all"], plan, choices)
    for register in plan.own_registers:
        write_register(sheets["register", register.code], plan, register, choices)
    if plan.other_registers:
        write_register(sheets["registers", "all"], plan, None, choices)
    write_notes(sheets["notes", "all"], plan)
    write_choices(sheets["choices", "all"], choices)
    _mark(book, sheets)
    stamp = Stamp(asked.entity.slug, asked.edition, digest(asked))
    properties = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs lack it
    properties.append(StringProperty(name=PROPERTY, value=stamp.to_text()))
    book.security = WorkbookProtection(lockStructure=True)
    book.calculation.fullCalcOnLoad = True
    return book


def digest(asked: Questionnaire) -> str:
    """Name the state of the catalogue that the questions were asked from."""
    told = "\n".join(f"{q.key} {q.unit.code} {q.indicator.model_dump_json()}" for q in asked.questions)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _mark(book: Workbook, sheets: dict[tuple[SheetKind, str], Worksheet]) -> None:
    for (kind, code), sheet in sheets.items():
        name = sheet_mark(kind, code)
        book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!$A$1")


def _without_clock(content: bytes) -> bytes:
    """Pack a workbook again without the time of day that openpyxl writes into it."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = STAMPED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", part)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return packed.getvalue()
