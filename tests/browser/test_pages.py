"""A page in a browser, with the network cable out: wide and narrow, light and dark, by mouse, keyboard and touch."""

from __future__ import annotations

import pytest
from lxml import html

from helpers.building import pages
from helpers.building.information import Book
from helpers.building.overview import ListedKind, ListedReport, overview_page
from helpers.writing.blocks import Prose
from support import notebooks

WIDE, PHONE = 1280, 390
HEIGHT = 844
OWN = ("file:", "data:")
PINNED = "#popover:not([hidden])"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write a report's pages as a build lays them out."""
    root = tmp_path_factory.mktemp("report")
    (root / "chapters").mkdir()
    figure = pages.KeyFigure(label="在校生数", value=(notebooks.run(notebooks.ENROLMENT),))
    files = {
        "chapters/00-preface.html": pages.chapter_page(notebooks.preface()),
        "chapters/01-basic-conditions.html": pages.chapter_page(notebooks.basic_conditions()),
        "chapters/02-student-development.html": pages.chapter_page(notebooks.outcomes()),
        "report.html": pages.report_page(notebooks.report()),
        "index.html": pages.index_page(
            Book.model_validate(notebooks.bundle("01")),
            groups=[pages.KeyFigureGroup(title="主要指标", figures=(figure,))],
            downloads=[pages.Download(label="全书（网页）", href="report.html")],
            cards=notebooks.by_id(notebooks.ENROLMENT),
        ),
    }
    report = ListedReport(slug="sample", name="清江市", parent="", has_pages=True, has_book=True, gaps=3)
    school = ListedReport(
        slug="school", name="清江市第一职业学校", parent="清江", has_pages=True, has_book=False, gaps=None
    )
    kinds = [ListedKind(label="市", reports=(report,)), ListedKind(label="学校", reports=(school,))]
    files["overview.html"] = overview_page(2030, kinds)
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def opened(browser, folder):
    """Return a function that opens a page and notes what goes wrong in it."""
    contexts, wrong = [], []

    def open_page(name="chapters/01-basic-conditions.html", width=WIDE, scheme="light", **options):
        context = browser.new_context(
            locale="zh-CN",
            offline=True,
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            has_touch=width == PHONE,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(OWN) else wrong.append(request.url))
        page.goto((folder / name).as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def inside_viewport(page, selector):
    """Say whether an element is wholly in view from side to side."""
    box = page.locator(selector).bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


def violations(page, axe_source):
    """Return what axe-core finds, one line a rule."""
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]


@pytest.mark.parametrize("width", [WIDE, PHONE, 320])
@pytest.mark.parametrize("name", ["chapters/01-basic-conditions.html", "report.html", "index.html", "overview.html"])
def test_a_page_is_never_wider_than_the_screen(opened, name, width):
    """Wide tables scroll by themselves; with the annex and the data tables open, too."""
    page = opened(name, width)
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("name", ["chapters/01-basic-conditions.html", "report.html", "index.html"])
def test_axe_finds_nothing(opened, axe_source, name, width, scheme):
    """With everything unfolded, and a card open."""
    page = opened(name, width, scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true; })")
    page.locator("a.fact").first.click()
    page.locator(PINNED).wait_for()

    assert violations(page, axe_source) == []


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (PHONE, "light")])
def test_axe_finds_nothing_in_the_index_over_many_reports(opened, axe_source, width, scheme):
    """It has tables, and no cards."""
    page = opened("overview.html", width, scheme)

    assert page.locator("h1").count() == 1
    assert page.locator("tbody a").count() == 3
    assert violations(page, axe_source) == []


@pytest.mark.parametrize("width", [WIDE, PHONE, 320])
def test_a_mark_in_prose_stands_between_its_number_and_the_next_words(browser, width):
    """As a superscript of its own width: neither over the next character nor in the margin, wherever the line ends."""
    corrected = notebooks.card("master_share", "硕士占比", "14.87%", published="表5作14.86%")
    parts = [part for _ in range(12) for part in ("全市占", notebooks.run(corrected), "，提高")]
    prose = Prose(paragraphs=(notebooks.sentence(*parts),), cards=notebooks.by_id(corrected))
    text = pages.chapter_page(notebooks.notebook("00", notebooks.shows(prose, "introduction")))
    context = browser.new_context(locale="zh-CN", offline=True, viewport={"width": width, "height": HEIGHT})
    page = context.new_page()
    page.set_content(text)
    places = page.evaluate(
        """() => [...document.querySelectorAll(".prose .mark")].map(mark => {
            const next = document.createRange();
            next.setStart(mark.parentElement.nextSibling, 0);
            next.setEnd(mark.parentElement.nextSibling, 1);
            const own = mark.getBoundingClientRect(), other = next.getBoundingClientRect();
            const column = mark.closest("p").getBoundingClientRect();
            const beside = other.top < own.bottom && other.bottom > own.top;
            return {over: beside && other.left < own.right - 0.5, outside: own.right > column.right + 0.5};
        })"""
    )
    context.close()

    assert len(places) == 12
    assert [place for place in places if place["over"] or place["outside"]] == []


def test_hovering_shows_the_card_and_leaving_hides_it(opened):
    """The pointer may move into the card meanwhile."""
    page = opened()
    fact = page.locator("a.fact", has_text="8.15%").first
    fact.hover()
    page.locator(PINNED).wait_for()
    assert fact.get_attribute("aria-expanded") == "true"
    assert "（98421人 − 91007人） ÷ 91007人 = 8.15%" in page.locator("#popover").inner_text()

    page.locator("#popover .value").hover()
    page.wait_for_timeout(600)
    assert page.locator("#popover").is_visible()

    page.mouse.move(2, 2)
    page.locator("#popover").wait_for(state="hidden")
    assert fact.get_attribute("aria-expanded") == "false"


