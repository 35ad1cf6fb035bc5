"""Cases, registers and notes: the sheets that hold words rather than numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.entry.intake.submission import Note
from helpers.entry.intake.values import is_missing_mark
from helpers.entry.intake.words import label, may_run, offer, plain
from helpers.model import RECORD_FIELDS, Case, Record
from helpers.writing.prose import CALENDAR, DIGIT, REFERENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.catalogue import Catalogue
    from helpers.entry.intake.matching import Table
    from helpers.entry.intake.problems import Findings
    from helpers.model import Register

BETWEEN_NAMES = re.compile(r"[、，,；;/\n]+")
TEMPLATE_SIGNS = ("{{", "{%", "{#")
CASE_NUMBER = re.compile(r"\d+-\d+")


@dataclass
class ListReader:
    """Reads the sheets of words of one workbook."""

    catalogue: Catalogue
    entity: str
    edition: int
    source: str
    findings: Findings

    def cell(self, table: Table, row: int, name: str) -> str:
        """Return a cell's words; what a spreadsheet or a template would run is refused."""
        place = table.columns.get(name)
        cell = None if place is None else table.sheet.cell(row, place)
        if cell is None:
            return ""
        text = "\n".join(plain(line) for line in cell.text.splitlines()).strip()
        if is_missing_mark(text):
            return ""
        if cell.formula or may_run(text):
            self.problem(table, row, name, "是公式，或会被表格软件当作公式", "改为普通文字")
        elif any(sign in text for sign in TEMPLATE_SIGNS):
            self.problem(table, row, name, "含有“{{”一类的模板符号", "改为普通文字")
        return text

    def problem(self, table: Table, row: int, name: str, what: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        self.findings.problems.append(table.problem(row, name, what, remedy))

    def school(self, table: Table, row: int, name: str, text: str) -> str:
        """Return the slug of a school by its full or short name, or note that none has it."""
        for entity in self.catalogue.entities.values():
            if label(text) in {label(entity.name), label(entity.short), entity.slug}:
                return entity.slug
        names = [entity.name for entity in self.catalogue.entities.values()]
        remedy = offer(text, names, "用全称；新学校先登记（nianbao new-entity）")
        self.findings.problems.append(table.problem(row, name, "没有这个学校", remedy, seen=text))
        return ""

    def records(self, table: Table) -> list[Record]:
        """Read the entries of a register's sheet, or of the sheet for all other registers."""
        counts: dict[str, int] = {}
        found = []
        for row in table.rows:
            held = {name: self.cell(table, row, name) for name in RECORD_FIELDS}
            register = self._register(table, row, has_entry=any(held.values()))
            if register is None or not any(held.values()):
                continue
            if held["school"]:
                held["school"] = self.school(table, row, "school", held["school"])
            number = counts[register.code] = counts.get(register.code, 0) + 1
            locator = f"{table.sheet.title}!{table.address(row, 'number')}"
            found.append(Record(
                entity=self.entity, register=register.code, number=number, year=self.edition, **held,
                source=self.source, locator=locator, where=locator,
            ))  # fmt: skip
        return found

    def _register(self, table: Table, row: int, *, has_entry: bool) -> Register | None:
        if table.kind == "register":
            return self.catalogue.registers[table.code]
        written = label(self.cell(table, row, "register"))
        for register in self.catalogue.registers.values():
            if written in {label(register.label), register.code}:
                return register
        if written or has_entry:
            self.problem(table, row, "register", "没有这个清单" if written else "没有选清单", "从下拉框里选")
        return None

    def notes(self, table: Table) -> list[Note]:
        """Read the remarks; who made them stays in the workbook."""
        found: list[Note] = []
        for row in table.rows:
            subject, text = self.cell(table, row, "subject"), self.cell(table, row, "text")
            if text:
                locator = f"{table.sheet.title}!{table.address(row, 'text')}"
                found.append(Note(self.entity, len(found) + 1, subject, text, self.source, locator))
        return found

    def cases(self, table: Table, recorded: Sequence[Case]) -> list[Case]:
        """Read the cases; one that is on record under its title keeps its number, a new one gets the next."""
        taken = {case.number for case in recorded}
        by_title = {label(case.title): case.number for case in recorded}
        found = []
        for row in table.rows:
            title, summary = self.cell(table, row, "title"), self.cell(table, row, "summary")
            if not title and not summary:
                continue
            for name, text in (("title", title), ("summary", summary)):
                if not text:
                    self.problem(table, row, name, "是空的", "案例要有标题和内容摘要")
            place = self._section(table, row)
            names = [name for name in BETWEEN_NAMES.split(self.cell(table, row, "schools")) if name.strip()]
            schools = tuple(self.school(table, row, "schools", plain(name)) for name in names) or (self.entity,)
            if place is None or not all(schools) or not title or not summary:
                continue
            number = by_title.get(label(title)) or _next_number(int(place[0]), taken)
            taken.add(number)
            literals = tuple(dict.fromkeys(DIGIT.findall(CALENDAR.sub("", REFERENCE.sub("", summary)))))
            if literals:
                what = f"概要里的数（{'、'.join(literals)}）按原文照录，没有数字卡"
                self.findings.notices.append(table.problem(row, "summary", what, "", seen=""))
            found.append(Case(
                number=number, chapter=place[0], section=place[1], schools=schools, title=title, summary=summary + "\n",
                literals=literals,
            ))  # fmt: skip
        return found

    def _section(self, table: Table, row: int) -> tuple[str, str] | None:
        """Return chapter and section by number, title, or both."""
        written = label(self.cell(table, row, "section"))
        for chapter in self.catalogue.outline(self.catalogue.entities[self.entity], self.edition).chapters:
            for section in chapter.sections:
                if written in {label(section.number), label(section.title), label(section.number + section.title)}:
                    return chapter.number, section.id
        self.problem(table, row, "section", "没有这一节" if written else "没有选章节", "从下拉框里选")
        return None


def _next_number(chapter: int, taken: set[str]) -> str:
    number = 1
    while f"{chapter}-{number}" in taken:
        number += 1
    return f"{chapter}-{number}"
