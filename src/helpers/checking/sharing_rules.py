"""What shows where, by whom and when a report was made, or who a person is; and how it is told from other text."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.checking.secrets import FORMS, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.paths import Project

PACKAGE = Path(__file__).parents[1]
NAME_LENGTH = 4  # a shorter name of a user or a machine is found in any text
SECRET_LENGTH = 8
NOBODY = {
    "root",
    "admin",
    "administrator",
    "user",
    "users",
    "nobody",
    "runner",
    "jovyan",
    "ubuntu",
    "debian",
    "localhost",
}
BEFORE, AFTER = r"[0-9A-Za-z_.\-]", r"(?![0-9A-Za-z_\-])"
BYTE, LARGE_PART = 255, 20  # numbers of sections and versions do not go as far as parts of addresses do
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"
FOLDERS = (
    "home", "Users", "root", "tmp", "var", "private", "opt", "mnt", "media", "srv", "work", "workspace", "etc", "proc",
    "usr", "run", "data", "content", "app",
)  # fmt: skip
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that may not be shown.

    Attributes
    ----------
    what
        What it is, as a message calls it.
    pattern
        Finds it.
    hints
        In small letters, one of which stands wherever it does: text without any need not be searched (which is slow).
    sieve
        The same as a pattern, which begins with a plain letter and so is searched for fast.
    is_meant
        Says of what was found whether it really is such a thing.
    unless
        In what it may stand all the same: ``data`` (what was entered), ``listed`` (the literals, and the report's own
        numbers), or nothing.
    is_secret
        Whether a message may not show it either.
    """

    what: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()
    sieve: re.Pattern[str] | None = None
    is_meant: Callable[[str], bool] = lambda _: True
    unless: str = ""
    is_secret: bool = False

    def hits(self, text: str, lowered: str) -> set[str]:
        """Return what it finds, each once; ``lowered`` is the text in small letters."""
        if self.hints and not any(hint in lowered for hint in self.hints):
            return set()
        if self.sieve and not self.sieve.search(text):
            return set()
        return {match[0] for match in self.pattern.finditer(text) if self.is_meant(match[0])}


def _is_identity_number(text: str) -> bool:
    check = sum(int(digit) * weight for digit, weight in zip(text, IDENTITY_WEIGHTS, strict=False)) % 11
    return text[-1].upper() == IDENTITY_CHECKS[check]


def _is_address(text: str) -> bool:
    """Whether four numbers are an address on a network and no number of a section or a version."""
    largest = max(int(part) for part in text.split("."))
    return LARGE_PART <= largest <= BYTE


# A lookbehind stands after the first letter where it can: the search for a letter is fast.
PERSONAL = (
    Rule(
        "an e-mail address",
        re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
        sieve=re.compile(r"@[A-Za-z0-9-]+\.[A-Za-z0-9]"), unless="listed",
    ),
    Rule(
        "a mobile number",
        re.compile(rf"1(?<!{BEFORE}1)(?<!\+1)[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}}){AFTER}(?!\.\d)"),
        unless="listed",
    ),
    Rule(
        "a telephone number",
        re.compile(rf"0(?<!{BEFORE}0)\d{{2,3}}(?:[-－)]|） ?)[2-9]\d{{6,7}}{AFTER}"),
        unless="listed",
    ),
    Rule(
        "an identity card number",
        re.compile(
            rf"(?<!{BEFORE})[1-9]\d{{5}}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}[\dXx]{AFTER}"
        ),
        sieve=re.compile(r"[12][09]\d\d[01]\d[0-3]\d{4}[\dXx]"), is_meant=_is_identity_number, unless="listed",
    ),
)  # fmt: skip
PLACES = (
    Rule(
        "a path of a machine",
        re.compile(rf"/(?<![\w.:/<#]/)(?:{'|'.join(FOLDERS)})/[\w.@+-]+"),
    ),
    Rule(
        "a path of a machine",
        re.compile(r"\b[A-Za-z]:(?:\\{1,4}[^\\/:*?\"<>|\s]+){2,}"),
        sieve=re.compile(r":\\{1,4}[^\\/:*?\"<>|\s]+\\"),
    ),
    Rule("a path of a machine", re.compile(r"file:///?[\w.]+"), ("file:/",)),
    Rule(
        "a kernel's connection",
        re.compile(r"(?:kernel-[0-9a-f-]{8,}|\bconnection)\.json|ipykernel_\d+"),
        ("kernel-", "connection.json", "ipykernel_"),
    ),
    Rule(
        "a network address",
        re.compile(rf"(?<!{BEFORE})(?:\d{{1,3}}\.){{3}}\d{{1,3}}{AFTER}(?!\.\d)"),
        sieve=re.compile(r"\.\d{1,3}\.\d{1,3}\.\d"), is_meant=_is_address,
    ),
    Rule("a network address", re.compile(r":(?<=[0-9a-f]{2}:)(?:[0-9a-f]{2}:){4}[0-9a-f]{2}(?![0-9a-f:])")),
    Rule("a network address", re.compile(r"fe80::[0-9a-f:]+"), ("fe80::",)),
    Rule("an address of this machine", re.compile(r"\blocalhost:\d+"), ("localhost:",)),
)  # fmt: skip
SECRETS = tuple(Rule(f"what looks like {what}", pattern, hints, is_secret=True) for what, hints, pattern in FORMS)
RULES = (*PERSONAL, *PLACES, *SECRETS)


def of_this_machine(project: Project) -> Iterator[Rule]:
    """Yield what finds the folders, the user and the name of this machine, and the secrets of its environment."""
    folders = (project.root, Path.home(), sys.prefix, sys.base_prefix, tempfile.gettempdir(), PACKAGE)
    for folder in sorted({str(path).rstrip("/\\") for path in folders}):
        if len(folder) > NAME_LENGTH:
            first, rest = re.escape(folder[0]), re.escape(folder[1:])
            pattern = rf"{first}(?<![\w.:/<]{first}){rest}(?![\w-])"
            yield Rule("a path of this machine", re.compile(pattern), (folder.lower(),))
    for what, name in (("this user's name", _user()), ("this machine's name", socket.gethostname())):
        if len(name) >= NAME_LENGTH and name.lower() not in NOBODY:
            pattern = rf"(?<!{BEFORE}){re.escape(name)}{AFTER}"
            yield Rule(what, re.compile(pattern, re.IGNORECASE), (name.lower(),), unless="data")
    for name, value in sorted(os.environ.items()):
        if is_secret_name(name) and len(value) >= SECRET_LENGTH:
            yield Rule(f"the value of {name}", re.compile(re.escape(value)), (value.lower(),), is_secret=True)


def of_this_day(now: datetime) -> Iterator[Rule]:
    """Yield what finds the day of a build (here, and in Greenwich), or its time as seconds since 1970."""
    begun = now - timedelta(minutes=10)
    days = {moment.astimezone(zone).date() for moment in (now, begun) for zone in (UTC, None)}
    written = {day.strftime(form) for day in days for form in DATES} | {f"{d.year}年{d.month}月{d.day}日" for d in days}
    dates = "|".join(sorted(map(re.escape, written)))
    hints = tuple(sorted(one.lower() for one in written))
    yield Rule("the time of the build", re.compile(rf"(?<![0-9A-Za-z.])(?:{dates})"), hints, unless="data")
    begins = str(int(now.timestamp()))[:5]  # a day or so
    seconds = rf"{begins[0]}(?<![0-9A-Za-z.]{begins[0]}){begins[1:]}\d{{5}}(?:\.\d+)?(?![0-9A-Za-z])"
    yield Rule("the time of the build", re.compile(seconds), unless="data")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
