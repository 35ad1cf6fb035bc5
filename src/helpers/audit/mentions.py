"""The numbers of a draft: where each stands, in what unit, in which words; and the numerals that claim nothing.

A draft is a Word document, or plain text as a word processor saves it, one paragraph or table cell a line.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.archives import COMPOUND, ZIP
from helpers.audit.numerals import NUMERAL, read_lines
from helpers.audit.word_documents import Line, read_document
from helpers.decoding import decoded
from helpers.errors import DataError, ParameterError, Problem
from helpers.model import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from helpers.audit.word_tables import Spot
    from helpers.model import Unit

RICH = b"{\\rtf"
"""How rich text begins, which is text to a machine only."""
SEPARATED = re.compile(r"(?<![0-9,，.])[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])")
BETWEEN = re.compile(r"[,、()。;!?\t]|:(?![0-9])")
SENTENCE = re.compile(r"[。;!?]")
BEFORE = {"约": Qualifier.ABOUT, "近": Qualifier.NEARLY, "超过": Qualifier.OVER, "不超过": Qualifier.AT_MOST}
AFTER = {"以上": Qualifier.AT_LEAST, "以内": Qualifier.AT_MOST, "左右": Qualifier.ABOUT}
NOTE_MARK = re.compile(r"[\[〔【][0-9]{1,3}[\]〕】]")
IN_BRACKETS = re.compile(r"\((?:单位:)?([^()]+)\)")
CASE = re.compile(r"\s*案例 ?[0-9]")
PASSED_OVER = {
    "date": re.compile(
        r"(?:19|20)[0-9]{2}(?:[-/—~至和、](?:19|20)[0-9]{2})* ?(?:学年|年|届|级)|[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    ),
    "document_number": re.compile(r"〔[0-9]{4}〕第?[0-9]+号|[0-9]+号"),
    "exhibit_number": re.compile(r"(?:表|图示?|案例|附件) ?[0-9]+(?:-[0-9]+)*"),
    "section_number": re.compile(r"^\s*[0-9]{1,2}(?:\.[0-9]{1,2})*[.、]?\s+(?=[^0-9。]{2,30}$)"),
    "note_mark": NOTE_MARK,
    "name": re.compile(r"[A-Za-z][0-9]+|[0-9]+(?:\.[0-9]+)?\+?[A-Za-z]+"),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A number as a draft prints it.

    ``before`` is what stands before it in its clause, ``printed`` both with the unit; ``sentence`` counts the sentences
    of the line. ``units`` are all whose symbol stands there: 册 counts books, and books per pupil. ``place`` is where a
    reader finds the line. Of the sentence, ``lead`` is what stands between the number before and this one, ``gap`` the
    part of it before the clause, ``context`` all before the clause; ``case`` says that the line may belong to a case,
    whose numbers are a school's. ``spot`` is the cell of a table that the number fills.
    """

    line: int
    place: str
    ordinals: tuple[int, ...]
    sentence: int
    lead: str
    gap: str
    context: str
    before: str
    printed: str
    value: Decimal
    units: tuple[Unit, ...]
    qualifier: Qualifier
    ends: bool
    case: bool = False
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft prints: its numbers, and how many of its numerals claim nothing, by kind."""

    mentions: tuple[Mention, ...]
    passed_over: Counter[str]


def read_draft(path: Path, units: Mapping[str, Unit]) -> Draft:
    """Find the numbers of a draft.

    Raises
    ------
    ParameterError
        The file is neither plain text nor a Word document that can be read.
    DataError
        Numbers have thousands separators, which cannot be told from an enumeration.
    """
    lines = _lines(path)
    problems = [
        Problem(
            f"{path.name} line {number}" + (f" ({line.place})" if line.place else ""),
            f"{found[0]!r} has separators",
            f"write {re.sub('[,，]', '', found[0])} and try again",
        )
        for number, line in enumerate(lines, 1)
        for found in SEPARATED.finditer(line.text)
    ]
    if problems:
        raise DataError(problems)
    vocabulary = _Vocabulary(units)
    mentions: list[Mention] = []
    passed_over: Counter[str] = Counter()
    case = False
    texts = read_lines("\n".join(line.text for line in lines))
    for number, (text, line) in enumerate(zip(texts, lines, strict=True), 1):
        exempt = _passed_over(text, vocabulary)
        case = _is_of_a_case(text, case)
        found = _mentions((number, line.place or f"第{number}行"), text, exempt, vocabulary)
        mentions += (_in_cell(replace(mention, case=case), text, line.spot, vocabulary) for mention in found)
        passed_over.update(exempt.values())
    return Draft(tuple(mentions), passed_over)


def _in_cell(mention: Mention, text: str, spot: Spot | None, vocabulary: _Vocabulary) -> Mention:
    """Note the cell that a number fills; its unit may stand in the head of its column or of its row."""
    if spot is None or text.strip() != mention.printed:
        return mention
    symbols = [found[1] for head in (spot.column_head, spot.row_head) if (found := IN_BRACKETS.search(head))]
    units = next((units for symbol in symbols if (units := vocabulary.units_of(symbol, prefixed=False))), ())
    return replace(mention, spot=spot, units=mention.units or units)


def _is_of_a_case(line: str, case: bool) -> bool:  # noqa: FBT001 - the state that it hands on
    """Whether a line may belong to a case: from the title of one to the next heading with a number."""
    if CASE.match(line) is not None:
        return True
    return case and PASSED_OVER["section_number"].match(line) is None


def _lines(path: Path) -> list[Line]:
    """Return the lines of a draft, with their places where the format says more than their numbers."""
    data = path.read_bytes()
    if data.startswith((ZIP, COMPOUND)):
        return read_document(path)
    text = None if data.startswith(RICH) else decoded(data)
    if text is None:
        message = f"{path.name} is neither a Word document (.docx) nor plain text in UTF-8 or GB18030; save it as one"
        raise ParameterError(message)
    return [Line(line, "") for line in text.replace("\r\n", "\n").split("\n")]


class _Vocabulary:
    """The symbols of the units, and what may stand between a number and its symbol."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self.by_symbol: dict[str, list[Unit]] = {}
        for unit in units.values():
            self.by_symbol.setdefault(f"{unit.prefix}{unit.suffix}{unit.symbol}", []).append(unit)

    @cached_property
    def tail(self) -> re.Pattern[str]:
        """A unit behind a number, with 余 before it or behind its 万, and what bounds the number."""
        plain = sorted(filter(None, self.by_symbol), key=len, reverse=True)
        symbols = "|".join(re.escape(symbol) for symbol in plain)
        return re.compile(
            rf"\s*(?P<over>[余多])?(?:(?P<scale>[万亿])(?P<within>[余多])(?P<rest>{symbols})|(?P<symbol>{symbols}))"
            rf"(?P<bound>{'|'.join(AFTER)})?"
        )

    def units_of(self, symbol: str, *, prefixed: bool) -> tuple[Unit, ...]:
        """Return the units of a symbol; 位 behind 第 is a rank."""
        ranks = self.by_symbol.get(f"第{symbol}", []) if prefixed else []
        return tuple(ranks or self.by_symbol.get(symbol, []))


