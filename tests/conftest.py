"""What tests share: a browser without a network, the accessibility checker, the folder of the project."""

from __future__ import annotations

import signal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import system_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PROJECT_ROOT = Path(__file__).parent.parent


def required(tool: str, path: str | None) -> str:
    """Return ``path``; without one skip the test, but under CI fail it."""
    if path is not None:
        return path
    if system_tools.under_ci():
        pytest.fail(f"{tool} is missing, and under CI no test is skipped")
    pytest.skip(f"{tool} is missing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that opens a browser, so that `-m "not browser"` does without one."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the folder that holds pyproject.toml."""
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def pdftoppm() -> str:
    """Return the path of poppler's pdftoppm."""
    return required("pdftoppm", system_tools.find_pdftoppm())


@pytest.fixture(scope="session")
def axe_source() -> str:
    """Return the script of axe-core, for ``page.evaluate``."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for one module of tests.

    Not for the session: Playwright's synchronous interface keeps an event loop running in this thread, and code under
    test that calls ``asyncio.run`` would be refused as long as it does.
    """
    required("libatomic", system_tools.find_libatomic())
    chromium = required("Chromium", system_tools.find_chromium())
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  half a second, only where a browser is used

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page with the network cable out."""
    context = browser.new_context(locale="zh-CN", offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def interruptible():
    """Let the commands that a test starts be interrupted, although whoever started the tests (``&``) is not to be."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
