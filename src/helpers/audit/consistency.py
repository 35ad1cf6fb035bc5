"""What a draft says of its own numbers, as statements that the draft alone decides, whatever is on record.

Only what words name beyond doubt becomes a statement: one number printed twice, a change beside its value, a growth
beside the two values that it lies between, all the parts of a whole beside it, a part (其中) beside its whole. Where a
number could belong to something else (of several values, of a part, of a comparison with another year) there is none.
Each statement is a claim like any other: an analyst may strike it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from helpers.audit.claims import FALLING
from helpers.audit.proposals import MOVED, is_alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from helpers.audit.claims import Claim
    from helpers.audit.mentions import Mention
    from helpers.audit.proposals import Proposal
    from helpers.audit.word_tables import Spot
    from helpers.model import Dimension

BEHIND = re.compile(rf"[,、;]?\s*{MOVED}\s*")
AGAINST = re.compile(r"[比较](?:上年|去年|上一年|(?P<year>[0-9]{4}) ?年)(?:同期)?|同比")
FROM = re.compile(r"(?:由|从)\s*(?:(?P<when>上年|去年|上一年|(?P<year>[0-9]{4}) ?年)(?:末|底)?\s*的?)?\s*$")
BESIDE = re.compile(
    r"[,(]?\s*[比较]?(?:上年|去年|上一年|(?P<year>[0-9]{4}) ?年)(?:末|底)?(?:同期)?\s*(?:的|为|是|有)?\s*"
)
SHARE = re.compile(r"[,(]?\s*占(?:比|总数的|其总数的)?\s*")
YEAR = re.compile(r"([0-9]{4}) ?年")
TO = re.compile(r"\s*(?:增加|增长|提高|上升|提升|增|升|减少|下降|降低|降|减)[到至为](?:了)?\s*")
AMONG = re.compile(r"[,(、:;]?\s*其中[,:]?[^,、;:()。]*")
PART = re.compile(
    r"[,、;:(]?\s*(?:和|及|以及|与)?\s*(?:其中|包括|分别为|含)?[,:]?\s*(?P<name>[^,、;:。()]+?)\s*(?:各?[有为占])?\s*$"
)
OPPOSITE = "一处说增，一处说减"
LISTED = ("、", "和", "与", "及")
NO_SUM = ("均", "每", "率", "比", "规模", "最")
"""What is no sum of parts: an average, a ratio, a rate, the largest."""
TOTALS = {"合计", "总计", "共计"}
SUBTOTALS = ("小计", *NO_SUM)
OF_PARTS = ("其中", "包括", "含")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number of a draft as its words have it, beside the claim on it."""

    mention: Mention
    claim: Claim
    is_placed: bool

    @property
    def has_moved(self) -> bool:
        """Whether it is a movement: 增加22人."""
        return re.search(rf"{MOVED}\s*$", self.mention.before) is not None

    @property
    def falls(self) -> bool:
        """Whether it is a movement downwards."""
        return any(word in self.claim.printed for word in FALLING)

    @property
    def name(self) -> str:
        """Write the number as an expression names it."""
        return f'claim("{self.claim.id}")'

    @property
    def is_percent(self) -> bool:
        """Whether it counts hundredths."""
        return self.claim.unit is not None and self.claim.unit.kind == "percent"


def statements(proposals: Iterable[Proposal], dimensions: Iterable[Dimension], year: int) -> list[Claim]:
    """Return the statements about the numbers of a draft, in the order of the draft."""
    numbers = [Printed(one.mention, one.claim, one.is_placed) for one in proposals]
    found = list(_repeated(numbers))
    wholes = [dimension for dimension in dimensions if dimension.total]
    for _, group in groupby(numbers, key=lambda one: (one.mention.line, one.mention.sentence)):
        sentence = list(group)
        found += [*_moved(sentence), *_from_to(sentence, year), *_beside(sentence, year), *_parts(sentence, wholes)]
    found += _tables(numbers)
    order = {one.claim.id: place for place, one in enumerate(numbers)}
    return sorted(found, key=lambda one: order[one.id.rpartition("-")[0]])


def _statement(about: Printed, kind: str, expression: str, note: str = "") -> Claim:
    """Write a statement about a number."""
    return replace(
        about.claim, id=f"{about.claim.id}-{kind}", numerals=(), value=None, unit=None, expression=expression,
        readings=(), reason="", note=note,
    )  # fmt: skip


