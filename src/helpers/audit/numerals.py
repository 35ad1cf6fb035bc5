"""The numerals of a document: which of them a claim covers, which are exempt, which are forgotten.

The document itself stays outside the repository; ``data/published/numerals/<edition>.csv`` lists its digit runs, made
by ``python -m helpers.audit.numerals EDITION TEXT --write``.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import DataError, NianbaoError, Problem
from helpers.paths import find_project
from helpers.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.audit.claims import Claim, Exemption
    from helpers.paths import Project

NUMERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
INVENTORY_COLUMNS = ("line", "ordinal", "numeral")
ORDINALS = re.compile(r"([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True, slots=True, order=True)
class Numeral:
    """A digit run: its line and its place in the line, both counted from 1."""

    line: int
    ordinal: int
    text: str


@dataclass(frozen=True)
class Coverage:
    """How the numerals of a document are accounted for.

    ``forgotten`` are in no list, ``doubled`` in two, ``absent`` are named but not in the document.
    """

    claimed: int
    exempt: Counter[str]
    forgotten: tuple[Numeral, ...]
    doubled: tuple[str, ...]
    absent: tuple[str, ...]


def read_lines(text: str) -> list[str]:
    """Return the lines of a document without bookmarks, full-width digits and signs as ASCII ones."""
    return [unicodedata.normalize("NFKC", BOOKMARK.sub("", line)) for line in text.split("\n")]


def extract(text: str) -> tuple[Numeral, ...]:
    """Return every digit run of a document, full-width digits read as ASCII ones.

    >>> [numeral.text for numeral in extract("2020年，占84.33%")]
    ['2020', '84.33']
    """
    return tuple(
        Numeral(number, ordinal, run)
        for number, line in enumerate(read_lines(text), 1)
        for ordinal, run in enumerate(NUMERAL.findall(line), 1)
    )


def parse_ordinals(text: str) -> tuple[int, ...]:
    """Read which digit runs of a line are meant: ``1-2 4``.

    >>> parse_ordinals("1-2 4")
    (1, 2, 4)

    Raises
    ------
    ValueError
        It is no list of ordinals.
    """
    found: list[int] = []
    for word in text.split():
        match = ORDINALS.fullmatch(word)
        if match is None or int(match[1]) == 0:
            message = f"{word!r} is no ordinal like 3 or 1-2"
            raise ValueError(message)
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return tuple(found)


def inventory_path(project: Project, edition: int) -> Path:
    """Return the file that lists a document's numerals."""
    return project.data / "published" / "numerals" / f"{edition}.csv"


def load_inventory(project: Project, edition: int) -> tuple[Numeral, ...]:
    """Read the list of a document's numerals.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    problems: list[Problem] = []
    rows = read_rows(project, inventory_path(project, edition), INVENTORY_COLUMNS, problems)
    numerals = []
    for row in rows:
        line, ordinal = row.cells["line"], row.cells["ordinal"]
        if line.isdigit() and ordinal.isdigit():
            numerals.append(Numeral(int(line), int(ordinal), row.cells["numeral"]))
        else:
            problems.append(row.problem("line", f"{line!r} {ordinal!r} is no place", "make the list anew"))
    if problems:
        raise DataError(problems)
    return tuple(numerals)


def write_inventory(numerals: Iterable[Numeral]) -> str:
    """Write numerals as :func:`load_inventory` reads them."""
    rows = (f"{numeral.line},{numeral.ordinal},{numeral.text}" for numeral in numerals)
    return "\n".join([",".join(INVENTORY_COLUMNS), *rows, ""])


def cover(numerals: Iterable[Numeral], claims: Iterable[Claim], exemptions: Iterable[Exemption]) -> Coverage:
    """Account for every numeral of a document."""
    known = {(numeral.line, numeral.ordinal): numeral for numeral in numerals}
    places: dict[tuple[int, int], str] = {}
    doubled, absent, exempt, claimed = [], [], Counter[str](), 0
    named = [(f"claim {claim.id}", claim.line, claim.numerals, "") for claim in claims if claim.numerals]
    named += [(f"exemption {one.where}", one.line, one.numerals, one.kind) for one in exemptions]
    for name, line, ordinals, kind in named:
        for ordinal in ordinals:
            place = (line, ordinal)
            if place not in known:
                absent.append(f"{name}: line {line} has no numeral {ordinal}")
            elif place in places:
                doubled.append(f"line {line} numeral {ordinal} ({known[place].text}): {places[place]} and {name}")
            else:
                places[place] = name
                exempt[kind] += bool(kind)
                claimed += not kind
    exempt.pop("", None)
    forgotten = tuple(numeral for place, numeral in known.items() if place not in places)
    return Coverage(claimed, exempt, forgotten, tuple(doubled), tuple(absent))


def main(words: Sequence[str]) -> int:
    """Make the list of a document's numerals, or say whether it is up to date; return the exit code."""
    match [word for word in words if word != "--write"]:
        case [edition, text] if edition.isdigit():
            pass
        case _:
            sys.stderr.write("python -m helpers.audit.numerals EDITION TEXT [--write]\n")
            return 2
    try:
        path = inventory_path(find_project(), int(edition))
    except NianbaoError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    made = write_inventory(extract(Path(text).read_text(encoding="utf-8")))
    if "--write" in words:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8", newline="\n")
        return 0
    same = path.exists() and path.read_text(encoding="utf-8") == made
    sys.stdout.write(f"{path.name} is {'up to date' if same else 'out of date: run again with --write'}\n")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
