"""``audit``: a published report against the data, and against itself."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer looks at it
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import FAILED, Entity, Year, app

if TYPE_CHECKING:
    from helpers.audit.exceptions import Review
    from helpers.audit.findings import Verdict

NEVER = "never"


@app.command()
def audit(
    year: Year = 2020,
    entity: Entity = "hangzhou",
    verdict: Annotated[
        list[str] | None, typer.Option(help="Show only this verdict; may be repeated. By default all that is amiss.")
    ] = None,
    fail_on: Annotated[
        str, typer.Option(help="Fail on unsettled findings of this verdict or a worse one; 'never' only tells.")
    ] = "error",
    claims: Annotated[Path | None, typer.Option(help="A file of claims in place of data/published/YEAR.csv.")] = None,
) -> None:
    """Audit a published report: every number and statement that it prints, recomputed.

    Example: nianbao audit --year 2020 --verdict error --verdict unit
    """
    from helpers.audit.service import audit_file, audit_report  # noqa: PLC0415 - heavy
    from helpers.errors import ParameterError  # noqa: PLC0415
    from helpers.loading import load_data  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    shown, failing = _verdicts(verdict), _worse_than(fail_on)
    project = find_project()
    catalogue, observations = load_data(project)
    catalogue.entity(entity)
    if claims is not None and not claims.exists():
        message = f"no file {claims}"
        raise ParameterError(message)
    if claims is None:
        review = audit_report(project, catalogue, observations, year=year, entity=entity)
    else:
        review = audit_file(project, catalogue, observations, claims, year=year, entity=entity)
    if not review.audit:
        message = f"no claims on {entity} in data/published/{year}.csv; transcribe what the report prints"
        raise ParameterError(message)
    _show(review, shown)
    unsettled = review.unsettled(failing)
    for problem in review.stale:
        typer.echo(f"STALE  {problem}")
    typer.echo(_summary(review))
    if unsettled or (review.stale and claims is None):
        raise typer.Exit(FAILED)


@app.command("claims")
def propose_claims(
    draft: Annotated[Path, typer.Argument(help="The draft of a report: a Word document (.docx), or plain text.")],
    year: Year = 2020,
    entity: Entity = "hangzhou",
    output: Annotated[
        Path | None, typer.Option(help="The file to write; the draft's name with .csv by default.")
    ] = None,
) -> None:
    """Propose claims for a draft, for `audit --claims`: each number, and what the words say of several of them.

    Example: nianbao claims 杭州2021.docx --year 2021
    """
    from helpers.audit.mentions import read_draft  # noqa: PLC0415 - heavy
    from helpers.audit.proposals import claims_csv  # noqa: PLC0415
    from helpers.audit.service import propose_claims as propose  # noqa: PLC0415
    from helpers.errors import ParameterError  # noqa: PLC0415
    from helpers.loading import load_data  # noqa: PLC0415
    from helpers.paths import find_project  # noqa: PLC0415

    path = output or draft.with_suffix(".csv")
    if not draft.is_file():
        message = f"no file {draft}"
        raise ParameterError(message)
    if path.exists():
        message = f"{path} is there already, perhaps with expressions of yours; remove it, or name another --output"
        raise ParameterError(message)
    catalogue, observations = load_data(find_project())
    catalogue.entity(entity)
    found = read_draft(draft, catalogue.units)
    proposed, agreeing = propose(catalogue, observations, found, year=year, entity=entity)
    path.write_text(claims_csv([*proposed, *agreeing]), encoding="utf-8-sig", newline="\n")
    given = sum(bool(claim.expression) for claim in proposed)
    passed = ", ".join(f"{count} {kind}" for kind, count in found.passed_over.items())
    typer.echo(
        f"{len(proposed)} numbers: {given} with an expression, {len(proposed) - given} to be completed; "
        f"{len(agreeing)} statement{'' if len(agreeing) == 1 else 's'} of how they agree with one another; "
        f"{found.passed_over.total()} numerals passed over{': ' if passed else ''}{passed}"
    )
    typer.echo(f"complete {path}, then: nianbao audit --year {year} --entity {entity} --claims {path}")


def _verdicts(names: list[str] | None) -> set[Verdict]:
    from helpers.audit.findings import AMISS, Verdict  # noqa: PLC0415

    if not names:
        return {Verdict.ROUNDING, *AMISS}
    return {Verdict(_known(name)) for name in names}


def _worse_than(name: str) -> set[Verdict]:
    """Return a verdict and all that are worse."""
    from helpers.audit.findings import Verdict  # noqa: PLC0415

    if name == NEVER:
        return set()
    order = list(Verdict)
    return set(order[order.index(Verdict(_known(name))) :])


def _known(name: str) -> str:
    from helpers.audit.findings import Verdict  # noqa: PLC0415
    from helpers.errors import ParameterError, nearest  # noqa: PLC0415

    verdicts = [str(verdict) for verdict in Verdict]
    if name not in verdicts:
        message = f"unknown verdict {name!r}; {nearest(name, verdicts)} (verdicts: {', '.join(verdicts)})"
        raise ParameterError(message)
    return name


def _show(review: Review, shown: set[Verdict]) -> None:
    """Print the findings as a table as wide as the terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from helpers.audit.groups import grouped  # noqa: PLC0415

    table = Table(show_lines=True)
    for heading in ("claim", "verdict", "printed", "recomputed\n(difference)", "evidence"):
        table.add_column(heading, style="bold" if heading == "claim" else "", overflow="fold")
    for group in grouped(finding for finding in review.audit if finding.verdict in shown):
        first, last = group.first, group.findings[-1]
        status = review.status(first)
        verdict = f"{group.verdict}\n({status})" if status else str(group.verdict)
        name = first.claim.id if group.is_single else f"{first.claim.id} … {last.claim.id}"
        recomputed = first.recomputed if group.is_single else ""
        if recomputed and first.difference not in {"", "0"}:
            recomputed += f"\n({first.difference})"
        table.add_row(f"{name}\n{group.place}", verdict, group.printed, recomputed, group.evidence)
    if table.row_count:
        Console(highlight=False, markup=False).print(table)


def _summary(review: Review) -> str:
    from helpers.audit.findings import AMISS, Verdict  # noqa: PLC0415

    counts = review.audit.counts
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
    amiss = sum(counts[verdict] for verdict in AMISS)
    settled = amiss - len(review.unsettled(set(AMISS)))
    return f"{len(review.audit)} claims: {told}; {settled} of {amiss} amiss are settled, {len(review.stale)} stale"
