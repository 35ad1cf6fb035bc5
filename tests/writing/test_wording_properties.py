"""No phrase contradicts the numbers that are printed beside it, whatever the numbers are. All of them are invented.

Each phrase is flattened to the text that a reader sees, read back by a small parser that knows nothing of how it was
made, and held against the printed values: two values are alike if they are printed alike.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import comparison
from helpers.catalogue import load_catalogue
from helpers.model import Fact, Indicator, Key, Qualifier, Standard
from helpers.paths import find_project
from helpers.quantity import roughly
from helpers.writing import wording

CATALOGUE = load_catalogue(find_project())
UNITS = CATALOGUE.units
UP, DOWN = ("增加", "提高", "上升", "增长"), ("减少", "降低", "下降")
MOVED = re.compile(
    "(?P<since>比上年)(?P<slightly>略有)?(?P<word>增加|减少|提高|降低|增长|下降)约?(?P<size>[-0-9.]*)(?P<unit>[^，]*)"
    "(?:，(?P<grows>增长|下降)约?(?P<growth>[-0-9.]+)%)?"
)
PLACED = re.compile("比上年的(?P<before>[^上下]+)(?P<word>上升|下降)")
ENDS = re.compile("由(?P<before>.+?)(?P<word>增至|减至|提高至|降至|升至)(?P<now>.+)")
WAY = re.compile("增至|减至|提高至|降至|升至|增加|减少|提高|降低|上升|下降|增长")
SHARED = {"万人": 10000, "人": 1, "所": 1, "万元": 10000, "元": 1, "%": 1, "个百分点": 1, "平方米": 1, "位": 1, "": 1}
QUALIFIED = (Qualifier.EXACT, Qualifier.EXACT, Qualifier.OVER, Qualifier.ABOUT, Qualifier.NEARLY)


# -- facts -----------------------------------------------------------------------------------------------------------


def fact(value, unit="person", decimals=0, *, year=2020, label="甲", qualifier=Qualifier.EXACT):
    """Make a fact."""
    indicator = Indicator(id="thing", label=label, unit=UNITS[unit])
    number = Decimal(value)
    return Fact(Key("river", year, "thing", "all"), indicator, UNITS[unit], number, decimals, qualifier)


def numbers(places=3, most=10**6, least=0):
    """Draw numbers, often near each other and near round ones."""
    anywhere = st.decimals(least, most, places=places, allow_nan=False)
    return anywhere | st.integers(0, 12).map(Decimal) | st.sampled_from([Decimal(text) for text in NEAR])


NEAR = ("0", "0.001", "0.004", "0.005", "0.006", "9.995", "10.004", "10.005", "10.006", "99.995", "99.996", "100")
KINDS = st.sampled_from(["person", "ten_thousand_yuan", "percent", "students_per_teacher", "square_metre", "rank"])


@st.composite
def changes(draw):
    """Draw a fact and the one of the year before, in one unit or a count in 人 and in 万人."""
    kind = draw(KINDS)
    whole = kind in {"person", "rank"}
    pair = []
    for year in (2020, 2019):
        unit = draw(st.sampled_from(["person", "ten_thousand_persons"])) if kind == "person" else kind
        value = draw(numbers())
        decimals = draw(st.integers(0, 3))
        if whole and unit in {"person", "rank"}:
            value, decimals = value.to_integral_value(), 0
        pair.append(fact(value, unit, decimals, year=year, qualifier=draw(st.sampled_from(QUALIFIED))))
    return comparison.change(CATALOGUE, *pair)


def said(phrase):
    """Flatten a phrase as a sentence would."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in phrase)


# -- the parser ------------------------------------------------------------------------------------------------------


def shown(one):
    """Return what a reader sees of a fact, as a number of the base unit."""
    rounded = one.value.quantize(Decimal(1).scaleb(-one.decimals), ROUND_HALF_EVEN)
    return rounded * SHARED[one.unit.symbol]


def last_digit(one):
    """Return what one in the last printed place is worth."""
    return Decimal(1).scaleb(-one.decimals) * SHARED[one.unit.symbol]


def side(number):
    """Return -1, 0 or 1."""
    return (number > 0) - (number < 0)