def test_the_keyboard_reaches_the_card(opened):
    """Focus shows it, Escape hides it, Enter goes in, Escape comes back, and Tab goes on."""
    page = opened()
    first, second = page.locator("a.fact").nth(0), page.locator("a.fact").nth(1)
    page.locator("main").focus()
    page.keyboard.press("Tab")
    assert first.evaluate("fact => fact === document.activeElement")
    page.locator(PINNED).wait_for()
    described = first.get_attribute("aria-describedby").split()
    assert "学校数" in " ".join(page.locator(f"#{name}").inner_text() for name in described)

    page.keyboard.press("Escape")
    assert page.locator("#popover").is_hidden()
    assert first.get_attribute("aria-describedby") is None

    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "popover"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "在数字卡附录中查看"
    page.keyboard.press("Escape")
    assert page.locator("#popover").is_hidden()
    assert first.evaluate("fact => fact === document.activeElement")

    page.keyboard.press("Tab")
    assert second.evaluate("fact => fact === document.activeElement")
    assert second.get_attribute("aria-expanded") == "true"
    assert first.get_attribute("aria-expanded") == "false"


def test_a_tap_opens_the_card_within_the_screen(opened):
    """Wherever the number stands; another tap beside the card closes it."""
    page = opened(width=PHONE)
    for fact in page.locator(":is(.prose, #table-1, .case) a.fact").all():
        fact.tap()
        page.locator(PINNED).wait_for()
        assert inside_viewport(page, "#popover")

        box = page.locator("#popover").bounding_box()
        below = HEIGHT - box["y"] - box["height"]
        page.touchscreen.tap(PHONE - 2, HEIGHT - below / 2 if below > box["y"] else box["y"] / 2)
        page.locator("#popover").wait_for(state="hidden")


def test_a_card_has_a_button_that_closes_it(opened):
    """Who cannot press Escape may not find the way out otherwise."""
    page = opened(width=PHONE)
    page.locator("a.fact").first.tap()
    page.locator("#popover button").tap()

    page.locator("#popover").wait_for(state="hidden")


def test_a_card_leads_to_the_annex(opened):
    """Which unfolds for it."""
    page = opened()
    page.locator("a.fact").first.click()
    assert not page.locator(".annex details").evaluate("details => details.open")
    page.locator("#popover a").click()

    page.locator("#card-schools-2030-sample-all .value").wait_for()
    assert page.evaluate("decodeURIComponent(location.hash)") == "#card-schools-2030-sample-all"
    assert page.locator("#popover").is_hidden()


def test_without_a_script_a_number_leads_to_its_card(opened):
    """The page works, only less conveniently."""
    page = opened(java_script_enabled=False)
    page.locator("a.fact").first.click()

    assert page.url.endswith("#card-schools-2030-sample-all")
    assert page.locator("#card-schools-2030-sample-all .value").is_visible()


def test_a_link_from_elsewhere_opens_the_annex(opened, folder):
    """Someone may send the address of a card."""
    page = opened()
    page.goto((folder / "chapters/01-basic-conditions.html").as_uri() + "#card-schools-2030-sample-all")
    page.reload()

    page.locator("#card-schools-2030-sample-all .value").wait_for()


def test_the_contents_fold_on_a_phone(opened):
    """And stand beside the text on a wide screen."""
    assert opened(width=PHONE).locator(".contents ol").first.is_hidden()
    assert opened(width=WIDE).locator(".contents ol").first.is_visible()


def test_a_table_takes_the_focus_only_where_it_scrolls(opened):
    """Otherwise the keyboard would stop at every table for nothing."""
    narrow = opened(width=PHONE).locator("#table-2 .scroll")
    wide = opened(width=WIDE).locator("#table-2 .scroll")

    assert (narrow.get_attribute("tabindex"), narrow.get_attribute("role")) == ("0", "region")
    assert (wide.get_attribute("tabindex"), wide.get_attribute("role")) == (None, "group")


def test_chapters_lead_to_each_other(opened):
    """By links that work from a folder on a disk."""
    page = opened("index.html")
    page.locator("nav a", has_text="设施设备").click()
    assert page.url.endswith("chapters/01-basic-conditions.html#section-1-2")
    page.locator("a.next").click()
    assert page.locator("h1").inner_text().endswith("学生发展")
    page.locator("header a").click()
    assert page.url.endswith("index.html")


def test_every_bold_character_is_in_the_bold_cut(opened, folder):
    """Else it would be drawn by another typeface."""
    script = """() => {
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const bold = new Set();
        while (walk.nextNode()) {
            const parent = walk.currentNode.parentElement;
            if (parent.closest("script, style") || getComputedStyle(parent).fontWeight < 600) continue;
            for (const letter of walk.currentNode.textContent) bold.add(letter);
        }
        return [...bold];
    }"""
    for name in ("chapters/01-basic-conditions.html", "index.html", "report.html"):
        page = opened(name)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        text = (folder / name).read_text(encoding="utf-8")
        body = html.tostring(html.document_fromstring(text).find("body"), encoding="unicode")
        _, bold = pages.characters(body.split("<script>")[0])
        shown = {letter for letter in page.evaluate(script) if letter.isprintable()}

        assert shown <= bold | pages.ALWAYS, name


def test_on_paper_only_the_report_remains(opened):
    """No contents, no buttons; links are words."""
    page = opened()
    page.emulate_media(media="print")

    for selector in (".contents", ".onward", ".skip", ".annex", "header"):
        assert page.locator(selector).first.is_hidden(), selector
    assert page.locator("a.fact").first.evaluate("fact => getComputedStyle(fact).textDecorationLine") == "none"
