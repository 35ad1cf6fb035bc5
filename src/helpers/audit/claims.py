"""``data/published/<edition>.csv``: what a published report printed, number by number and statement by statement.

A claim with a value is a number; one without is a statement, whose expression is true or false. Numerals of the
document that claim nothing are listed in ``data/published/exempt/<edition>.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.audit.numerals import parse_ordinals
from helpers.errors import DataError, Problem, UnknownNameError
from helpers.model import Qualifier
from helpers.quantity import decimals_of, to_base
from helpers.rows import Row, is_known, read_decimal, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal
    from pathlib import Path

    from helpers.catalogue import Catalogue
    from helpers.model import Unit
    from helpers.paths import Project

FOLDER = "published"
CLAIM_COLUMNS = (
    "id", "entity", "document", "place", "line", "numerals", "printed", "value", "unit",
    "qualifier", "expression", "readings", "reason", "note",
)  # fmt: skip
EXEMPTION_COLUMNS = ("line", "numerals", "kind", "printed")
EXEMPTION_KINDS = {
    "date": "注明时间的年、月、日",
    "document_number": "文号",
    "section_number": "章节编号",
    "exhibit_number": "图表、案例编号",
    "name": "专有名称",
    "set_phrase": "固定说法",
    "layout": "目录页码",
    "ordinal": "表中序号",
}
FALLING = ("减少", "下降", "降低")


@dataclass(frozen=True, slots=True)
class Claim:
    """A number or a statement as printed.

    ``value`` is in ``unit``, with the decimals that were printed; ``line`` is 0 for a document without a text edition.
    ``expression`` says what should give the value, ``readings`` what else the words could mean; where neither can be,
    ``reason`` says why.
    """

    id: str
    entity: str
    document: str
    place: str
    line: int
    numerals: tuple[int, ...]
    printed: str
    value: Decimal | None
    unit: Unit | None
    qualifier: Qualifier
    expression: str
    readings: tuple[str, ...]
    reason: str
    note: str
    edition: int
    where: str = field(compare=False)

    @property
    def is_statement(self) -> bool:
        """Whether it is true or false rather than a number."""
        return self.value is None

    @property
    def decimals(self) -> int:
        """How many decimal places were printed."""
        return 0 if self.value is None else decimals_of(self.value)

    @property
    def expected(self) -> Decimal | None:
        """The number that the expression must give, in base units; what fell (减少5.86%) is negative."""
        if self.value is None or self.unit is None:
            return None
        falls = any(word in self.printed for word in FALLING)
        return to_base(-abs(self.value) if falls else self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Numerals of a line that claim nothing."""

    line: int
    numerals: tuple[int, ...]
    kind: str
    printed: str
    where: str = field(compare=False)


@dataclass(frozen=True)
class Claims:
    """The claims of one report, by their ids, in the order of the document."""

    by_id: Mapping[str, Claim]

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def get(self, name: str, where: str) -> Claim:
        """Return the claim ``name``, or raise with the nearest ids."""
        try:
            return self.by_id[name]
        except KeyError:
            raise UnknownNameError.of("claim", name, self.by_id, where) from None


def claims_path(project: Project, edition: int) -> Path:
    """Return the file that holds the claims of an edition."""
    return project.data / FOLDER / f"{edition}.csv"


def load_claims(project: Project, catalogue: Catalogue, year: int, entity: str) -> Claims:
    """Return the claims of ``year``'s report on ``entity``; none where no report was transcribed.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    path = claims_path(project, year)
    claims = read_claims(project, catalogue, path, year) if path.exists() else ()
    return Claims({claim.id: claim for claim in claims if claim.entity == entity})


def read_claims(
    project: Project, catalogue: Catalogue, path: Path, edition: int, *, draft: bool = False
) -> tuple[Claim, ...]:
    """Read one file of claims; those of a draft need not name a document, which is no source yet.

    Raises
    ------
    DataError
        With every problem: columns, names, numbers, repeated ids, claims that nothing gives and no reason explains.
    """
    problems: list[Problem] = []
    found: dict[str, Claim] = {}
    for row in read_rows(project, path, CLAIM_COLUMNS, problems):
        claim = _claim(row, catalogue, edition, problems, draft=draft)
        if claim is None:
            continue
        first = found.setdefault(claim.id, claim)
        if first is not claim:
            problems.append(row.problem("id", f"{claim.id!r} is also {first.where}", "give each claim its own id"))
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def load_exemptions(project: Project, edition: int) -> tuple[Exemption, ...]:
    """Read the numerals that claim nothing.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    path = project.data / FOLDER / "exempt" / f"{edition}.csv"
    problems: list[Problem] = []
    exemptions = []
    for row in read_rows(project, path, EXEMPTION_COLUMNS, problems) if path.exists() else ():
        is_known(row, "kind", EXEMPTION_KINDS, problems)
        line, numerals = _line(row, problems), _numerals(row, problems)
        exemptions.append(Exemption(line, numerals, row.cells["kind"], row.cells["printed"], row.where))
    if problems:
        raise DataError(problems)
    return tuple(exemptions)


def _claim(row: Row, catalogue: Catalogue, edition: int, problems: list[Problem], *, draft: bool) -> Claim | None:
    """Turn a row into a claim, or add what is wrong with it to ``problems``."""
    cells, before = row.cells, len(problems)
    is_known(row, "entity", catalogue.entities, problems)
    if cells["document"] or not draft:
        is_known(row, "document", catalogue.sources, problems, "source")
    is_known(row, "qualifier", [str(qualifier) for qualifier in Qualifier], problems)
    for column in ("id", "place", "printed"):
        if not cells[column]:
            problems.append(row.problem(column, "empty", "say which claim this is, and what is printed where"))
    if cells["value"] or cells["unit"]:
        is_known(row, "unit", catalogue.units, problems)
    if not cells["expression"] and not cells["reason"]:
        problems.append(
            row.problem("expression", "empty, and no reason why", "write what gives it, or why nothing can")
        )
    line, numerals = _line(row, problems), _numerals(row, problems)
    value = read_decimal(row, "value", problems) if cells["value"] else None
    if len(problems) > before:
        return None
    readings = tuple(reading.strip() for reading in cells["readings"].split(" ; ") if reading.strip())
    return Claim(
        cells["id"], cells["entity"], cells["document"], cells["place"], line, numerals, cells["printed"], value,
        catalogue.units.get(cells["unit"]), Qualifier(cells["qualifier"]), cells["expression"], readings,
        cells["reason"], cells["note"], edition, row.where,
    )  # fmt: skip


def _line(row: Row, problems: list[Problem]) -> int:
    text = row.cells["line"]
    if text and not text.isdigit():
        problems.append(row.problem("line", f"{text!r} is no line", "count the lines of the text from 1"))
        return 0
    return int(text or 0)


def _numerals(row: Row, problems: list[Problem]) -> tuple[int, ...]:
    try:
        return parse_ordinals(row.cells["numerals"])
    except ValueError as error:
        problems.append(row.problem("numerals", str(error), "write which digit runs of the line are meant, like 1-2 4"))
        return ()
