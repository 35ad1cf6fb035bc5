"""The real pages of 2020 in a browser with the network cable out, wide and on a phone."""

from __future__ import annotations

import pytest

PAGES = (
    "index", "chapters/00-preface", "chapters/01-basic-conditions", "chapters/02-student-development",
    "chapters/03-quality-assurance", "chapters/04-school-enterprise-cooperation", "chapters/05-social-contribution",
    "chapters/06-government-responsibility", "chapters/07-innovation", "chapters/08-party-building",
    "chapters/09-problems-and-measures", "chapters/10-outlook",
)  # fmt: skip
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.slow
@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_real_page_is_whole(browser, axe_source, fresh_report, name, viewport, scheme):
    """No console error, no request, no horizontal overflow, no violation that axe-core knows."""
    wrong = []
    context = browser.new_context(locale="zh-CN", offline=True, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    page.goto((fresh_report / f"{name}.html").as_uri())
    page.evaluate("document.fonts.ready")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    context.close()

    assert wrong == []
    assert width <= viewport["width"]
    assert [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found] == []


@pytest.mark.parametrize("name", PAGES[1:4])
def test_a_card_opens_by_hover_focus_and_tap(browser, fresh_report, name):
    """The first number of each of three real chapters."""
    context = browser.new_context(locale="zh-CN", offline=True, viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto((fresh_report / f"{name}.html").as_uri())
    fact, popover = page.locator("a.fact").first, page.locator("#popover")
    shown = []
    for way in (fact.hover, fact.focus, fact.tap):
        way()
        popover.wait_for(state="visible", timeout=5000)
        shown.append(popover.inner_text())
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        popover.wait_for(state="hidden", timeout=5000)
    context.close()

    assert all("来源" in text or "算法" in text for text in shown)
