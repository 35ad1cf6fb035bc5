"""The browser and the accessibility checker that other tests rely on really see something."""

from __future__ import annotations

import pytest

import system_tools

FLAWED_PAGE = """
<!doctype html><html lang="zh-CN"><title>页</title><main><h1>题</h1><img src="data:,"></main></html>
"""


def test_the_accessibility_checker_finds_a_picture_without_alternative_text(page, axe_source):
    """A checker that never complains would pass every page."""
    page.set_content(FLAWED_PAGE)
    page.evaluate(axe_source)

    violations = page.evaluate("async () => (await axe.run()).violations.map(violation => violation.id)")

    assert violations == ["image-alt"]


def test_the_browser_has_no_network(page):
    """A page that fetches anything from outside fails its test."""
    from playwright.sync_api import Error  # noqa: PLC0415  half a second, only where a browser is used

    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("http://localhost:9/")


@pytest.fixture
def bare_system(monkeypatch):
    """Pretend that no tool is there and nothing may be installed."""
    monkeypatch.setattr(system_tools, "find_chromium", lambda: None)
    monkeypatch.setattr(system_tools, "find_libatomic", lambda: None)
    monkeypatch.setattr(system_tools, "find_pdftoppm", lambda: None)
    monkeypatch.setattr(system_tools, "may_install", lambda: False)


def test_a_missing_tool_is_named_in_one_line_and_skips_its_tests(bare_system, monkeypatch, capsys):  # noqa: ARG001
    """A contributor without a browser still runs the other tests."""
    monkeypatch.delenv("CI", raising=False)

    assert system_tools.main() == 0
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "apt-get install chromium libatomic1 poppler-utils" in message


def test_a_missing_tool_is_an_error_under_ci(bare_system, monkeypatch):  # noqa: ARG001
    """Skipped tests would look like passed ones."""
    monkeypatch.setenv("CI", "true")

    assert system_tools.main() == 1
