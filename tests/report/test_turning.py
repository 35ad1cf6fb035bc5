"""The chapters' wording when the data turn: falling, flat, missing. Every notebook runs in this process on changed data.

Records, cases and narratives stay as they are; only ``data/observations`` changes.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from helpers.paths import Project
from helpers.writing.blocks import CaseBox, Figure, GapList, Number, Prose, Table
from support.running import run_chapters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.writing.blocks import Block, Card, Paragraph

THIS_YEAR, LAST_YEAR = "2020", "2019"
ENTITY, YEAR, SCOPE, BREAKDOWN, VALUE = 0, 1, 3, 4, 5

UP = ("增加", "增长", "提高", "上升", "增至", "升至", "提高至")
DOWN = ("减少", "下降", "降低", "减至", "降至")
DIRECTION = re.compile("提高至|增至|减至|升至|降至|增加|增长|提高|上升|减少|下降|降低")
LEVEL = re.compile("与上年(?:基本)?持平|保持在")
MOVED = (".change", ".growth", "_change", "_growth")  # derived by comparison, or on record as a change

FAULTS = {
    "two marks in a row": re.compile("[，、；：。！？][，、；：。！？]"),
    "empty brackets": re.compile("（）|《》|“”|「」"),
    "a mark just inside brackets": re.compile("[（《“][，、；：。]|[，、；：]）"),
    "a clause without an end": re.compile(
        "(?:(?<![作行认因])为|占|(?<!公)共|由|(?<![到下送发])达|达到|至|获|和|(?<!参)与|(?<![以普])及|(?<![制集节])约)[，。；、）]"
    ),
    "a clause said twice": re.compile("([^，。；、：]{3,})，\\1(?=[，。；])"),
    "a comparison within a comparison": re.compile("与上年相比[^。；]*与上年"),
    "比上年 without a direction": re.compile("比上年(?!增|减|提高|降低|上升|下降|的|持平)"),
    "与上年 without a comparison": re.compile("与上年(?!持平|基本持平|相比|末|生产总值)"),
    "an exception without a name": re.compile("除(?:[、，]|外，)|[、，]外，均"),
    "insides of the machine": re.compile(r"None|(?<![A-Za-z])nan(?![A-Za-z])|\{\{|\}\}|\{%|\[\[|\]\]|[\ue000-\uf8ff]"),
}
ODD_START = re.compile("[，、；：。）]")
GOOD_END = re.compile("[。！？：][”』」）]*$")
PAIRS = ("（）", "《》", "“”", "「」")

SHARES = {
    "专任教师本科以上学历的比例": (("full_time_teachers", "degree=master"), ("full_time_teachers", "degree=bachelor")),
    "专任教师高级职称的比例": (
        ("full_time_teachers", "title=senior_full"),
        ("full_time_teachers", "title=senior_associate"),
    ),
}


@dataclass
class Told:
    """A paragraph of prose or of a case, as text and as runs."""

    place: str
    text: str
    paragraph: Paragraph
    cards: dict[str, Card]
    written_for_any_year: bool  # a %%prose cell: narratives and cases speak of one year only

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass
class Turned:
    """What the chapters show on changed data."""

    rows: list[list[str]]
    blocks: list[tuple[str, Block]]
    told: list[Told] = field(init=False)

    def __post_init__(self) -> None:
        self.told = list(paragraphs(self.blocks))

    def value(self, indicator: str, breakdown: str = "", year: str = THIS_YEAR) -> Decimal:
        """Read a number of the vocational high schools straight from the rows."""
        [row] = [
            row
            for row in self.rows
            if (row[ENTITY], row[YEAR], row[2], row[BREAKDOWN]) == ("hangzhou", year, indicator, breakdown)
            and row[SCOPE] in {"", "vocational_high"}
            and (indicator != "enrolment" or row[SCOPE])
        ]
        return Decimal(row[VALUE])


def paragraphs(blocks: list[tuple[str, Block]]) -> Iterator[Told]:
    """Yield every paragraph."""
    for place, block in blocks:
        if isinstance(block, Prose | CaseBox):
            for paragraph in block.paragraphs:
                text = "".join(run.text for run in paragraph.runs)
                general = isinstance(block, Prose) and "narrative" not in place
                yield Told(place, text, paragraph, block.cards, general)


# -- changed data ----------------------------------------------------------------------------------------------------


def as_they_are(rows):
    """Change nothing."""
    return rows


def swapped(rows):
    """Let 2019 and 2020 change places: what rose falls."""
    years = {THIS_YEAR: LAST_YEAR, LAST_YEAR: THIS_YEAR}
    return [[row[ENTITY], years.get(row[YEAR], row[YEAR]), *row[2:]] for row in rows]


def flat(rows):
    """Give 2019 the numbers of 2020."""
    keys = {(row[ENTITY], *row[2:VALUE]) for row in rows if row[YEAR] == THIS_YEAR}
    kept = [row for row in rows if row[YEAR] != LAST_YEAR or (row[ENTITY], *row[2:VALUE]) not in keys]
    return kept + [[row[ENTITY], LAST_YEAR, *row[2:]] for row in rows if row[YEAR] == THIS_YEAR]


def without_last_year(rows):
    """Leave 2019 out."""
    return [row for row in rows if row[YEAR] != LAST_YEAR]


def every_other(seed):
    """Leave out one half of all rows, drawn at random."""

    def halved(rows):
        kept = set(random.Random(seed).sample(range(len(rows)), len(rows) // 2))  # noqa: S311 - drawn again each time
        return [row for index, row in enumerate(rows) if index in kept]

    return halved


def turn(project_root, root, change: Callable[[list[list[str]]], list[list[str]]], *, figures: bool = False) -> Turned:
    """Run all chapters on a copy of the data with changed observations."""
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, root / name)
    path = root / "data/observations" / f"{THIS_YEAR}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    changed = change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *changed])
    return Turned(changed, run_chapters(Project(root), figures=figures))


TURNS = {"as they are": as_they_are, "swapped": swapped, "flat": flat, "without last year": without_last_year}


@pytest.fixture(scope="module")
def turns(project_root, tmp_path_factory):
    """Return the chapters under each turn of the data."""
    return {
        name: turn(project_root, tmp_path_factory.mktemp("turn"), change, figures=True)
        for name, change in TURNS.items()
    }


@pytest.fixture(params=TURNS)
def turned(request, turns):
    """Return the chapters under one turn of the data."""
    return turns[request.param]


# -- what is looked for ----------------------------------------------------------------------------------------------


def sign(number):
    """Return -1, 0 or 1."""
    return (number > 0) - (number < 0)


def direction_faults(told: Told) -> Iterator[str]:
    """Tell of each direction word that disagrees with the number beside it, and of each number without its word."""
    runs = told.paragraph.runs
    for index, run in enumerate(runs):
        before = runs[index - 1].text if index else ""
        if isinstance(run, Number):
            card = told.cards[run.card]
            if not card.indicator.endswith(MOVED):
                continue
            word = DIRECTION.search(before[-2:])
            if word is None:
                yield f"{told.place}: {run.text} ({card.id}) stands without a direction"
            elif sign(Decimal(card.number)) != (1 if word[0] in UP else -1):
                yield f"{told.place}: {word[0]}{run.text}, but {card.id} is {card.number}"
            if "-" in run.text or "−" in run.text:
                yield f"{told.place}: {run.text} has a sign behind a direction word"
            continue
        for word in DIRECTION.finditer(run.text):
            yield from word_faults(told, index, word)


def word_faults(told: Told, index: int, word: re.Match[str]) -> Iterator[str]:
    """Check one direction word that stands in the words, not just before its own number."""
    runs, text = told.paragraph.runs, told.paragraph.runs[index].text
    following = runs[index + 1] if index + 1 < len(runs) and word.end() == len(text) else None
    preceding = runs[index - 1] if index else None
    up = word[0] in UP
    if isinstance(following, Number) and told.cards[following.card].indicator.endswith(MOVED):
        return  # told of by its number
    if isinstance(following, Number) and isinstance(preceding, Number) and text == word[0]:  # 由1977人增至2036人
        then, now = told.cards[preceding.card], told.cards[following.card]
        same = (then.indicator, then.entity, then.breakdown, then.year + 1) == (
            now.indicator,
            now.entity,
            now.breakdown,
            now.year,
        )
        if not same or sign(Decimal(now.number) - Decimal(then.number)) != (1 if up else -1):
            yield f"{told.place}: {then.value}{word[0]}{now.value}"
        return
    if isinstance(preceding, Number) and word.start() == 0 and index >= 3 and runs[index - 2].text.endswith("比上年的"):
        then = told.cards[preceding.card]
        now = next(told.cards[run.card] for run in reversed(runs[: index - 1]) if isinstance(run, Number))
        if now.indicator != then.indicator or sign(Decimal(now.number) - Decimal(then.number)) != (1 if up else -1):
            yield f"{told.place}: {now.value} 比上年的{then.value}{word[0]}"
        return
    if text[: word.start()].endswith(("有所", "略有")):
        return  # test_a_trend_…
    if told.written_for_any_year:
        yield f"{told.place}: {word[0]} is typed, whatever the data say: {told.text}"


def wording_faults(told: Told) -> Iterator[str]:
    """Tell of what no sentence may look like."""
    for fault, pattern in FAULTS.items():
        for found in pattern.finditer(told.text):
            around = told.text[max(0, found.start() - 25) : found.end() + 10]
            yield f"{told.place}: {fault} ({found[0]}): …{around}…"
    if ODD_START.match(told.text) or (told.written_for_any_year and told.text.startswith("其中")):
        yield f"an odd start: {told}"
    if not GOOD_END.search(told.text):
        yield f"an odd end: {told}"
    for opening, closing in PAIRS:
        if told.text.count(opening) != told.text.count(closing):
            yield f"{opening} without {closing}: {told}"
    runs = told.paragraph.runs
    for one, other in pairwise(runs):
        if isinstance(one, Number) and isinstance(other, Number) and one.text[-1].isdigit():
            yield f"two numbers with nothing between them ({one.text}{other.text}): {told}"
    if missing := [run.text for run in runs if isinstance(run, Number) and run.card not in told.cards]:
        yield f"numbers without a card {missing}: {told}"


def block_faults(place: str, block: Block) -> Iterator[str]:
    """Tell of empty cells and of empty gaps."""
    said = []
    if isinstance(block, Table):
        said = [block.title, *("".join(run.text for run in cell) for row in block.rows for cell in row.cells)]
    elif isinstance(block, GapList):
        said = [text for gap in block.gaps for text in (gap.what, gap.reason)]
    elif isinstance(block, Figure):
        said = [block.title, block.alt]
    machine = FAULTS["insides of the machine"]
    yield from (f"{place}: {text!r}" for text in said if not text.strip() or machine.search(text))


def drawn_faults(place: str, figure: Figure) -> Iterator[str]:
    """Tell of each direction word in a picture's description that the drawn numbers deny."""
    drawn = {}
    for datum in figure.data:
        for name, year in ((datum.series, datum.category), (datum.category, datum.series)):
            drawn[name, year] = Decimal(datum.value)
    for label, word in re.findall(
        r"[；。]([^；。：]+?)(?:占比)?(?:比上年(增加|减少|提高|降低)|与上年持平)", figure.alt
    ):
        moved = drawn[label, f"{THIS_YEAR}年"] - drawn[label, f"{LAST_YEAR}年"]
        if sign(moved) != (0 if not word else 1 if word in UP else -1):
            yield f"{place}: {label} {word or '持平'}, but it moved by {moved}"


