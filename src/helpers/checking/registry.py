"""One check, one function, one result row; passing has a sentence too.

A check is a function that yields a :class:`~helpers.errors.Problem` for each thing wrong, registered by
:func:`check` with the sentence that holds when it yields nothing. Checks of the files themselves (:func:`file_check`)
come first: as long as the files cannot be read, the others wait. The terminal tells a check in English, by its name,
that sentence and its docstring; the page tells it in Chinese, by what is registered with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from helpers.errors import DataError, NianbaoError, Problem
from helpers.loading import load_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.catalogue import Catalogue
    from helpers.model import Key
    from helpers.observations import Observations
    from helpers.paths import Project

Severity = Literal["warn", "fail"]
Outcome = Literal["pass", "warn", "fail", "skip"]
AREAS = ("structure", "arithmetic", "continuity", "plausibility", "standards", "text")
WAITING = "waits until the data can be read"


@dataclass(frozen=True)
class Material:
    """What a check looks at."""

    project: Project
    catalogue: Catalogue
    observations: Observations

    def name(self, key: Key) -> str:
        """Name a number, or with the year 0 a series: ``清江市2020年学校数（职业高中）``."""
        members = self.catalogue.members(key.cut)
        year = f"{key.year}年" if key.year else ""
        part = f"（{'，'.join(members)}）" if members else ""
        return f"{self.catalogue.entities[key.entity].name}{year}{self.catalogue.indicators[key.indicator].label}{part}"


@dataclass(frozen=True)
class InChinese:
    """A check as the page tells it: its title, the sentence that holds when it finds nothing, and how it looks."""

    title: str
    passing: str
    looking: str


@dataclass(frozen=True)
class Check:
    """A registered check; ``of_files`` ones look at the project's files before they are data."""

    name: str
    area: str
    severity: Severity
    passing: str
    explanation: str
    chinese: InChinese
    run: Callable[[Any], Iterator[Problem]]
    of_files: bool = False


@dataclass(frozen=True)
class Result:
    """What a check found: nothing, problems, or that it could not look yet."""

    check: Check
    problems: tuple[Problem, ...] = ()
    skipped: bool = False

    @property
    def outcome(self) -> Outcome:
        """Say how the check ended."""
        if self.skipped:
            return "skip"
        return self.check.severity if self.problems else "pass"

    @property
    def summary(self) -> str:
        """Say it in a sentence."""
        if self.skipped:
            return WAITING
        if not self.problems:
            return self.check.passing
        return f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"

    @property
    def told(self) -> str:
        """Say it in a Chinese sentence."""
        if self.skipped:
            return "数据文件还不能读入，这一项没有检查。"
        return f"发现{len(self.problems)}处问题。" if self.problems else self.check.chinese.passing


CHECKS: dict[str, Check] = {}


def check(
    area: str, passing: str, chinese: InChinese, *, severity: Severity = "fail"
) -> Callable[[Callable[[Material], Iterator[Problem]]], Callable[[Material], Iterator[Problem]]]:
    """Register a check of the data.

    Parameters
    ----------
    area
        One of ``AREAS``.
    passing
        The sentence that is true when the check finds nothing.
    chinese
        The check as the page tells it.
    severity
        What a finding means.
    """

    def register(function: Callable[[Material], Iterator[Problem]]) -> Callable[[Material], Iterator[Problem]]:
        explanation = (function.__doc__ or "").strip()
        _register(Check(function.__name__, area, severity, passing, explanation, chinese, function))
        return function

    return register


def file_check(
    area: str, passing: str, chinese: InChinese, *, severity: Severity = "fail"
) -> Callable[[Callable[[Project], Iterator[Problem]]], Callable[[Project], Iterator[Problem]]]:
    """Register a check of the files; parameters as for :func:`check`."""

    def register(function: Callable[[Project], Iterator[Problem]]) -> Callable[[Project], Iterator[Problem]]:
        explanation = (function.__doc__ or "").strip()
        _register(Check(function.__name__, area, severity, passing, explanation, chinese, function, of_files=True))
        return function

    return register


def _register(one: Check) -> None:
    if one.area not in AREAS:
        message = f"check {one.name!r}: area {one.area!r} is not one of {', '.join(AREAS)}"
        raise ValueError(message)
    CHECKS[one.name] = one


def run_checks(project: Project) -> list[Result]:
    """Run every check, those of the files first, by area; one that cannot finish fails with what stopped it."""
    ordered = sorted(CHECKS.values(), key=lambda one: AREAS.index(one.area))
    results = [Result(one, _problems(one, project)) for one in ordered if one.of_files]
    rest = [one for one in ordered if not one.of_files]
    try:
        material = Material(project, *load_data(project))
    except DataError:  # data_can_be_read has told of it
        return results + [Result(one, skipped=True) for one in rest]
    return results + [Result(one, _problems(one, material)) for one in rest]


def _problems(one: Check, looked_at: Material | Project) -> tuple[Problem, ...]:
    found: list[Problem] = []
    try:
        found.extend(one.run(looked_at))
    except DataError as error:
        found.extend(error.problems)
    except NianbaoError as error:
        found.append(Problem(one.name, str(error), chinese=f"没有查完：{error}。"))
    return tuple(found)