def sense(word, *, rank=False):
    """Return which way a word says that the number went; a place rises as its number falls."""
    way = 1 if word in (*UP, "增至", "提高至", "升至") else -1
    assert way == 1 or word in (*DOWN, "减至", "降至")
    return -way if rank else way


def seen(moved):
    """Return the sign of the difference between the two printed values."""
    return side(shown(moved.now) - shown(moved.before))


def is_level(text, moved):
    """Whether a text says that nothing moved; if so, it must be so."""
    found = re.fullmatch("与上年(基本)?持平", text)
    if not found:
        return False
    exact = moved.now.value * moved.now.unit.factor == moved.before.value * moved.before.unit.factor
    truth = side(moved.now.value * moved.now.unit.factor - moved.before.value * moved.before.unit.factor)
    assert seen(moved) == 0 or seen(moved) != truth, f"{text}, but {shown(moved.before)} → {shown(moved.now)}"
    if not found[1]:
        assert exact, text
        assert moved.now.qualifier is moved.before.qualifier is Qualifier.EXACT
    return True


def check_moved(text, moved):
    """Hold ``比上年增加…，增长…`` against the printed values."""
    found = MOVED.fullmatch(text)
    assert found, text
    assert sense(found["word"]) == seen(moved), text
    if found["grows"]:
        assert sense(found["grows"]) == seen(moved), text
        assert Decimal(found["growth"]) > 0
    if found["slightly"]:
        assert not found["size"]
        assert not found["grows"]
    return found


@given(changes())
def test_a_change_says_what_the_two_printed_values_say(moved):
    """Direction, size within one in the last place, growth on the same side; 持平 only of values printed alike."""
    text = said(wording.change(moved))
    if is_level(text, moved):
        return
    if moved.now.unit.kind in {"ratio", "rank"}:
        found = PLACED.fullmatch(text)
        assert found, text
        assert sense(found["word"], rank=moved.now.unit.kind == "rank") == seen(moved), text
        assert found["before"] == wording.printed(moved.before).text
        return
    found = check_moved(text, moved)
    size = re.search("[0-9.]+", text.replace("约", ""))
    if not found["slightly"] and size and moved.now.qualifier is Qualifier.EXACT is moved.before.qualifier:
        told = Decimal(size[0]) * SHARED[found["unit"]]
        slack = last_digit(moved.now) + last_digit(moved.before)
        assert told > 0
        assert abs(told - abs(shown(moved.now) - shown(moved.before))) <= slack, text


@given(changes())
def test_brief_words_growth_and_difference_agree_with_the_printed_values(moved):
    """A growth that prints as zero is 略有增长, never 增长0.00% and never 持平 beside two different values."""
    for phrase in (wording.brief_change(moved), wording.growth(moved), wording.difference(moved)):
        text = said(phrase)
        assert not re.search(r"(?<![0-9.])0(?:\.0+)?(?:%|人|万|个百分点|平方米)", text), text
        if is_level(text, moved) or PLACED.fullmatch(text):
            continue
        check_moved(f"比上年{text.removeprefix('比上年')}", moved)


@given(changes())
def test_from_to_names_both_values_and_the_way_between(moved):
    """由…增至… only upwards, in one unit; 保持在… only where the year before is printed alike."""
    text = said(wording.from_to(moved))
    if text.startswith("保持在"):
        assert text == f"保持在{wording.printed(moved.now).text}"
        assert is_level(said(wording.flat(moved)), moved)
        return
    found = ENDS.fullmatch(text)
    assert found, text
    before = comparison.in_unit_of(moved.before, moved.now)
    assert before.unit.symbol == moved.now.unit.symbol
    assert (found["before"], found["now"]) == tuple(wording.printed(one).text for one in (before, moved.now))
    assert sense(found["word"], rank=moved.now.unit.kind == "rank") == seen(moved), text


