"""One report's audit, from its files: what commands, pages and chapters ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.audit.claims import Claims, load_claims, read_claims
from helpers.audit.exceptions import Review, load_exceptions, review
from helpers.audit.verdicts import audit
from helpers.formulas import Facts

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project


def audit_report(
    project: Project,
    catalogue: Catalogue,
    observations: Observations,
    *,
    year: int,
    entity: str,
    file: Path | None = None,
) -> Review:
    """Audit the report of one year on one entity; ``file`` holds other claims than those on record.

    Raises
    ------
    DataError
        The claims or the known findings do not validate.
    FormulaError, UnknownNameError
        An expression cannot be read.
    """
    if file is None:
        claims = load_claims(project, catalogue, year, entity)
    else:
        claims = Claims({claim.id: claim for claim in read_claims(project, catalogue, file, year)})
    found = audit(claims, Facts(catalogue, observations), year, entity)
    return review(found, load_exceptions(project))
