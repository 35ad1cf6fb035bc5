"""Known findings expect one discrepancy; when it is gone or another, the audit fails."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from helpers.audit.exceptions import load_exceptions, review
from helpers.cli import app
from helpers.errors import DataError, NianbaoError
from helpers.paths import Project
from support.small_claims import audit_claims, finding

WRONG = {"value": "45", "unit": "percent", "expression": "share(graduates, enrolment)"}
ENTRY = """\
- claim: 1.1-001
  year: 2020
  entity: river
  verdict: error
  status: kept
  expect: "印作45，算得35.45"
  reason: 测试
"""


def written(root, text):
    """Write known findings and read them back."""
    (root / "data" / "reference" / "exceptions.yml").write_text(text, encoding="utf-8")
    return load_exceptions(Project(root))


def test_a_known_finding_is_settled(tmp_path):
    """Its status stands beside it, and nothing is left to settle."""
    audit = audit_claims(tmp_path, WRONG)
    found = review(audit, written(tmp_path, ENTRY))

    assert found.stale == ()
    assert found.status(next(iter(audit))) == "kept"
    assert found.unsettled({next(iter(audit)).verdict}) == []


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (WRONG | {"value": "35"}, "expects error: 印作45，算得35.45; now it is confirmed; remove or renew the entry"),
        (WRONG | {"value": "46"}, "now it is error: 印作46，算得35.45"),
        (WRONG | {"id": "1.1-002"}, "no claim '1.1-001'; did you mean '1.1-002'?"),
    ],
)
def test_an_entry_is_stale_when_its_discrepancy_is_gone_or_another(tmp_path, claim, message):
    """The audit says what it expected and what it found."""
    audit = audit_claims(tmp_path, claim)
    found = review(audit, written(tmp_path, ENTRY))

    assert message in str(found.stale[0])
    assert len(found.unsettled(set(audit.counts))) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("status: kept", "status: kpt"), "entry 1, status"),
        (("verdict: error", "verdict: wrong"), "entry 1, verdict"),
        (("expect:", "expected:"), "entry 1, expect"),
        (("- claim:", "- claim: ["), "broken YAML"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, change, message):
    """With its entry and its key."""
    finding(tmp_path, WRONG)

    with pytest.raises(DataError) as caught:
        written(tmp_path, ENTRY.replace(*change))

    assert message in str(caught.value)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Return a function that runs `nianbao audit` on one wrong and one unit claim."""
    finding(tmp_path, WRONG, {"value": "32450", "unit": "ten_thousand_volumes", "expression": "books"})
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))

    def run(*words):
        return CliRunner().invoke(app, ["audit", "--entity", "river", *words])

    return run


def test_the_command_tells_and_fails_as_asked(command, tmp_path):
    """Unsettled findings of the named verdict or a worse one leave 1, settled ones 0."""
    assert command().exit_code == 1
    assert "2 claims: 0 confirmed" in command().output
    assert "0 of 2 amiss are settled" in command().output
    assert "印作45" in command("--verdict", "error").output
    assert "印作32450" not in command("--verdict", "error").output
    assert command("--fail-on", "never").exit_code == 0

    written(tmp_path, ENTRY)

    assert command().exit_code == 0
    assert command("--fail-on", "unit").exit_code == 1
    written(tmp_path, ENTRY.replace("35.45", "35.46"))
    assert command("--fail-on", "never").exit_code == 1
    assert "STALE  data/reference/exceptions.yml 2020 river 1.1-001" in command().output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--verdict", "eror"), "unknown verdict 'eror'; did you mean 'error'"),
        (("--fail-on", "worst"), "unknown verdict 'worst'"),
        (("--year", "2019"), "no claims on river in data/published/2019.csv"),
        (("--claims", "nowhere.csv"), "no file nowhere.csv"),
    ],
)
def test_a_mistaken_call_is_refused(command, words, message):
    """With what would be right."""
    result = command(*words)

    assert isinstance(result.exception, NianbaoError)
    assert message in str(result.exception)
