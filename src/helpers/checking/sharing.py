"""What may leave the house: nothing of this machine, of the time of the build, of a person, and no secret.

A report is sent to others. Before it is put in place, every file of it that is new is searched for what shows where,
by whom and when it was made, and for what looks like an address, a telephone or identity number or a password.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from helpers.checking.sharing_rules import PACKAGE, RULES, Rule, of_this_day, of_this_machine
from helpers.errors import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from helpers.paths import Project

EMBEDDED = re.compile(r"data:([\w/.+-]+);base64,([A-Za-z0-9+/=]+)")
# What is searched for begins with plain letters, and looks behind them: the search for letters is fast.
OUTLINES = (
    re.compile(r"d=(?<!\wd=)\\?\"[MmLlHhVvCcSsQqTtAaZzn0-9\s.,\\-]*\""),
    re.compile(r"points=(?<!\wpoints=)\\?\"[n0-9\s.,\\-]*\""),
)
STREAM = re.compile(rb"stream\r?\n")
READABLE_STREAMS = (b"/ObjStm", b"/Metadata")
BEFORE_STREAM = 300  # bytes in which a stream of a PDF says what it is
TOLD = 5
REMEDIES = {"listed": "if it is meant for readers, list it in data/reference/literals.yml"}


def refuse_to_share(files: Mapping[str, bytes], project: Project, facts: str) -> None:
    """Raise if a file shows what may not leave the house; ``facts`` are the numbers of the report, as CSV.

    Raises
    ------
    BuildError
        With file and place of the first few things found.
    """
    house = House(project, facts)
    found = [problem for name, content in sorted(files.items()) for problem in house.problems(name, content)]
    if found:
        shown = "\n".join(f"  {problem}" for problem in found[:TOLD])
        more = f"\n  and {len(found) - TOLD} more" if len(found) > TOLD else ""
        raise BuildError(f"this may not leave the house; the report was left as it was\n{shown}{more}")


class House:
    """What this machine, its user and this moment are called, and what may be shown although it looks like that."""

    def __init__(self, project: Project, facts: str = "", now: datetime | None = None) -> None:
        self.project, self.facts = project, facts
        self.rules = (*RULES, *of_this_machine(project), *of_this_day(now or datetime.now(UTC)))

    @cached_property
    def data(self) -> str:
        """What was entered."""
        return _text_below(self.project.data)

    @cached_property
    def listed(self) -> str:
        """What may be shown: the literals that somebody has listed, and the report's own numbers."""
        literals = self.project.reference / "literals.yml"
        return (literals.read_text(encoding="utf-8") if literals.is_file() else "") + self.facts

    def problems(self, name: str, content: bytes) -> Iterator[Problem]:
        """Yield what a file shows, each thing once."""
        for text in _texts(name, content):
            lowered = text.lower()
            for rule in self.rules:
                for hit in sorted(hit for hit in rule.hits(text, lowered) if not self._is_allowed(rule, hit)):
                    shown = f"{hit[:3]}…" if rule.is_secret else hit
                    yield Problem(_place(name, text, hit), f"{rule.what} ({shown})", REMEDIES.get(rule.unless, ""))

    def _is_allowed(self, rule: Rule, hit: str) -> bool:
        if rule.unless and _stands_alone(hit, getattr(self, rule.unless)):
            return True
        return not rule.is_secret and hit in _package()


@lru_cache(maxsize=1)
def _package() -> str:
    """Return what our own files hold: the scripts and styles of pages."""
    return _text_below(PACKAGE)


def _text_below(folder: Path) -> str:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def _stands_alone(hit: str, text: str) -> bool:
    return re.search(rf"(?<![0-9A-Za-z.]){re.escape(hit)}(?![0-9A-Za-z])", text) is not None


def _texts(name: str, content: bytes) -> Iterator[str]:
    """Yield what can be read in a file, what is embedded in it included."""
    if name.endswith(".pdf"):
        yield _readable(content)
        return
    text = content.decode("utf-8", errors="replace")
    read = EMBEDDED.sub("", text)
    for outlines in OUTLINES:
        read = outlines.sub(_only_lines, read)
    yield read
    for kind, embedded in EMBEDDED.findall(text):
        if not kind.startswith("font/"):
            with suppress(binascii.Error):
                yield base64.b64decode(embedded).decode("latin-1")


def _only_lines(match: re.Match[str]) -> str:
    """Leave out the points of a drawing, which look like anything, and keep the count of lines."""
    return "\n" * match[0].count("\n")


def _readable(pdf: bytes) -> str:
    """Return what of a PDF is no drawing: its objects and metadata. Its text is that of the notebooks."""
    kept, end = [], 0
    for match in STREAM.finditer(pdf):
        if match.start() < end:
            continue
        kept.append(pdf[end : match.start()])
        end = max(pdf.find(b"endstream", match.end()), match.end())
        if any(kind in kept[-1][-BEFORE_STREAM:] for kind in READABLE_STREAMS):
            stream = pdf[match.end() : end]
            kept.append(
                zlib.decompressobj().decompress(stream) if b"/FlateDecode" in kept[-1][-BEFORE_STREAM:] else stream
            )
    kept.append(pdf[end:])
    return b"\n".join(kept).replace(b"\0", b"").decode("utf-8", errors="replace")


def _place(name: str, text: str, hit: str) -> str:
    """Say where in a file something stands: the cell of a notebook, else the line."""
    if name.endswith(".ipynb"):
        for cell in json.loads(text).get("cells", ()):
            if hit in json.dumps(cell, ensure_ascii=False):
                return f"{name}, cell {cell.get('id', '?')!r}"
    if name.endswith(".pdf"):
        return f"{name}, metadata"
    return f"{name}, line {text.count(chr(10), 0, text.find(hit)) + 1}"
