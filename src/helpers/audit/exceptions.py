"""``data/reference/exceptions.yml``: findings that are known, with what becomes of them.

Each entry expects one discrepancy, word for word. When the discrepancy is gone or is another one, the entry is stale
and the audit fails until somebody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import ValidationError

from helpers.audit.findings import Verdict
from helpers.catalogue import YamlLoader
from helpers.errors import DataError, Problem, nearest
from helpers.model import Reference

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.audit.findings import Audit, Finding
    from helpers.paths import Project

NAME = "exceptions.yml"


class Exempted(Reference):
    """A known finding: which claim of which report, what is wrong with it, and what was done.

    ``status`` is ``corrected`` where our pages print the right number or word, ``kept`` where they print what was
    published and say so.
    """

    year: int
    entity: str
    claim: str
    verdict: Verdict
    expect: str
    status: Literal["corrected", "kept"]
    reason: str


@dataclass(frozen=True)
class Review:
    """An audit held against the known findings.

    ``stale`` says which entries expect what is no longer so.
    """

    audit: Audit
    known: tuple[Exempted, ...]
    stale: tuple[Problem, ...]

    def status(self, finding: Finding) -> str:
        """Return what was decided on a finding: ``corrected``, ``kept``, or nothing."""
        matching = [one.status for one in self.known if _is_met(one, finding)]
        return matching[0] if matching else ""

    def unsettled(self, worst: set[Verdict]) -> list[Finding]:
        """Return the findings of some verdicts that no entry settles."""
        return [finding for finding in self.audit if finding.verdict in worst and not self.status(finding)]


def load_exceptions(project: Project) -> tuple[Exempted, ...]:
    """Read every known finding of every report.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    path = project.reference / NAME
    if not path.exists():
        return ()
    found = path.stat()
    return _remembered(path, project.relative(path), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _remembered(path: Path, where: str, *_: int) -> tuple[Exempted, ...]:
    """Read the file, once for each size and time of it."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader) or []  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise DataError([Problem(where + line, "broken YAML", "mend the file")]) from None
    found, problems = [], []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(Exempted.model_validate(entry))
        except ValidationError as error:
            for detail in error.errors():
                key = ".".join(str(part) for part in detail["loc"])
                problems.append(Problem(f"{where} entry {number}, {key}", detail["msg"], "see data/README.md"))
    if problems:
        raise DataError(problems)
    return tuple(found)


def review(audit: Audit, exceptions: tuple[Exempted, ...]) -> Review:
    """Hold an audit against the known findings of its report."""
    known = tuple(one for one in exceptions if (one.year, one.entity) == (audit.year, audit.entity))
    return Review(audit, known, tuple(problem for one in known for problem in _stale(audit, one)))


def _is_met(one: Exempted, finding: Finding) -> bool:
    return (one.claim, one.verdict, one.expect) == (finding.claim.id, finding.verdict, finding.discrepancy)


def _stale(audit: Audit, one: Exempted) -> list[Problem]:
    where = f"data/reference/{NAME} {one.year} {one.entity} {one.claim}"
    finding = audit.findings.get(one.claim)
    if finding is None:
        return [Problem(where, f"no claim {one.claim!r}", nearest(one.claim, audit.findings))]
    if _is_met(one, finding):
        return []
    now = f"{finding.verdict}: {finding.discrepancy}" if finding.discrepancy else str(finding.verdict)
    return [Problem(where, f"expects {one.verdict}: {one.expect}; now it is {now}", "remove or renew the entry")]
