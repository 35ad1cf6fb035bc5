"""Claims about the small project's report. Every number in them is INVENTED, for tests only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.audit.claims import CLAIM_COLUMNS, Claims, read_claims
from helpers.audit.tables import write_row
from helpers.audit.verdicts import audit
from helpers.formulas import Facts
from helpers.loading import load_data
from support.small_project import make_project

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.audit.findings import Audit, Finding


def claim_rows(*claims: dict[str, str]) -> str:
    """Write claims as a file; what a claim does not name is filled in."""
    rows = [",".join(CLAIM_COLUMNS)]
    for number, claim in enumerate(claims, 1):
        filled = {
            "id": f"1.1-{number:03}", "entity": "river", "document": "yearbook", "place": f"1.1 第{number}段",
            "line": str(number), "printed": claim.get("value", "") or "陈述",
        } | claim  # fmt: skip
        rows.append(write_row([filled.get(column, "") for column in CLAIM_COLUMNS]))
    return "\n".join(rows) + "\n"


def load(root: Path, *claims: dict[str, str], **replacements: str) -> tuple[Claims, Facts]:
    """Return claims and the facts of the small project below ``root``."""
    project = make_project(root, **replacements)
    catalogue, observations = load_data(project)
    path = project.data / "published" / "2020.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(claim_rows(*claims), encoding="utf-8")
    read = read_claims(project, catalogue, path, 2020)
    return Claims({claim.id: claim for claim in read}), Facts(catalogue, observations)


def audit_claims(root: Path, *claims: dict[str, str], **replacements: str) -> Audit:
    """Audit claims against the small project."""
    return audit(*load(root, *claims, **replacements), 2020, "river")


def finding(root: Path, *claims: dict[str, str], **replacements: str) -> Finding:
    """Audit claims and return what was found on the first."""
    return next(iter(audit_claims(root, *claims, **replacements)))
