"""The rows of the benchmark: what was done, what was measured, what the goal is; in both languages of the READMEs."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN, END = "<!-- benchmark -->", "<!-- end of benchmark -->"
FILES = {"README.md": 0, "README.zh-CN.md": 1}
HEADERS = (("work", "measured", "goal", "met"), ("做什么", "实测", "目标", "达到"))
ANSWERS = ({True: "yes", False: "**no**", None: ""}, {True: "是", False: "**否**", None: ""})
MACHINE = ("{cores} cores, Python {python}", "{cores}核，Python {python}")

Words = tuple[str, str]
"""The same in English and in Chinese."""


@dataclass(frozen=True)
class Row:
    """One kind of work; without a ``goal`` it is there to be compared with."""

    work: Words
    measured: Words
    goal: Words = ("", "")
    met: bool | None = None


def both(text: str) -> Words:
    """Return what reads the same in both languages."""
    return (text, text)


def seconds(value: float) -> Words:
    """Write a duration."""
    digits = 2 if value < 10 else 1
    return (f"{value:.{digits}f} s", f"{value:.{digits}f}秒")


def under(limit: float, name: Words = ("", "")) -> Words:
    """Write a goal in seconds."""
    return (f"under {limit:g} s{name[0]}", f"{limit:g}秒以内{name[1]}")


def write(rows: Iterable[Row], language: int) -> str:
    """Return the table in a language, the machine above it."""
    machine = MACHINE[language].format(cores=os.cpu_count(), python=platform.python_version())
    lines = [f"{machine}:" if language == 0 else f"{machine}：", ""]
    cells = [HEADERS[language], ("---",) * len(HEADERS[language])]
    cells += [
        (row.work[language], row.measured[language], row.goal[language], ANSWERS[language][row.met]) for row in rows
    ]
    return "\n".join([*lines, *(f"| {' | '.join(one)} |" for one in cells)])


def put_into_readmes(rows: list[Row]) -> None:
    """Write the table between the markers of both READMEs."""
    for name, language in FILES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
        if not between.search(text):
            raise SystemExit(f"{name} has no place for the table: write {BEGIN} and {END} where it is to stand")
        table = f"{BEGIN}\n\n{write(rows, language)}\n\n{END}"
        path.write_text(between.sub(lambda _, table=table: table, text), encoding="utf-8")
