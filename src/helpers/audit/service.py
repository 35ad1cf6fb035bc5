"""One report's audit, from its files: what commands, pages and chapters ask for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from helpers.audit.claims import Claims, claims_path, load_claims, read_claims
from helpers.audit.exceptions import Review, load_exceptions, review
from helpers.audit.findings import CORRECTED, Audit
from helpers.formulas import Facts
from helpers.loading import once
from helpers.model import Correction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helpers.audit.claims import Claim
    from helpers.audit.mentions import Draft
    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project


def audit_report(
    project: Project, catalogue: Catalogue, observations: Observations, *, year: int, entity: str
) -> Review:
    """Audit the report of one year on one entity; where none was transcribed, there is nothing to find.

    Raises
    ------
    DataError
        The claims or the known findings do not validate.
    FormulaError, UnknownNameError
        An expression cannot be read.
    """
    found = _audit(project, catalogue, observations, year, entity)
    return review(found, load_exceptions(project))


def audit_file(
    project: Project, catalogue: Catalogue, observations: Observations, file: Path, *, year: int, entity: str
) -> Review:
    """Audit claims that are not on record; no finding on them is known.

    Raises
    ------
    DataError, FormulaError, UnknownNameError
        As of :func:`audit_report`.
    """
    from helpers.audit.verdicts import audit  # noqa: PLC0415 - heavy; an audit on record is kept

    claims = Claims({claim.id: claim for claim in read_claims(project, catalogue, file, year, draft=True)})
    return review(audit(claims, Facts(catalogue, observations.as_of(year)), year, entity), ())


def propose_claims(
    catalogue: Catalogue, observations: Observations, draft: Draft, *, year: int, entity: str
) -> tuple[list[Claim], list[Claim]]:
    """Return the claims that a draft makes: its numbers, and what its own words say of how they agree."""
    from helpers.audit.consistency import statements  # noqa: PLC0415 - only drafts need it
    from helpers.audit.proposals import Proposer  # noqa: PLC0415

    proposals = Proposer(Facts(catalogue, observations.as_of(year)), entity, year).propose(draft.mentions)
    return [one.claim for one in proposals], statements(proposals, catalogue.dimensions.values(), year)


def load_corrections(
    project: Project, catalogue: Catalogue, observations: Observations, year: int, entity: str
) -> Mapping[str, tuple[Correction, ...]]:
    """Return what a published report printed wrongly, by the signature of the right number.

    Raises
    ------
    DataError, FormulaError, UnknownNameError
        As of :func:`audit_report`.
    """
    return corrections_of(_audit(project, catalogue, observations, year, entity, numbers=True))


def corrections_of(audit: Audit) -> Mapping[str, tuple[Correction, ...]]:
    """Return what an audit found printed wrongly; :func:`load_corrections` does without the statements."""
    found: dict[str, tuple[Correction, ...]] = {}
    for finding in audit:
        claim = finding.claim
        if finding.verdict in CORRECTED and finding.signature and claim.value is not None and claim.unit is not None:
            one = Correction(
                claim.id, claim.document, claim.place, claim.printed, claim.value, claim.unit,
                str(finding.verdict), finding.evidence, finding.reads,
            )  # fmt: skip
            found[finding.signature] = (*found.get(finding.signature, ()), one)
    return found


def _audit(
    project: Project, catalogue: Catalogue, observations: Observations, year: int, entity: str, *, numbers: bool = False
) -> Audit:
    """Audit what is on record; ``numbers`` leaves out the statements, which no page prints."""
    path = claims_path(project, year)
    if not path.exists():
        return Audit(year, entity, {})
    status = path.stat()
    stamp = (status.st_mtime_ns, status.st_size)
    return _remembered(project, _Data(catalogue, observations), year, entity, stamp, numbers=numbers)


class _Data:
    """The data of a project, told apart by identity: they are loaded once for each state of their files."""

    def __init__(self, catalogue: Catalogue, observations: Observations) -> None:
        self.catalogue, self.observations = catalogue, observations

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Data):
            return False
        return self.observations is other.observations and self.catalogue is other.catalogue

    def __hash__(self) -> int:
        return id(self.observations)


@lru_cache(maxsize=8)
def _remembered(
    project: Project, data: _Data, year: int, entity: str, stamp: tuple[int, int], *, numbers: bool
) -> Audit:
    name = f"audit {year} {entity} {stamp} {numbers}"
    pair = (data.catalogue, data.observations)
    return once(project, pair, name, lambda: _audited(project, data, year, entity, numbers=numbers))


def _audited(project: Project, data: _Data, year: int, entity: str, *, numbers: bool) -> Audit:
    from helpers.audit.verdicts import audit  # noqa: PLC0415 - heavy; as a rule the audit is kept

    claims = load_claims(project, data.catalogue, year, entity)
    only = [claim.id for claim in claims if not (numbers and claim.is_statement)]
    return audit(claims, Facts(data.catalogue, data.observations.as_of(year)), year, entity, only)