@given(changes())
def test_all_phrases_about_one_change_tell_the_same_way(moved):
    """由0.49增至0.50 is not 持平 in the next clause."""
    texts = [said(say(moved)) for say in (wording.change, wording.brief_change, wording.from_to, wording.difference)]
    ways = {0 if re.search("持平|保持在", text) else sense(WAY.search(text)[0]) for text in texts}
    assert len(ways) == 1, texts
    assert wording.direction(moved, "升", "降", "平") == {1: "升", -1: "降", 0: "平"}[ways.pop()]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (fact(3), fact(3), "与上年持平"),
        (fact(3), fact(0), "比上年增加3人"),
        (fact(0), fact(4), "比上年减少4人，下降100.00%"),
        (fact("0.504", "percent", 2), fact("0.496", "percent", 2), "与上年基本持平"),
        (fact("0.4951", "percent", 2), fact("0.4949", "percent", 2), "比上年略有提高"),
        (fact(1000001), fact(1000000), "比上年增加1人"),
        (fact("1.23", "ten_thousand_persons", 2), fact(11900), "比上年增加0.04万人，增长3.4%"),
        (fact(12663), fact("1.23", "ten_thousand_persons", 2), "比上年增加0.04万人，增长3.0%"),
        (fact(2, "rank"), fact(4, "rank"), "比上年的第4位上升"),
        (fact("-3", "ten_thousand_yuan"), fact("-5", "ten_thousand_yuan"), "比上年增加2万元"),
        (fact(90, qualifier=Qualifier.OVER), fact(90, qualifier=Qualifier.OVER), "与上年基本持平"),
    ],
)  # fmt: skip
def test_the_edges_read_so(now, before, text):
    """A base of zero, a fall to zero, what only rounding shows or hides, two units, a place, a loss, 余."""
    if now.unit.kind == "count" and now.unit.code != before.unit.code:
        assert (
            said(wording.change(comparison.change(CATALOGUE, now, before))).partition("，")[0]
            == text.partition("，")[0]
        )
    else:
        assert said(wording.change(comparison.change(CATALOGUE, now, before))) == text


@given(st.decimals(-200, 200, places=3), st.integers(0, 3), st.sampled_from(["percentage_point", "percent", "person"]))
def test_a_recorded_change_says_its_own_sign(value, decimals, unit):
    """A change on record by itself, printed without its sign."""
    one = fact(value, unit, decimals)
    text = said(wording.recorded(one))
    found = re.fullmatch("比上年(增加|减少|提高|降低|增长|下降)([0-9.]+).*", text)
    assert bool(found) == (shown(one) != 0)
    if found:
        assert sense(found[1]) == side(shown(one))
        assert Decimal(found[2]) == abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    else:
        assert text == ("与上年持平" if value == 0 else "与上年基本持平")


# -- several together ------------------------------------------------------------------------------------------------


def named(count):
    """Return labels of which none is part of another."""
    return [f"{chr(ord('A') + place)}项" for place in range(count)]


def read_trend(text, labels):
    """Read what a trend says of each label."""
    words = {"有所增加": 1, "有所减少": -1, "与上年持平": 0, "与上年基本持平": 0, "持平": 0, "基本持平": 0}
    told = {}
    exceptions, _, main = text.rpartition("外，")
    group = re.compile("((?:[A-Z]项、?)+)(有所增加|有所减少|(?:基本)?持平)")
    for names, word in group.findall(exceptions or text):
        told |= dict.fromkeys(re.findall("[A-Z]项", names), words[word])
    if main.startswith("均"):
        told = dict.fromkeys(labels, words[main.removeprefix("均")]) | told
    assert exceptions.startswith("除") == bool(exceptions)
    return told


@given(st.lists(changes(), min_size=1, max_size=8))
def test_a_trend_says_of_each_what_it_did(moves):
    """均 is true of all, 除…外 names the exceptions and no other; more than half do as the rest is said to."""
    assume(all(moved.now.unit.kind != "rank" for moved in moves))
    labels = named(len(moves))
    text = said(wording.trend(list(zip(labels, moves, strict=True)), "有所增加", "有所减少"))
    told = read_trend(text, labels)
    for label, moved in zip(labels, moves, strict=True):
        if told[label] == 0:
            assert is_level(said(wording.flat(moved)), moved)
        else:
            assert told[label] == seen(moved), text
    level = [moved for label, moved in zip(labels, moves, strict=True) if told[label] == 0]
    assert ("基本持平" in text) == any("基本" in said(wording.flat(moved)) for moved in level), text
    if "除" in text:
        excepted = re.findall("[A-Z]项", text)
        assert 0 < len(excepted) * 2 < len(labels), text


