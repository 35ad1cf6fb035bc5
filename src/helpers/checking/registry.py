"""One check, one function, one result row; passing has a sentence too.

A check is a function that yields a :class:`~helpers.errors.Problem` for each thing wrong, registered by
:func:`check` with the sentence that holds when it yields nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from helpers.errors import DataError, NianbaoError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project

Severity = Literal["warn", "fail"]


@dataclass(frozen=True)
class Material:
    """What a check looks at."""

    project: Project
    catalogue: Catalogue
    observations: Observations


@dataclass(frozen=True)
class Check:
    """A registered check."""

    name: str
    area: str
    severity: Severity
    passing: str
    explanation: str
    run: Callable[[Material], Iterator[Problem]]


@dataclass(frozen=True)
class Result:
    """What a check found: nothing, or problems."""

    check: Check
    problems: tuple[Problem, ...]

    @property
    def outcome(self) -> Literal["pass", "warn", "fail"]:
        """Say how the check ended."""
        return self.check.severity if self.problems else "pass"

    @property
    def summary(self) -> str:
        """Say it in a sentence."""
        if not self.problems:
            return self.check.passing
        return f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"


CHECKS: dict[str, Check] = {}


def check(
    area: str, passing: str, *, severity: Severity = "fail"
) -> Callable[[Callable[[Material], Iterator[Problem]]], Callable[[Material], Iterator[Problem]]]:
    """Register a check.

    Parameters
    ----------
    area
        ``structure``, ``arithmetic``, ``plausibility``, ``text``.
    passing
        The sentence that is true when the check finds nothing.
    severity
        What a finding means.
    """

    def register(function: Callable[[Material], Iterator[Problem]]) -> Callable[[Material], Iterator[Problem]]:
        name = function.__name__
        CHECKS[name] = Check(name, area, severity, passing, (function.__doc__ or "").strip(), function)
        return function

    return register


def run_checks(material: Material) -> list[Result]:
    """Run every check; one that cannot finish fails with what stopped it."""
    return [Result(one, _problems(one, material)) for one in CHECKS.values()]


def _problems(one: Check, material: Material) -> tuple[Problem, ...]:
    found: list[Problem] = []
    try:
        found.extend(one.run(material))
    except DataError as error:
        found.extend(error.problems)
    except NianbaoError as error:
        found.append(Problem(one.name, str(error)))
    return tuple(found)