def _repeated(numbers: Sequence[Printed]) -> Iterator[Claim]:
    """Say that what the words name alike is one number, if they tell whose it is."""
    first: dict[str, Printed] = {}
    for one in numbers:
        if not one.claim.expression or one.mention.case or not one.is_placed:
            continue
        other = first.setdefault(one.claim.expression, one)
        if other is not one and one.claim.unit is not None and other.claim.unit is not None:
            if one.falls != other.falls:
                yield _statement(one, "same", f"{one.name} + {other.name} == 0", OPPOSITE)
            else:
                yield _statement(one, "same", f"{one.name} == {other.name}", "两处说的是同一个数")


def _moved(sentence: Sequence[Printed]) -> Iterator[Claim]:
    """Say that a value, how much it rose, and by how many per cent, behind one another, agree."""
    for value, change, growth in zip(sentence, sentence[1:], sentence[2:], strict=False):
        listed = value.mention.lead.lstrip().startswith(LISTED) or _is_of_parts(value)
        if listed or value.has_moved or not value.mention.ends:
            continue
        if not (_follows(change) and _follows(growth) and growth.is_percent and not value.is_percent):
            continue
        against = [AGAINST.search(one.mention.lead) for one in (change, growth)]
        if against[1] is not None and (against[0] is None or against[0][0] != against[1][0]):
            continue
        if _are_alike(value, change):
            base = f"({value.name} {'+' if change.falls else '-'} {change.name})"
            if change.falls != growth.falls:
                yield _statement(growth, "growth", f"{change.name} / {base} + {growth.name} == 0", OPPOSITE)
            else:
                yield _statement(growth, "growth", f"{change.name} / {base} == {growth.name}")


def _from_to(sentence: Sequence[Printed], year: int) -> Iterator[Claim]:
    """Say that 由…增至… and the movement that is told behind it agree."""
    for before, now, moved in zip(sentence, sentence[1:], sentence[2:], strict=False):
        start = FROM.search(before.mention.before)
        if start is None or TO.fullmatch(now.mention.lead) is None or not _follows(moved):
            continue
        against = AGAINST.search(moved.mention.lead)
        if against is not None and _year_of(against["year"], against[0], year) != _year_of(
            start["year"], start["when"], year
        ):
            continue
        if not _are_alike(before, now):
            continue
        yield from _lies_between(before, now, moved)


def _beside(sentence: Sequence[Printed], year: int) -> Iterator[Claim]:
    """Say that a value, that of the year before beside it (上年为…) and the movement told behind them agree."""
    for now, before, moved in zip(sentence, sentence[1:], sentence[2:], strict=False):
        beside = BESIDE.fullmatch(before.mention.lead)
        years = YEAR.findall(now.mention.context + now.mention.before)
        if beside is None or now.has_moved or now.mention.lead.lstrip().startswith(LISTED) or _is_of_parts(now):
            continue
        own = int(years[-1]) if years else year
        if len(set(years)) > 1 or int(beside["year"] or own - 1) != own - 1 or not _are_alike(now, before):
            continue
        if _follows(moved) and AGAINST.search(moved.mention.lead) is None:
            yield from _lies_between(before, now, moved)


def _lies_between(before: Printed, now: Printed, moved: Printed) -> Iterator[Claim]:
    """Say that a movement, in per cent or in its unit, is what lies between two numbers."""
    more, less = (before, now) if moved.falls else (now, before)
    if moved.is_percent and not before.is_percent:
        yield _statement(moved, "growth", f"({more.name} - {less.name}) / {before.name} == {moved.name}")
    elif (_are_alike(now, moved) and not moved.is_percent) or (_is_points(moved) and before.is_percent):
        yield _statement(moved, "change", f"{more.name} - {less.name} == {moved.name}")