def _passed_over(line: str, vocabulary: _Vocabulary) -> dict[int, str]:
    """Return the numerals of a line that claim nothing, by where they begin, each with its kind."""
    found: dict[int, str] = {}
    for kind, pattern in PASSED_OVER.items():
        for match in pattern.finditer(line):
            for numeral in NUMERAL.finditer(line, match.start(), match.end()):
                heading = kind == "section_number"
                if not (heading and vocabulary.tail.match(line, numeral.end())):
                    found.setdefault(numeral.start(), kind)
    return found


def _mentions(
    where: tuple[int, str], line: str, exempt: Mapping[int, str], vocabulary: _Vocabulary
) -> Iterator[Mention]:
    """Yield the numbers of one line, whose number and place are ``where``."""
    end = 0
    for ordinal, numeral in enumerate(NUMERAL.finditer(line), 1):
        if numeral.start() in exempt or numeral.start() < end:
            continue
        start = max([end, *(match.end() for match in BETWEEN.finditer(line, end, numeral.start()))])
        before, last = NOTE_MARK.sub("", line[start : numeral.start()]).strip(), end
        tail = vocabulary.tail.match(line, numeral.end())
        end = tail.end() if tail else numeral.end()
        symbol = "" if tail is None else tail["symbol"] or f"{tail['scale']}{tail['rest']}"
        inner = len(NUMERAL.findall(line[numeral.end() : end]))  # the 1 of 12.55:1
        words, qualifier = _qualifier(before, tail)
        opening = max((match.end() for match in SENTENCE.finditer(line, 0, start)), default=0)
        yield Mention(
            *where, tuple(range(ordinal, ordinal + 1 + inner)), len(SENTENCE.findall(line[:start])),
            line[max(last, opening) : numeral.start()], line[max(last, opening) : start], line[opening:start],
            words, line[start:end].strip(), Decimal(numeral[0]),
            vocabulary.units_of(symbol, prefixed=before.endswith("第")), qualifier,
            end == len(line.rstrip()) or BETWEEN.match(line, end) is not None,
        )  # fmt: skip


def _qualifier(before: str, tail: re.Match[str] | None) -> tuple[str, Qualifier]:
    """Return how exactly a number is stated, and the words before it without the one that says so."""
    for word in sorted(BEFORE, key=len, reverse=True):
        if before.endswith(word):
            return before.removesuffix(word), BEFORE[word]
    if tail is not None and tail["bound"]:
        return before, AFTER[tail["bound"]]
    if tail is not None and (tail["over"] or tail["within"]):
        return before, Qualifier.OVER
    return before, Qualifier.EXACT