# -- standards -------------------------------------------------------------------------------------------------------


def standard_of(limit, way):
    """Make a standard."""
    return Standard.model_validate(
        {"code": "one", "indicator": "thing", "value": limit, "unit": "square_metre", "direction": way,
         "legal": "测试标准", "from": 2010}
    )  # fmt: skip


@st.composite
def verdicts(draw, label="甲"):
    """Draw a fact held against a standard: far from it, at it, or as near as rounding can hide."""
    limit = Decimal(draw(st.sampled_from(["30", "0.15", "20", "33"])))
    offset = draw(st.sampled_from(["0", "0.001", "-0.001", "0.004", "-0.004", "0.01", "-0.01"]) | st.integers(-20, 20))
    value = fact(max(limit + Decimal(offset), Decimal(0)), "square_metre", 2, label=label)
    standard = standard_of(limit, draw(st.sampled_from(["not_below", "not_above"])))
    bound = comparison.standard_fact(CATALOGUE, value, standard)
    met = value.value >= limit if standard.direction == "not_below" else value.value <= limit
    return comparison.Verdict(value, standard, bound, met, value, value)


HELD = re.compile("(略低于|略高于|高于|优于|达到|低于|未达到)([0-9.]+)平方米的国家标准")


@given(verdicts())
def test_a_standard_is_held_against_the_printed_value(verdict):
    """高于 only above the printed limit, 低于 only below it; printed alike, it is 达到 or missed by 略."""
    found = HELD.fullmatch(said(wording.standard(verdict)))
    assert found
    assert Decimal(found[2]) == verdict.limit.value
    upward = verdict.standard.direction == "not_below"
    beyond = side(shown(verdict.fact) - Decimal(found[2])) * (1 if upward else -1)
    expected = {"高于": 1, "优于": 1, "达到": 0, "略低于": 0, "略高于": 0, "低于": -1, "未达到": -1}
    assert expected[found[1]] == beyond
    assert verdict.met == (found[1] in {"高于", "优于", "达到"})
    assert upward or found[1] not in {"高于", "低于", "略低于"}


SUBJECT = re.compile("((?:[A-Z]项、)*[A-Z]项和[A-Z]项)(两|三|四|五|六|七)项指标")


@given(st.lists(verdicts(), min_size=1, max_size=7))
def test_several_standards_name_exactly_those_that_fail_or_meet(held):
    """All are named and counted first; 均优于 only where each is printed as better; who fails is named, and how."""
    labels = named(len(held))
    held = [
        comparison.Verdict(
            fact(one.fact.value, "square_metre", 2, label=label), one.standard, one.limit, one.met, one.fact, one.fact
        )
        for label, one in zip(labels, held, strict=True)
    ]
    text = said(wording.standards(held))
    if len(held) == 1:
        assert text == f"A项为{wording.printed(held[0].fact).text}，{said(wording.standard(held[0]))}"
        return
    subject = SUBJECT.match(text)
    assert subject, text
    assert re.findall("[A-Z]项", subject[1]) == labels
    assert "零一两三四五六七".index(subject[2]) == len(labels)
    text = text[subject.end() :].removeprefix("中，")
    failing = {label for label, one in zip(labels, held, strict=True) if not one.met}
    alike = {label for label, one in zip(labels, held, strict=True) if shown(one.fact) == one.limit.value}
    asides = re.findall("((?:、?[A-Z]项)+)略[低高]于标准", text)
    assert set(re.findall("[A-Z]项", "".join(asides))) == failing & alike, text
    if text in {"均优于国家标准", "均达到国家标准"}:
        assert not failing
        assert ("优于" in text) == (not alike)
    elif text.startswith("均未达到"):
        assert failing == set(labels)
    else:
        reached, _, short = text.partition("达到国家标准；")
        assert set(re.findall("[A-Z]项", reached)) == set(labels) - failing
        assert reached.startswith("仅") == (len(failing) * 2 >= len(labels))
        assert set(re.findall("[A-Z]项", short)) == failing
        upward = {label for label, one in zip(labels, held, strict=True) if one.standard.direction == "not_below"}
        below = re.findall("((?:、?[A-Z]项)+)略?低于标准", short)
        assert set(re.findall("[A-Z]项", "".join(below))) == failing & upward