def _parts(sentence: Sequence[Printed], wholes: Sequence[Dimension]) -> Iterator[Claim]:
    """Say that parts fit their whole: one 其中 is no larger, and all that there are add up to it."""
    for place, part in enumerate(sentence):
        earlier = [one for one in sentence[:place] if not one.has_moved and _are_alike(one, part)]
        if AMONG.fullmatch(part.mention.lead) is None or part.has_moved or part.is_percent or len(earlier) != 1:
            continue
        if _is_of_parts(earlier[0]) or any(word in earlier[0].mention.before for word in NO_SUM):
            continue
        yield _statement(part, "part", f"{part.name} <= {earlier[0].name}", "其中的一项不会大于总数")
        share = sentence[place + 1] if place + 1 < len(sentence) else None
        if share is not None and share.is_percent and share.mention.ends and SHARE.fullmatch(share.mention.lead):
            yield _statement(share, "share", f"{part.name} / {earlier[0].name} == {share.name}")
    for place, whole in enumerate(sentence):
        if whole.has_moved or any(_are_alike(one, whole) for one in sentence[:place]):
            continue
        following = [(_part_name(one), one) for one in sentence[place + 1 :]]
        for dimension in wholes:
            named = {name: one for name, one in following[: len(dimension.members)] if _are_alike(one, whole)}
            if len(dimension.members) > 1 and named.keys() == set(dimension.members.values()):
                total = " + ".join(one.name for one in named.values())
                told = f"{'、'.join(named)}就是全部{dimension.label}"
                yield _statement(whole, "sum", f"{total} == {whole.name}", told)


def _tables(numbers: Sequence[Printed]) -> Iterator[Claim]:
    """Say of tables that what stands above 合计, or beside it, adds up to it."""
    tables: dict[int, list[tuple[Spot, Printed]]] = {}
    for one in numbers:
        if one.mention.spot is not None:
            tables.setdefault(one.mention.spot.table, []).append((one.mention.spot, one))
    for cells in tables.values():
        down = [(spot.row, spot.row_head, spot.column, spot.column_head, one) for spot, one in cells]
        across = [(spot.column, spot.column_head, spot.row, spot.row_head, one) for spot, one in cells]
        yield from _totals(down, "sum")
        yield from _totals(across, "across")


def _totals(cells: Sequence[tuple[int, str, int, str, Printed]], kind: str) -> Iterator[Claim]:
    """Say of each lane of a table that its parts add up to its total, where the table shows that its total is one.

    It is shown by another lane that does add up: 合计 may count schools that stand in several rows once.
    """
    heads = {place: head for place, head, _, _, _ in cells}
    totals = [place for place, head in heads.items() if head in TOTALS]
    nested = any(word in head for head in heads.values() for word in (*OF_PARTS, *SUBTOTALS))
    if len(totals) != 1 or nested or totals[0] not in {min(heads), max(heads)}:
        return
    lanes: dict[int, dict[int, Printed]] = {}
    for place, _, lane, name, one in cells:
        if not any(word in name for word in NO_SUM):
            lanes.setdefault(lane, {})[place] = one
    summed = [lane for lane in lanes.values() if lane.keys() == heads.keys() and _can_be_added(list(lane.values()))]
    pairs = [(lane[totals[0]], [one for place, one in sorted(lane.items()) if place != totals[0]]) for lane in summed]
    if not any(sum(one.mention.value for one in parts) == whole.mention.value for whole, parts in pairs):
        return
    for whole, parts in pairs:
        total = " + ".join(one.name for one in parts)
        yield _statement(whole, kind, f"{total} == {whole.name}", "表中其余各数的合计")


def _can_be_added(lane: Sequence[Printed]) -> bool:
    """Whether the numbers of a lane are at least two parts and a total, all counted or measured in one unit."""
    units = [one.claim.unit for one in lane]
    added = all(unit is not None and unit == units[0] and unit.kind in {"count", "measure"} for unit in units)
    return added and len(lane) > 2  # noqa: PLR2004 - one part is the total itself


def _part_name(one: Printed) -> str:
    """Return what a number in an enumeration counts; nothing if it does not follow as one of several."""
    named = PART.fullmatch(one.mention.lead)
    return "" if named is None or one.has_moved else named["name"].strip()


def _follows(one: Printed) -> bool:
    """Whether a number is a movement of the one just before it, and no more is said of it."""
    return BEHIND.fullmatch(one.mention.lead) is not None and one.mention.ends


def _is_of_parts(one: Printed) -> bool:
    return any(word in one.mention.lead for word in OF_PARTS)


def _is_points(one: Printed) -> bool:
    return one.claim.unit is not None and one.claim.unit.kind == "percentage_point"


def _are_alike(one: Printed, other: Printed) -> bool:
    """Whether two numbers count the same things, one of them perhaps in 万."""
    return one.claim.unit is not None and other.claim.unit is not None and is_alike(one.claim.unit, other.claim.unit)


def _year_of(named: str | None, words: str | None, year: int) -> int | None:
    """Return the year that a comparison or a beginning names; ``上年`` is the one before the report's."""
    if named:
        return int(named)
    return year - 1 if words else None
