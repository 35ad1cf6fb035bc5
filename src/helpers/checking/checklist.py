"""The list of checks, for the documents: from the functions themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import helpers.checking.checks  # noqa: F401 - registers the checks
from helpers.checking.markdown import code, table
from helpers.checking.registry import AREAS, CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.checking.registry import Material


def checks(_: Material) -> str:
    """List every check by area: its name, what a finding means, and the sentence that holds when it finds nothing."""
    ordered = sorted(CHECKS.values(), key=lambda one: (AREAS.index(one.area), one.name))
    return table(["area", "check", "finding", "PASS"], [[c.area, code(c.name), c.severity, c.passing] for c in ordered])


PARTS: Mapping[str, Callable[[Material], str]] = {"checks": checks}