@given(st.lists(verdicts(), min_size=2, max_size=7))
def test_limits_stand_behind_the_values_that_they_are_for(held):
    """标准为 and 下同 are said once, with the first; every value and every limit as printed, in order."""
    text = said(wording.limits(held))
    pairs = re.findall("甲为([0-9.]+)平方米（(?:标准为)?([0-9.]+)平方米(?:，下同)?）", text)
    assert pairs == [(wording.printed(one.fact).text[:-3], wording.printed(one.limit).text[:-3]) for one in held]
    assert text.count("标准为") == text.count("，下同") == 1
    assert text.index("，下同") < text.index("）")


@given(st.lists(st.decimals(-20, 20, places=3), min_size=1, max_size=9), st.integers(0, 12))
def test_a_gap_printed_like_the_limit_is_within(values, limit):
    """Sides and sizes as printed; 8.004 is 8.00 to a reader, and so within 8."""
    labels = named(len(values))
    gaps = [(label, fact(value, "percentage_point", 2)) for label, value in zip(labels, values, strict=True)]
    text = said(wording.within(gaps, fact(limit, "percentage_point")))
    far = {label for label, gap in gaps if abs(shown(gap)) > limit}
    asides = dict(re.findall("([A-Z]项)（(偏[高低][0-9.]+)个百分点）", text))
    for label, gap in gaps:
        if label in asides:
            assert asides[label] == f"{'偏高' if gap.value > 0 else '偏低'}{abs(shown(gap))}"
    if text.startswith("均超过"):
        assert far == set(labels)
    elif text.startswith("仅"):
        assert set(re.findall("[A-Z]项", text)) == set(labels) - far
    else:
        assert set(asides) == far
    sizes = [Decimal(size[2:]) for size in asides.values()]
    assert sizes == sorted(sizes, reverse=True)


# -- lists -----------------------------------------------------------------------------------------------------------


@st.composite
def several(draw, fewest=1):
    """Draw labelled parts, some alike, some of zero, counts in 人 and in 万人 together."""
    unit = draw(st.sampled_from(["percent", "square_metre", "person"]))
    values = draw(st.lists(numbers(most=100), min_size=fewest, max_size=9))
    if unit == "person":
        units = st.sampled_from(["person", "ten_thousand_persons"])
        facts = [
            fact(value.to_integral_value(), "person") if code == "person" else fact(value, code, 2)
            for value, code in ((value, draw(units)) for value in values)
        ]
    else:
        facts = [fact(value, unit, 2) for value in values]
    return list(zip(named(len(values)), facts, strict=True))


ITEM = re.compile("([A-Z]项)(-?[0-9.]+)(万人|人|%|平方米)")


def read_list(text):
    """Read a list of parts back, in its order."""
    return [(name, Decimal(number) * SHARED[unit]) for name, number, unit in ITEM.findall(text)]


def check_order(told, labelled, count):
    """Hold a list against all parts: what is printed, in order, and nothing as great left out."""
    values = {label: shown(one) for label, one in labelled}
    assert all(values[label] == number for label, number in told)
    assert all(one[1] >= other[1] for one, other in pairwise(told))
    left = [value for label, value in values.items() if label not in dict(told) and value != 0]
    assert all(value < told[-1][1] for value in left)
    assert all(number != 0 for _, number in told)
    assert len(told) >= min(count, len([value for value in values.values() if value]))


@given(several(), st.integers(1, 4))
def test_parts_stand_by_their_printed_size(labelled, first):
    """The greatest first, none of zero, and whoever shares the last place is there, too."""
    assume(any(shown(one) for _, one in labelled))
    check_order(read_list(said(wording.parts(labelled, first))), labelled, first)
    everything = read_list(said(wording.parts(labelled)))
    check_order(everything, labelled, len(labelled))
    assert len(everything) == sum(shown(one) != 0 for _, one in labelled)