def report(faults: Iterator[str]) -> None:
    """Fail with every fault, one a line."""
    told = list(dict.fromkeys(faults))
    assert not told, "\n" + "\n".join(told)


# -- falling, flat, missing ------------------------------------------------------------------------------------------


def test_every_direction_word_agrees_with_its_number(turned):
    """增加 only before what is above zero, 减少 only before what is below; none that is typed."""
    report(fault for told in turned.told for fault in direction_faults(told))


def test_every_sentence_is_whole(turned):
    """No empty clause, no clause said twice, nothing that ends oddly."""
    report(fault for told in turned.told for fault in wording_faults(told))


def test_tables_figures_and_gaps_are_filled(turned):
    """A lacking number is named, never left empty."""
    report(fault for place, block in turned.blocks for fault in block_faults(place, block))


def test_descriptions_of_figures_agree_with_what_is_drawn(turned):
    """A blind reader is told the truth, too."""
    report(fault for place, block in turned.blocks if isinstance(block, Figure) for fault in drawn_faults(place, block))


def changes(turned):
    """Return the sign of each printed comparison with the year before."""
    return {
        (told.place, card.id): sign(Decimal(card.number))
        for told in turned.told
        for run in told.paragraph.runs
        if isinstance(run, Number) and (card := told.cards[run.card]).indicator.endswith((".change", ".growth"))
    }


