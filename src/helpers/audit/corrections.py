"""The numbers that pages print otherwise than the published report did, and why."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from helpers.audit.claims import claims_path, load_claims
from helpers.audit.findings import CORRECTED
from helpers.audit.verdicts import audit
from helpers.formulas import Facts
from helpers.model import Correction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project


def load_corrections(
    project: Project, catalogue: Catalogue, observations: Observations, year: int, entity: str
) -> Mapping[str, tuple[Correction, ...]]:
    """Return what a published report printed wrongly, by the signature of the right number.

    Raises
    ------
    DataError, FormulaError, UnknownNameError
        The claims do not validate, or cannot be read.
    """
    path = claims_path(project, year)
    if not path.exists():
        return {}
    status = path.stat()
    data = _Data(catalogue, observations)
    return _load(project, data, year, entity, (status.st_mtime_ns, status.st_size))


class _Data:
    """The data of a project, told apart by identity: they are loaded once for each state of the files."""

    def __init__(self, catalogue: Catalogue, observations: Observations) -> None:
        self.catalogue, self.observations = catalogue, observations

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Data) and self.observations is other.observations

    def __hash__(self) -> int:
        return id(self.observations)


@lru_cache(maxsize=8)
def _load(
    project: Project,
    data: _Data,
    year: int,
    entity: str,
    stamp: tuple[int, int],  # noqa: ARG001 - the stamp is part of the key
) -> Mapping[str, tuple[Correction, ...]]:
    claims = load_claims(project, data.catalogue, year, entity)
    found: dict[str, tuple[Correction, ...]] = {}
    for finding in audit(claims, Facts(data.catalogue, data.observations), year, entity):
        claim = finding.claim
        if finding.verdict in CORRECTED and finding.signature and claim.value is not None and claim.unit is not None:
            one = Correction(
                claim.id, claim.place, claim.printed, claim.value, claim.unit,
                str(finding.verdict), finding.evidence, finding.reads,
            )  # fmt: skip
            found[finding.signature] = (*found.get(finding.signature, ()), one)
    return found