@given(several(), st.integers(2, 4))
def test_the_first_three_are_three_and_no_other_is_as_great(labelled, first):
    """居前三位的依次为 counts what it lists; 居前的依次为 lists one more that is printed alike."""
    assume(any(shown(one) for _, one in labelled))
    text = said(wording.leading(labelled, first))
    told = read_list(text)
    check_order(told, labelled, first)
    counted = re.match("居前([两三四])位的", text)
    if counted:
        assert len(told) == first == "零一两三四".index(counted[1])
    elif text.startswith("居前"):
        assert len(told) > first
        assert told[first][1] == told[first - 1][1]
    else:
        assert text.startswith("依次为" if len(told) > 1 else "为")
        assert len(told) == sum(shown(one) != 0 for _, one in labelled)


@given(several())
def test_the_highest_and_the_lowest_are_all_named(labelled):
    """最多 and 最少 of counts, 最高 and 最低 of the rest; all who share the place, and no other."""
    text = said(wording.extremes(labelled))
    values = {label: shown(one) for label, one in labelled}
    alike = re.fullmatch("均?为([0-9.]+)(万人|人|%|平方米)", text)
    if alike:
        assert set(values.values()) == {Decimal(alike[1]) * SHARED[alike[2]]}
        return
    ends = re.findall("((?:[A-Z]项、?)+)最([多少高低])，(均?)为([0-9.]+)(万人|人|%|平方米)", text)
    assert [word in "多高" for _, word, *_ in ends] == [True, False]
    for (names, _, each, number, unit), end in zip(ends, (max(values.values()), min(values.values())), strict=True):
        assert Decimal(number) * SHARED[unit] == end
        assert set(names.split("、")) == {label for label, value in values.items() if value == end}
        assert bool(each) == ("、" in names)


@given(several(), st.sampled_from([1, -1]), st.none() | st.integers(1, 3))
def test_what_lies_beyond_zero_is_printed_without_its_sign(labelled, sign, first):
    """Surpluses and deficits, the farthest first."""
    gaps = [(label, fact(one.value - 50, "percentage_point", 2)) for label, one in labelled]
    values = {label: shown(one) for label, one in gaps if shown(one) * sign > 0}
    told = re.findall("([A-Z]项)([0-9.]+)个百分点", said(wording.beyond(gaps, sign, first)))
    assert all(Decimal(number) == values[label] * sign for label, number in told)
    assert [Decimal(number) for _, number in told] == sorted((Decimal(number) for _, number in told), reverse=True)
    assert len(told) >= min(first or len(values), len(values))


@given(several(fewest=2))
def test_a_list_keeps_the_order_that_it_was_given(labelled):
    """Nothing is sorted, nothing dropped."""
    told = read_list(said(wording.enumerate_facts(labelled)))
    assert told == [(label, shown(one)) for label, one in labelled]


# -- round numbers ---------------------------------------------------------------------------------------------------

ROUND = re.compile("(约|近|超过)?([0-9.]+)(余)?(万)?(余)?(人|%|平方米)")


@given(numbers(places=2), st.sampled_from(["person", "percent", "square_metre"]), st.integers(1, 3))
def test_round_numbers_lie_on_the_side_that_their_word_says(value, unit, digits):
    """余 and 超过 below half of a step, 近 from four fifths, 约 between; a bare number is the number itself."""
    one = fact(value.to_integral_value() if unit == "person" else value, unit, 0 if unit == "person" else 2)
    text = roughly(one, digits)
    found = ROUND.fullmatch(text)
    assert found, text
    told = Decimal(found[2]) * (10000 if found[4] else 1)
    exact = shown(one)
    if not (found[1] or found[3] or found[5]):
        assert told == exact, text
        return
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    way = (exact % step) / step
    if found[1] in {"近", "约"}:
        assert exact < told <= exact + step, text
        assert (found[1] == "近") == (way >= Decimal("0.8"))
        assert way >= Decimal("0.5")
    else:
        assert told < exact < told + step / 2, text
        assert bool(found[1]) == (unit != "person")