def test_when_the_years_change_places_every_change_turns(turns):
    """What rose falls, what fell rises, in the same places."""
    before, after = changes(turns["as they are"]), changes(turns["swapped"])
    both = before.keys() & after.keys()
    assert len(both) > 40
    assert {where: -before[where] for where in both} == {where: after[where] for where in both}
    assert {sign for where, sign in before.items() if where in both} == {1, -1}


def test_when_nothing_moved_nothing_is_said_to_have_moved(turns):
    """持平 stands in place of every difference; a change that is on record by itself is still told."""
    assert not changes(turns["flat"])
    level = [told for told in turns["flat"].told if told.written_for_any_year and LEVEL.search(told.text)]
    assert len(level) > 20
    rising = {told.place for told in turns["as they are"].told if LEVEL.search(told.text) and told.written_for_any_year}
    assert rising == set(), "in 2020 no sentence outside a trend says 持平"


def test_without_a_year_before_nothing_is_compared(turns):
    """Neither with a number nor in words; a change that is on record by itself is still told."""
    assert not changes(turns["without last year"])
    for told in turns["without last year"].told:
        if told.written_for_any_year and not told.text.startswith("本报告反映"):
            compared = re.sub(r"比上年(?:提高|降低|增长|下降)", "", told.text) if recorded(told) else told.text
            assert not re.search("比上年|与上年|较上年|由.{1,12}(?:增|升|降|减|提高)至", compared), str(told)


