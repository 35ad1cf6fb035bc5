"""What can go wrong through a user's doing, as one small tree.

::

    NianbaoError                    one clear line: what, where, what to do
    ├── DataError                   rows or records that do not validate (carries every problem found)
    ├── UnknownNameError            a name that no catalogue knows; offers the nearest ones
    ├── ParameterError              a notebook or command parameter that cannot be
    ├── FormulaError                a formula that cannot be read or computed
    ├── TemplateError               a prose template that breaks a rule
    ├── SetupError                  something the installation lacks (a font, a package)
    └── BuildError                  a chapter or an output that could not be made

The command line prints ``str(error)`` and leaves with a non-zero status; nothing else catches these.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class NianbaoError(Exception):
    """A mistake that a user can make and mend."""


class UnknownNameError(NianbaoError):
    """A name that no catalogue entry bears."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str], where: str = "") -> UnknownNameError:
        """Say which ``kind`` of name is unknown and which known ones come nearest."""
        place = f" in {where}" if where else ""
        return cls(f"unknown {kind} {name!r}{place}; {nearest(name, known)}")


class ParameterError(NianbaoError):
    """A parameter of a notebook or a command that cannot be."""


class FormulaError(NianbaoError):
    """A formula that cannot be read or computed."""


class TemplateError(NianbaoError):
    """A prose template that breaks a rule of the house."""


class SetupError(NianbaoError):
    """Something that the installation lacks."""


class BuildError(NianbaoError):
    """A chapter or an output that could not be made."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the data.

    Parameters
    ----------
    where
        File, row and column (or key), as a reader would look it up: ``observations/2020.csv row 14, unit``.
    what
        What is wrong, with the value seen.
    remedy
        What to do about it.
    chinese
        Both in one Chinese sentence, for the page that clerks read; empty where only the terminal tells it.
    place
        Where it is in Chinese, if that is no file: ``清江市2020年生均图书``.
    """

    where: str
    what: str
    remedy: str = ""
    chinese: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


class DataError(NianbaoError):
    """Data that do not validate; ``problems`` holds every one found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...]]]:
        """Survive the way back from a worker process."""
        return type(self), (self.problems,)


BROKEN_YAML = "YAML写法不对；检查缩进，冒号后空一格。"


def unregistered(name: object) -> str:
    """Say in Chinese that nothing bears a name."""
    return f"没有登记过“{name}”；核对写法，或先登记。"


def nearest(name: str, known: Iterable[str]) -> str:
    """Offer the known names most like ``name``: ``did you mean 'graduates'?``."""
    return _nearest(name, tuple(sorted(known)))


@lru_cache(maxsize=256)
def _nearest(name: str, known: tuple[str, ...]) -> str:
    """Compare once: a slip is often made in thousands of rows, and there may be thousands of names."""
    matches = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if not matches:
        return "no known name is like it"
    return "did you mean " + " or ".join(repr(match) for match in matches) + "?"
