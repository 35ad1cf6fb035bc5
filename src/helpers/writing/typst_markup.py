r"""Text and values -> Typst, so that nothing in data can be taken for markup.

>>> markup("50% #1 *A*")
'50\\% \\#1 \\*A\\*'
>>> literal({"lines": ["甲", 'the "B"'], "left": True})
'(lines: ("甲", "the \\"B\\"",), left: true)'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

ASCII_SYMBOL = re.compile(r"[!-/:-@\[-`{-~]")
SPACING = re.compile(r"\s+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NAME = re.compile(r"[a-z][a-z_-]*")
QUOTED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})

Value = str | bool | int | float | Sequence["Value"] | Mapping[str, "Value"]


def markup(text: str) -> str:
    """Escape ``text`` for Typst markup: every ASCII symbol, since which ones matter depends on where they stand.

    Line breaks become spaces: a line that began with ``=``, ``-`` or ``1.`` would be a heading or a list.
    """
    return ASCII_SYMBOL.sub(r"\\\g<0>", SPACING.sub(" ", CONTROL.sub("", text)))


def literal(value: Value) -> str:
    """Write ``value`` as Typst code: a string, a boolean, a number, an array or a dictionary.

    Raises
    ------
    TypeError
        A key of a dictionary is not a name in Typst.
    """
    match value:
        case str():
            return f'"{CONTROL.sub("", value).translate(QUOTED)}"'
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case Mapping():
            return _dictionary(value)
    return "(" + "".join(f"{literal(item)}, " for item in value)[:-1] + ")" if value else "()"


def _dictionary(value: Mapping[str, Value]) -> str:
    unfit = [key for key in value if not NAME.fullmatch(key)]
    if unfit:
        message = f"not names in Typst: {', '.join(unfit)}"
        raise TypeError(message)
    return "(" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + ")" if value else "(:)"
