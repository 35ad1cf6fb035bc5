"""What stands in a number cell -> an exact number in the row's unit, or why it is none. Nothing is ever guessed.

Numbers are read as people type them (``１，２３４人``, ``约1.2万``, ``18万余元``, ``85%``, ``12.55:1``) and converted
exactly: as fractions, so that 亩 becomes 平方米 without a digit lost, or is refused where it cannot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from helpers.entry.intake.words import plain
from helpers.model import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.model import Unit

MISSING_MARKS = frozenset({
    "", "-", "--", "---", "—", "——", "–", "―", "−", "/", "\\", "…", "……", "...", "*", "**", "***", "·", "~",
    "n/a", "na", "暂缺", "缺", "暂无", "未统计", "未报", "空",
})  # fmt: skip
BEFORE = {
    "约": Qualifier.ABOUT, "大约": Qualifier.ABOUT, "大概": Qualifier.ABOUT,
    "近": Qualifier.NEARLY, "将近": Qualifier.NEARLY, "接近": Qualifier.NEARLY,
    "超": Qualifier.OVER, "超过": Qualifier.OVER, "逾": Qualifier.OVER,
    "至少": Qualifier.AT_LEAST, "不少于": Qualifier.AT_LEAST, "不低于": Qualifier.AT_LEAST,
    "至多": Qualifier.AT_MOST, "不超过": Qualifier.AT_MOST, "不多于": Qualifier.AT_MOST, "不高于": Qualifier.AT_MOST,
}  # fmt: skip
BEHIND = {
    "以上": Qualifier.AT_LEAST, "以下": Qualifier.AT_MOST, "以内": Qualifier.AT_MOST,
    "左右": Qualifier.ABOUT, "上下": Qualifier.ABOUT,
}  # fmt: skip
WITHIN = {"余": Qualifier.OVER, "多": Qualifier.OVER}
MULTIPLES = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
SYNONYMS = {
    "㎡": "平方米", "m²": "平方米", "m2": "平方米", "平米": "平方米", "平方": "平方米", "个百分点": "百分点",
    "圆": "元", "人民币": "元",
}  # fmt: skip
OTHER_AREAS = {"公顷": Fraction(10**4), "平方公里": Fraction(10**6), "平方千米": Fraction(10**6)}
PEOPLE = frozenset({"人", "名", "位"})
SAFE_DIGITS = 15
"""Beyond these Excel itself does not keep a number."""

GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:['’]\d{3})+|\d+"
TYPED = re.compile(
    rf"(?P<before>{'|'.join(sorted(BEFORE, key=len, reverse=True))})? ?"
    rf"(?P<number>[-−+]?(?:{GROUPED})(?:\.\d+)?) ?(?P<tail>.*)",
    re.ASCII | re.DOTALL,
)
SEPARATORS = str.maketrans({",": "", " ": "", "'": "", "’": "", "−": "-", "+": ""})
MISTAKEN_LETTERS = {
    "O": "0",
    "o": "0",
    "Ｏ": "0",
    "〇": "0",
    "l": "1",
    "I": "1",
    "|": "1",
    "S": "5",
    "B": "8",
    "Z": "2",
}
CHINESE_NUMERALS = re.compile("[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]")
BRACKETED = re.compile(r"\(([^()]+)\)")
YUAN, YUAN_SIGN = "元", "¥"
RANGE = re.compile(r"\d ?[-—–~～至到] ?\d")
INVERTED = re.compile(r"1 ?[:：] ?(?!1$)\d[\d.]*")


class UnreadableError(ValueError):
    """A cell that holds no number that may be taken; says what is wrong and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}；{remedy}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number as typed, in the unit of its row. ``bare`` says that it carried no unit or sign of its own."""

    value: Decimal
    qualifier: Qualifier = Qualifier.EXACT
    bare: bool = True


def is_missing_mark(text: str) -> bool:
    """Whether a cell says that there is no number: blank, ``-``, ``—``, ``/``, ``…``, ``***``. Never 0."""
    return plain(text).replace(" ", "").casefold() in MISSING_MARKS


def read_typed(text: str, unit: Unit, units: Iterable[Unit]) -> Typed:
    """Read a number that was typed as text.

    Raises
    ------
    UnreadableError
        It is none, or it cannot be told which.
    """
    typed = plain(text).removeprefix(unit.prefix)
    typed = typed.removeprefix(YUAN_SIGN).lstrip() if unit.symbol == YUAN else typed
    if unit.kind == "ratio" and INVERTED.fullmatch(typed):
        raise UnreadableError(f"比值写反了，本行要“几{unit.suffix}”", f"写成“12.55{unit.suffix}”的样子")
    match = TYPED.fullmatch(typed)
    if match is None:
        raise _not_a_number(typed)
    tail = match["tail"].replace(" ", "")
    bracketed = BRACKETED.fullmatch(tail)  # 1250（人）
    tail, qualifier = _qualified(match["before"], bracketed[1] if bracketed else tail)
    try:
        factor = factor_of(tail, unit, units)
    except UnreadableError:
        if bracketed or not _is_unit(tail):
            raise _not_a_number(typed) from None
        raise
    value = scale(Decimal(match["number"].translate(SEPARATORS)), factor)
    if value is None:
        raise UnreadableError(f"不能精确换算成{unit.symbol}", f"直接填{unit.symbol}数")
    return Typed(value, qualifier, bare=not tail)


def _qualified(before: str | None, tail: str) -> tuple[str, Qualifier]:
    """Take the words that say how exactly a number is meant off what follows it."""
    found = [BEFORE[before]] if before else []
    for word, qualifier in BEHIND.items():
        if tail.endswith(word):
            tail = tail.removesuffix(word)
            found.append(qualifier)
    for word, qualifier in WITHIN.items():
        if word in tail:
            tail = tail.replace(word, "", 1)
            found.append(qualifier)
    if len(set(found)) > 1:
        raise UnreadableError("有两个互相矛盾的约数词", "只留一个，例如“约2800”或“2800余”")
    return tail, found[0] if found else Qualifier.EXACT


def read_stored(number: float, number_format: str, unit: Unit) -> Typed:
    """Read a number that the file stores as one; a percent format says that 0.85 means 85%.

    Raises
    ------
    UnreadableError
        It has more digits than Excel keeps, or a format that does not suit the row.
    """
    value = Decimal(number) if isinstance(number, int) else Decimal(f"{number:.{SAFE_DIGITS}g}")
    if not value.is_finite() or value.adjusted() >= SAFE_DIGITS:
        raise UnreadableError("位数太多，Excel 已不能准确保存", "核对后填写不超过15位的数")
    if "%" not in re.sub(r'"[^"]*"|\\.', "", number_format):
        return Typed(_plain_decimal(value))
    if not unit.is_of_hundred:
        raise UnreadableError(f"的单元格格式是百分比，本行单位是“{unit.symbol}”", "把单元格格式改为数值，核对后重填")
    return Typed(_plain_decimal(value * 100), bare=False)


def factor_of(written: str, unit: Unit, units: Iterable[Unit]) -> Fraction:
    """Return by what a number in a unit as written must be multiplied to be in ``unit``.

    ``亿元`` in a row of 万元 is 10000.

    Raises
    ------
    UnreadableError
        The two do not measure the same thing, or 万 could mean two things.
    """
    name = SYNONYMS.get(written, written)
    if name in {"", unit.symbol, unit.suffix, SYNONYMS.get(unit.symbol, unit.symbol)}:
        return Fraction(1)
    if unit.is_of_hundred and name in {"%", "百分点", "‰"}:
        return Fraction(1, 10) if name == "‰" else Fraction(1)
    own_multiple, own_name = _split(unit.symbol)
    multiple, rest = _split(name)
    if rest == "" and multiple != 1 and unit.kind in {"count", "measure"}:
        if multiple <= own_multiple:
            raise UnreadableError(
                f"是{written}{own_name}还是{written}{unit.symbol}？本行单位是“{unit.symbol}”",
                f"写明单位，例如“3.5{written}{own_name}”",
            )
        return Fraction(multiple, own_multiple)
    if _same(SYNONYMS.get(rest, rest), own_name) and unit.kind in {"count", "measure"}:
        return Fraction(multiple, own_multiple)
    if unit.base == "square_metre" and rest in OTHER_AREAS:
        return OTHER_AREAS[rest] * multiple / exact_factor(unit)
    others = {exact_factor(other) for other in units
              if other.base == unit.base and other.symbol == rest and other.kind == unit.kind == "measure"}  # fmt: skip
    if len(others) == 1:
        return others.pop() * multiple / exact_factor(unit)
    raise UnreadableError(f"的单位“{written}”与本行单位“{unit.symbol or unit.suffix}”不符", "按本行单位填写")


def exact_factor(unit: Unit) -> Fraction:
    """Return a unit's factor as the fraction that its decimals stand for: 亩 is 2000/3 平方米.

    Only a factor that was written to twenty places or more stands for a fraction.
    """
    written = Fraction(unit.factor)
    near = written.limit_denominator(1000)
    return near if abs(near - written) < Fraction(1, 10**20) else written


def scale(value: Decimal, factor: Fraction) -> Decimal | None:
    """Multiply exactly; ``None`` where no decimal is exact (1亩 is 666.6… 平方米)."""
    if factor == 1:
        return value
    product = Fraction(value) * factor
    rest = product.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    digits = len(str(product.denominator)) * 4
    scaled = product.numerator * 10**digits // product.denominator
    return _plain_decimal(Decimal(scaled).scaleb(-digits))


def _plain_decimal(value: Decimal) -> Decimal:
    """Drop zeros that no one wrote, and never show an exponent."""
    shortened = value.normalize()
    return shortened.quantize(Decimal(1)) if shortened.as_tuple().exponent > 0 else shortened  # type: ignore[operator]


def _split(symbol: str) -> tuple[int, str]:
    """Part 万元 into 10000 and 元."""
    for word in sorted(MULTIPLES, key=len, reverse=True):
        if symbol.startswith(word):
            return MULTIPLES[word], symbol.removeprefix(word)
    return 1, symbol


def _same(one: str, other: str) -> bool:
    return one == other or {one, other} <= PEOPLE


def _is_unit(tail: str) -> bool:
    """Whether what follows a number reads like a unit and not like a typing slip or a remark."""
    return len(tail) <= 6 and not re.search(r"[0-9A-Za-z.,，、;；(（?？!！|]", tail)  # noqa: PLR2004 - 平方公里, 个百分点


def _not_a_number(typed: str) -> UnreadableError:  # noqa: PLR0911 - one cause after the other
    """Say why a text is no number, with the likeliest slip as a hint and never as a guess."""
    letters = [letter for letter in typed if letter in MISTAKEN_LETTERS]
    if letters and re.search(r"\d", typed):
        meant = MISTAKEN_LETTERS[letters[0]]
        return UnreadableError(f"不是数字，含“{letters[0]}”", f"如果是数字{meant}，请改成{meant}")
    if typed in {"无", "没有", "零", "〇"}:
        return UnreadableError("是0还是没有数据？", "是0就填0；没有数据就空着，并在“状态”里选原因")
    if RANGE.search(typed):
        return UnreadableError("是一个范围", "只填一个数，范围写在“原因或说明”里")
    if re.fullmatch(r"[-+]?\d+(\.\d+)?[eE][-+]?\d+", typed):
        return UnreadableError("是科学计数法，后面的位数已经丢失", "填写完整的数")
    if re.fullmatch(r"[-+]?[\d,.' ]+", typed):
        return UnreadableError("的千分位或小数点位置不对", "去掉逗号和空格，只留一个小数点")
    if CHINESE_NUMERALS.search(typed):
        return UnreadableError("不是数字", "用阿拉伯数字填写")
    if re.search(r"\d", typed):
        return UnreadableError("除数字外还有别的内容", "单元格里只填一个数，说明写在“原因或说明”里")
    return UnreadableError("不是数字", "填写数字；没有数据就空着，并在“状态”里选原因")
