"""An audit as CSV: one claim, one row, in the order of the document."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.audit.exceptions import Review

COLUMNS = (
    "id", "place", "printed", "value", "unit", "qualifier", "recomputed", "difference", "verdict", "status",
    "evidence", "route_1", "route_2", "expression", "document", "line",
)  # fmt: skip


def write_row(cells: Sequence[object]) -> str:
    """Write one row, without its line end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def audit_csv(review: Review) -> str:
    """Write every finding."""
    rows = [write_row(COLUMNS)]
    for finding in review.audit:
        claim = finding.claim
        forward, backward = finding.routes[:1], finding.routes[1:]
        rows.append(write_row([
            claim.id, claim.place, claim.printed, "" if claim.value is None else f"{claim.value:f}",
            "" if claim.unit is None else claim.unit.code, str(claim.qualifier), finding.recomputed,
            finding.difference, str(finding.verdict), review.status(finding), finding.evidence,
            "".join(forward), "；".join(backward), claim.expression, claim.document, claim.line or "",
        ]))  # fmt: skip
    return "\n".join([*rows, ""])