def recorded(told):
    """Whether a paragraph tells of a change that stands in the data as such."""
    cards = [told.cards[run.card].indicator for run in told.paragraph.runs if isinstance(run, Number)]
    return any(indicator.endswith(("_change", "_growth")) for indicator in cards)


# -- trends ----------------------------------------------------------------------------------------------------------


def totals(turned, year):
    """Return the six totals of 1.2, by the name that a trend calls them."""
    names = {
        "占地面积": "land_area", "建筑面积": "building_area", "固定资产值": "fixed_assets",
        "仪器设备值": "equipment_value", "纸质图书": "books", "计算机": "computers",
    }  # fmt: skip
    return {label: turned.value(indicator, year=year) for label, indicator in names.items()}


def per_student(turned, year):
    """Return the six per-student values of 1.2."""
    names = {
        "占地面积": "生均占地面积", "建筑面积": "生均建筑面积", "固定资产值": "生均固定资产值",
        "仪器设备值": "生均仪器设备值", "纸质图书": "生均图书", "计算机": "生均计算机",
    }  # fmt: skip
    pupils = turned.value("enrolment", year=year)
    return {names[label]: value / pupils for label, value in totals(turned, year).items()}


def shares(turned, year):
    """Return the three shares of 1.3, in per cent."""
    teachers = turned.value("full_time_teachers", year=year)
    found = {label: sum(turned.value(*part, year=year) for part in parts) / teachers for label, parts in SHARES.items()}
    specialists = turned.value("specialist_teachers", year=year)
    found["“双师型”教师占专业课和实习指导教师的比例"] = (
        turned.value("double_qualified_teachers", year=year) / specialists
    )
    return {label: share * 100 for label, share in found.items()}


TRENDS = {"六项总量指标": totals, "六项生均指标": per_student, "三项比例": shares}


