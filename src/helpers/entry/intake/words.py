"""Text as people type it -> text that can be compared: width, spaces, invisible characters, years."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPATIBLE = ("<wide>", "<narrow>", "<noBreak>")
INVISIBLE = frozenset({"Cf", "Cc"})
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
SCHOOL_YEAR = re.compile(r"(?P<first>(?:19|20)\d{2})年?[/\-—–~至](?P<second>(?:19|20)?\d{2})学?年?(?:度|初|末)?")
PLAIN_YEAR = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:\.0)?"
    r"(?:(?:学年|年|届|级)?(?:度|末|底|初|全年|秋季?|春季?)?|年\d{1,2}月(?:\d{1,2}日|底|末|初)?)"
)
CHINESE_YEAR = re.compile("[一二][〇○零一二三四五六七八九]{3}(?=年|学年|届|级)")
YEAR_IN_HEADING = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:年度?)?(?![\d/\-—–~至])")
CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def plain(text: str) -> str:
    r"""Return typed text in ordinary width, with plain spaces, without invisible characters.

    Only width is changed: ``３５²`` stays ``35²`` and never becomes ``352``.

    >>> plain(" １，２３４\u200b人\u00a0")
    '1,234人'
    """
    letters = []
    for sign in text:
        if sign.isspace():
            letters.append(" ")
        elif unicodedata.category(sign) in INVISIBLE:
            continue
        elif unicodedata.decomposition(sign).startswith(COMPATIBLE):
            letters.append(unicodedata.normalize("NFKC", sign))
        else:
            letters.append(sign)
    return "".join(letters).strip()


def label(text: object) -> str:
    r"""Return a label for comparison: no spaces, no line breaks, no invisible characters, one width.

    >>> label("在校生数\n（ 人 ）") == label("在校生数(人)")
    True
    """
    if text is None:
        return ""
    folded = unicodedata.normalize("NFKC", str(text))
    kept = (sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in INVISIBLE)
    return "".join(kept).casefold()


def heading(text: object) -> str:
    """Return the head of a column for comparison: a label in which a year may be written 2021, 2021年 or 2021年度.

    >>> heading("2021年度 在校生数") == heading("2021在校生数"), heading("2021年末") == heading("2021年初")
    (True, False)
    """
    return YEAR_IN_HEADING.sub(r"\g<year>年", label(text))


def year_of(text: object) -> int | None:
    """Return the year that a label or a date names; a school year is named after the calendar year in which it begins.

    >>> year_of("2020年"), year_of("2019/2020学年初"), year_of("2020届"), year_of(2020), year_of("第20页")
    (2020, 2019, 2020, 2020, None)
    """
    if isinstance(text, dt.date):  # Excel makes one of 2020/12 and of 2020年9月
        return text.year
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    folded = CHINESE_YEAR.sub(lambda match: match[0].translate(CHINESE_DIGITS), label(text))
    if match := SCHOOL_YEAR.fullmatch(folded):
        first, second = int(match["first"]), match["second"]
        return first if int(second) % 100 == (first + 1) % 100 else None
    match = PLAIN_YEAR.fullmatch(folded)
    return int(match["year"]) if match else None


def may_run(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula when it opens a CSV file that holds it."""
    return text.startswith(FORMULA_SIGNS)


def offer(text: str, names: Iterable[str], otherwise: str) -> str:
    """Offer the names most like one that nothing bears, in Chinese; where none is like it, say something else."""
    near = difflib.get_close_matches(text, sorted(names), n=2, cutoff=0.5)
    return f"是不是 {' 或 '.join(near)}" if near else otherwise
