"""Change one number of the report's transcription: the audit notices whatever arithmetic or repetition can reveal.

Which changes those are is computed by another program (:mod:`support.oracle`): in floating point, from the expressions
alone, with every rounded input moved to and fro within its last digit.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from helpers.audit.claims import Claims, load_claims
from helpers.audit.findings import AMISS, Verdict
from helpers.audit.verdicts import audit
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.observations import Observations
from helpers.paths import Project
from support.oracle import Oracle

SHOWN = {*AMISS, Verdict.ROUNDING}
PERTURBATIONS = 6
NO_ARITHMETIC = ("base", "named", "listed", "attainable")
"""Functions that the oracle does not compute: names, and whole numbers behind shares."""


@dataclass
class Document:
    """The report as transcribed, its audit, and what the oracle says of it."""

    catalogue: object
    observations: Observations
    claims: Claims
    told: dict
    sound: dict
    readers: dict
    citing: dict

    def audit(self, claims, observations):
        """Return the verdict and the discrepancy of every claim."""
        found = audit(claims, Facts(self.catalogue, observations), 2020, "hangzhou")
        return {finding.claim.id: (finding.verdict, finding.discrepancy) for finding in found}


@dataclass
class Mutation:
    """Some other value of a claim, of a row, or of both."""

    claim: object = None
    key: object = None
    value: Decimal = Decimal(0)
    row_value: Decimal | None = None


@pytest.fixture(scope="module")
def document(project_root):
    """Audit the report as it is, twice."""
    project = Project(project_root)
    catalogue, observations = load_data(project)
    claims = load_claims(project, catalogue, 2020, "hangzhou")
    found = Document(catalogue, observations, claims, {}, {}, {}, {})
    found.told = found.audit(claims, observations)
    for claim in claims:
        if not claim.expression or any(f"{name}(" in claim.expression for name in NO_ARITHMETIC):
            continue
        oracle = Oracle(catalogue, observations, claims)
        found.sound[claim.id] = oracle.holds(claim)
        for key in oracle.reads:
            found.readers.setdefault(key, []).append(claim)
        for other in claims:
            if f'claim("{other.id}")' in claim.expression:
                found.citing.setdefault(other.id, []).append(claim)
    return found


def test_the_oracle_and_the_audit_agree_on_the_unchanged_report(document):
    """What the one calls sound the other confirms, or at most explains by rounding."""
    unlike = []
    for name, sound in document.sound.items():
        verdict = document.told[name][0]
        amiss = verdict in {Verdict.ERROR, Verdict.UNIT, Verdict.AMBIGUOUS}
        wrong_statement = verdict is Verdict.WORDING and document.claims.by_id[name].is_statement
        if sound == (amiss or wrong_statement) and verdict is not Verdict.ROUNDING:
            unlike.append(f"{name}: {verdict}, the oracle says {sound}")

    assert unlike == []


def other_value(value, chance):
    """Return a value with one digit changed, printed with the same decimals."""
    digits = list(f"{abs(value):f}")
    places = [place for place, digit in enumerate(digits) if digit.isdigit()]
    place = chance.choice(places)
    digits[place] = chance.choice([digit for digit in "0123456789" if digit != digits[place]])
    return Decimal("".join(digits)).copy_sign(value)


def mutate(document, chance):
    """Choose what to change: a printed number, a row, or a row and one place that prints it."""
    kind = chance.choice(("printed", "row", "both"))
    numbers = [claim for claim in document.claims if claim.value is not None]
    rows = [row for row in document.observations if row.source.startswith("hangzhou_") and row.value is not None]
    if kind == "printed":
        claim = chance.choice(numbers)
        return Mutation(claim=claim, value=other_value(claim.value, chance))
    if kind == "row":
        row = chance.choice(rows)
        return Mutation(key=row.key, row_value=other_value(row.value, chance))
    bare = [(claim, row) for row in rows for claim in document.readers.get(row.key, []) if is_bare(claim, row)]
    claim, row = chance.choice(bare)
    value = other_value(claim.value, chance)
    factor = claim.unit.factor / document.catalogue.units[row.unit].factor
    return Mutation(claim, row.key, value, value * factor)


def is_bare(claim, row):
    """Whether a claim prints just this row."""
    name = row.key.indicator
    alone = claim.expression == name or (
        claim.expression.startswith(f"{name}(") and claim.expression.count("(") == 1 and claim.expression.endswith(")")
    )
    return alone and claim.value is not None


def is_revealable(document, mutation):
    """Whether some claim that held does so no longer, however the rounded inputs may have been."""
    affected = {}
    if mutation.claim is not None:
        affected[mutation.claim.id] = mutation.claim
        affected |= {claim.id: claim for claim in document.citing.get(mutation.claim.id, [])}
    if mutation.key is not None:
        affected |= {claim.id: claim for claim in document.readers.get(mutation.key, [])}
    changed = {} if mutation.key is None else {mutation.key: mutation.row_value}
    printed = {} if mutation.claim is None else {mutation.claim.id: mutation.value}
    for name, claim in affected.items():
        if not document.sound.get(name):
            continue
        noises = [None, *(random.Random(seed) for seed in range(PERTURBATIONS))]  # noqa: S311 - a test's own dice
        parts = (document.catalogue, document.observations, document.claims)
        oracles = [Oracle(*parts, changed=changed, printed=printed, noise=noise) for noise in noises]
        if not any(oracle.holds(claim) for oracle in oracles):
            return True
    return False


def is_noticed(document, mutation):
    """Whether the audit says something that it did not say of the unchanged report, or misses a known finding."""
    claims, observations = document.claims, document.observations
    if mutation.claim is not None:
        changed = replace(mutation.claim, value=mutation.value)
        claims = Claims({**claims.by_id, changed.id: changed})
    if mutation.key is not None:
        store = observations._store
        row = replace(store.latest[mutation.key], value=mutation.row_value)
        observations = Observations(replace(store, latest={**store.latest, mutation.key: row}))
    now = document.audit(claims, observations)
    return any(
        now[name] != before and (now[name][0] in SHOWN or before[0] in AMISS) for name, before in document.told.items()
    )


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_the_audit_notices_what_can_be_noticed(document, count, capsys):
    """Every change that can be revealed is; the rate is printed."""
    chance = random.Random(20200931)  # noqa: S311 - seeded on purpose
    revealable = noticed = beyond = 0
    missed = []
    for _ in range(count):
        mutation = mutate(document, chance)
        can, does = is_revealable(document, mutation), is_noticed(document, mutation)
        revealable += can
        noticed += can and does
        beyond += does and not can
        if can and not does:
            missed.append(
                f"{mutation.claim and mutation.claim.id} {mutation.key}: {mutation.value} {mutation.row_value}"
            )

    with capsys.disabled():
        print(f"\n{count} changes: {revealable} can be revealed, {noticed} noticed, {beyond} noticed beyond")  # noqa: T201
    assert missed == []
    assert revealable > count / 2