def claimed(sentence, labels):
    """Read what a trend sentence says of each of its numbers: 1, -1, 0."""
    if re.search("均(?:与上年)?(?:基本)?持平|保持", sentence):
        return dict.fromkeys(labels, 0)
    exceptions, _, rest = sentence.rpartition("外，")
    main = DIRECTION.search(rest)
    assert main, sentence
    found = dict.fromkeys(labels, 1 if main[0] in UP else -1)
    for names, word in re.findall(
        "(?:除|、)?([^除]+?)(有所(?:增加|减少|提高|降低)|(?:基本)?持平)", exceptions.partition("除")[2]
    ):
        said = 0 if word.endswith("持平") else 1 if word.removeprefix("有所") in UP else -1
        found |= {name: said for name in re.split("、", names) if name}
    return found


@pytest.mark.parametrize("turn_name", ["as they are", "swapped", "flat"])
@pytest.mark.parametrize("subject", TRENDS)
def test_a_trend_says_of_each_number_what_it_did(subject, turn_name, turns):
    """除生均图书有所降低、生均计算机基本持平外，均有所提高: computed here once more, from the rows, at two decimals."""
    turned = turns[turn_name]
    [sentence] = [told.text for told in turned.told if subject in told.text and told.written_for_any_year]
    now, then = (TRENDS[subject](turned, year) for year in (THIS_YEAR, LAST_YEAR))
    moved = {label: sign(round(now[label] - then[label], 2)) for label in now}
    assert claimed(sentence.partition(subject)[2], list(now)) == moved, sentence


# -- holes anywhere --------------------------------------------------------------------------------------------------


def printed_numbers(turned):
    """Return each printed number by the id of its card, which names indicator, year, place, scope and part."""
    return {card.id: card.number for _, block in turned.blocks for card in block.cards.values()}


SEEDS = [pytest.param(seed, marks=[pytest.mark.slow] if seed > 3 else []) for seed in range(20)]


@pytest.fixture(scope="module")
def halves(project_root, tmp_path_factory):
    """Return the chapters with every other number missing, by the seed of the drawing."""
    known = {}

    def get(seed):
        if seed not in known:
            known[seed] = turn(project_root, tmp_path_factory.mktemp("half"), every_other(seed))
        return known[seed]

    return get


@pytest.mark.parametrize("seed", SEEDS)
def test_with_every_other_number_missing_what_is_left_is_whole(seed, halves):
    """No crash, no None, no empty clause, no wrong direction."""
    turned = halves(seed)
    assert len(turned.told) > 100
    faults = [fault for told in turned.told for fault in (*wording_faults(told), *direction_faults(told))]
    report(fault for fault in [*faults, *(f for place, block in turned.blocks for f in block_faults(place, block))])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_missing_number_changes_no_other(seed, halves, turns):
    """A sum without one of its parts is no sum, a share of it no share: they fall, too."""
    whole = printed_numbers(turns["as they are"])
    left = printed_numbers(halves(seed))
    assert {name: (whole[name], number) for name, number in left.items() if whole.get(name, number) != number} == {}


def lacking(indicator, breakdown="", year=THIS_YEAR):
    """Leave one number of the city out."""

    def changed(rows):
        left = [row for row in rows if (*row[:3], row[BREAKDOWN]) != ("hangzhou", year, indicator, breakdown)]
        assert len(left) < len(rows)
        return left

    return changed


@pytest.mark.parametrize(
    ("change", "untrue"),
    [
        (lacking("books", year=LAST_YEAR), "六项[^。]*均有所"),
        (lacking("books"), "五项[^。]*(?:优于|达到)|各项[^。]*(?:优于|达到)|图书[^。]*国家标准"),
        (lacking("enrolment_share", "programme_category=finance_commerce"), "在校生占比居前"),
        (lacking("enrolment_share", "sector=tertiary"), "在校学生占比依次为"),
        (lacking("trainees", "trainee_group=enterprise_employee"), "按培训群体分，"),
    ],
    ids=[
        "six, one without a year before",
        "five, one missing",
        "a ranking without its first",
        "parts without the largest",
        "groups without one",
    ],
)
def test_a_sentence_that_counts_or_ranks_has_all_that_it_speaks_of(change, untrue, project_root, tmp_path):
    """六项指标均…, 居前的为…, 按…分: with one of them unknown the sentence is not true any more."""
    turned = turn(project_root, tmp_path, change)
    said = [str(told) for told in turned.told if told.written_for_any_year and re.search(untrue, told.text)]
    assert not said, "\n".join(said)
