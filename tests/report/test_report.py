"""The report of 2020 against the published one: every number that a page prints stands here a second time.

The files in ``expected/`` were typed from the published report's text, independently of ``data/`` and ``reports/``;
what is marked 推算 there was computed by hand from published numbers, as the formula beside it says.
Where the publication errs or this report words a number in another way, the difference is listed below with its
reason; a listed difference that no longer exists fails, too.
"""

from __future__ import annotations

import csv
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
import yaml
from lxml import html

CHAPTERS = [f"{number:02}" for number in range(11)]
TABLES = {"01": range(1, 7), "02": range(7, 11), "05": [11]}
FIGURES = {"01": [1], "03": [2], "05": [3, 4]}
EXHIBITS = ("表", "图")  # places of facts.csv that are not running prose

TABLE_DEVIATIONS = {
    # (table, row, column): published, ours, why
    (5, "硕士研究生及以上", 4): ("14.86%", "14.87%", "misprint: 699/4702 is 14.866%, and the prose says 14.87%"),
    (5, "高中及以下", 4): ("-", "—", "the dash of an empty share"),
    (6, "中级", 4): ("42.37%", "42.36%", "misprint: 1992/4702 is 42.365% rounded down (42.36495%)"),
    (9, "杭州市建设职业学校", 2): ("初中学段", "初中", "the column's head already says 学段"),
    (10, "4", 2): ("“小荷包” 创新创业中心", "“小荷包”创新创业中心", "no space stands behind a quotation mark"),
    (11, "教育类", 4): ("3.4", "3.40", "two decimals like its column"),
}
POINT_COLUMNS = {(11, 4)}
"""Columns whose published % are percentage points (the audit says so); our head names the unit."""
HEADS = {
    # published: ours, which is as true of a city that falls short
    "超标数值": "与标准相差",
    "超标幅度": "相差幅度",
}
SERIES = {
    "双师型教师数量": "“双师型”教师数",
    "非双师型教师数量": "非“双师型”教师数",
    "2020年在校人数占比": "2020年在校学生人数占比",
    "2019年末从业人数占比": "2019年从业人数占比",
    "2020年全市中职毕业生就业分布": "直接就业毕业生产业构成",
    "2019年全市各产业生产总值": "地区生产总值产业构成",
}
CATEGORIES = {"文化艺术类、体育与健身类": "文化艺术类、体育与健身类、休闲保健类"}  # 表11 has the full name

FACT_DEVIATIONS = {
    # (chapter, what): our unit, why
    ("05", "第二产业比2019年减少"): ("个百分点", "a difference of two shares is in points, not per cent"),
    ("05", "第三产业比2019年增加"): ("个百分点", "a difference of two shares is in points, not per cent"),
}
ABSENT_FACTS = {
    ("03", "参与教师占专任教师总数"): "69% cannot be recomputed: 3465 of 4702 teachers are 73.69%",
    ("03", "临平职高增设（四个）"): "the case names the four programmes and counts only all ten",
    ("03", "乔司职高增设（三个）"): "the case names the three programmes and counts only all ten",
    ("03", "余杭商贸职高增设（两个）"): "the case names the two programmes and counts only all ten",
}
SAID_ONCE = {
    # (chapter, what): the publication says it a second time in the same chapter, this report does not
    ("04", "中职学校牵头成立的职教集团（再次）"),
    ("04", "市级示范性职业教育集团（再次）"),
    ("04", "省级示范性职业教育集团（再次）"),
}
TITLE_DEVIATIONS = {
    # published, ours; why: every other place of the report says 职业学校
    "杭州市开元商贸专业学校“实战场”": "杭州市开元商贸职业学校“实战场”",
}
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MARK = re.compile("余|约|近|以上|以内|个多")  # what stands at a number that the source gives roughly
PERSONS = {"名", "位", "人"}
SYNONYMS = {"个学周": "周", "个日子": "天"}
MEDALS = {"金": "medal=gold", "银": "medal=silver", "铜": "medal=bronze"}
NEVER_PRINTED = re.compile(
    r"(?<![A-Za-z])(?:None|nan|NaN|undefined|Missing|Traceback)(?![A-Za-z])|\{\{|\}\}|\{%|\[\[|\]\]|[\ue000-\uf8ff]"
)


def read_rows(path):
    """Read a CSV file as lists."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_records(path):
    """Read a CSV file as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pages(folder):
    """Return every page of a report by its name."""
    return {path.relative_to(folder).as_posix(): html.parse(str(path)).getroot() for path in folder.rglob("*.html")}


def words_of(page):
    """Return what a page shows, its styles and scripts left out."""
    return "".join(page.xpath("//body//text()[not(ancestor::style or ancestor::script)]"))


@pytest.fixture(scope="module")
def built_pages(fresh_report):
    """Return the pages of the fresh report, by name."""
    return pages(fresh_report)


@pytest.fixture(scope="module")
def chapter_pages(built_pages):
    """Return the page of each chapter, by its number."""
    return {name.removeprefix("chapters/")[:2]: page for name, page in built_pages.items() if "/" in name}


@pytest.fixture(scope="module")
def printed_facts(fresh_report):
    """Return the rows of facts.csv."""
    return read_records(fresh_report / "facts.csv")


@pytest.fixture(scope="module")
def entities(project_root):
    """Return the codes of places and schools, by their full names."""
    text = (project_root / "data/reference/entities.yml").read_text(encoding="utf-8")
    return {entity["name"]: code for code, entity in yaml.safe_load(text).items()}


# -- the committed files ---------------------------------------------------------------------------------------------


def committed(folder):
    """Return the small files that are under version control, by name."""
    files = [*folder.glob("tables/*.csv"), *folder.glob("figures/*.csv"), folder / "facts.csv"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_committed_files_are_those_of_a_fresh_build(fresh_report, project_root):
    """A number that moved shows as a changed line before it is committed."""
    ours, fresh = committed(project_root / "reports/2020/hangzhou"), committed(fresh_report)
    assert sorted(ours) == sorted(fresh)
    stale = [name for name in ours if ours[name] != fresh[name]]
    assert not stale, f"run `make report` and look at the difference: {stale}"


# -- tables and figures ----------------------------------------------------------------------------------------------


def bare_head(text):
    """Leave the unit out of a column's head."""
    return re.sub(r"（.*?）", "", text)


@pytest.mark.parametrize("number", range(1, 12))
def test_a_table_prints_the_published_cells(number, fresh_report, expected):
    """Every cell of the body, and the head that stands over it."""
    head, *body = read_rows(expected / f"table-{number:02}.csv")
    printed = read_rows(fresh_report / f"tables/table-{number:02}.csv")
    heads, ours = printed[: -len(body)], printed[-len(body) :]

    differing = {
        (number, row[0], column): (published, our_cell)
        for row, our_row in zip(body, ours, strict=True)
        for column, (cell, our_cell) in enumerate(zip(row, our_row, strict=True))
        if (published := cell.removesuffix("%") if (number, column) in POINT_COLUMNS else cell) != our_cell
    }
    accepted = {where: (said, ours) for where, (said, ours, _) in TABLE_DEVIATIONS.items() if where[0] == number}
    assert differing == accepted
    for column, wanted in enumerate(head):
        shown = "".join(dict.fromkeys(line[column] for line in heads))
        one, other = HEADS.get(wanted, bare_head(wanted)), bare_head(shown)
        assert one in other or other in one, f"column {column + 1}: {wanted} stands as {shown}"


@pytest.mark.parametrize("number", range(1, 5))
def test_a_figure_draws_the_published_numbers(number, fresh_report, expected):
    """The numbers behind the published charts, rounded to what ours shows."""
    drawn = {
        (row["series"], row["category"]): (row["value"], row["unit"])
        for row in read_records(fresh_report / f"figures/figure-{number:02}.csv")
    }
    for row in read_records(expected / f"figure-{number:02}.csv"):
        where = SERIES[row["series"]], CATEGORIES.get(row["category"], row["category"])
        value, unit = row["value"], row["unit"]
        if unit == "1":
            value, unit = f"{(Decimal(value) * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}", "%"
        assert drawn.pop(where) == (value, unit), where
    assert {series for series, _ in drawn} <= {"专业课教师数"}, "图1 adds the total that both parts make"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_tables_and_figures_stand_in_their_chapter_in_order(chapter, chapter_pages):
    """表1 to 表11, 图1 to 图4, each once, captioned, in the published order."""
    page = chapter_pages[chapter]
    for kind, sign, numbers in (("table", "表", TABLES), ("figure", "图", FIGURES)):
        wanted = [f"{kind}-{number}" for number in numbers.get(chapter, ())]
        found = [anchor for anchor in page.xpath("//@id") if re.fullmatch(rf"{kind}-\d+", anchor)]
        assert found == wanted
        for anchor in wanted:
            caption = page.get_element_by_id(anchor).xpath(".//*[contains(@class, 'caption')]")[0].text_content()
            assert re.match(rf"{sign}{anchor.rpartition('-')[2]}\s+\S", caption.strip()), caption


def test_the_tables_say_what_the_audit_found_missing(chapter_pages):
    """表11 shows all programmes, not some; 表3 says below it that it counts 职业高中 alone."""
    all_programmes = chapter_pages["05"].get_element_by_id("table-11").text_content()
    per_student = chapter_pages["01"].get_element_by_id("table-3").text_content()

    assert "中等职业教育专业与行业对比情况" in all_programmes
    assert "本表只计职业高中，不含技工学校、普通中专和成人中专。" in per_student


# -- the facts of each chapter ---------------------------------------------------------------------------------------


def says(fact, wanted, unit, entities):
    """Whether a row of facts.csv prints the number that was typed from the publication."""
    in_case = wanted["where"].startswith("案例")
    if fact["place"] != wanted["where"] if in_case else fact["place"].startswith(("案例", *EXHIBITS)):
        return False
    if wanted["entity"] and fact["entity"] != entities[wanted["entity"]]:
        return False
    if wanted["year"] and fact["year"] != wanted["year"]:
        return False
    if MARK.findall(fact["printed"]) != [wanted["mark"]] * bool(wanted["mark"]):
        return False
    return says_number(fact, wanted["value"]) and says_unit(fact, wanted["value"], unit)


def says_number(fact, text):
    """Whether the numbers are equal and no published decimal is missing."""
    wanted, ours = Decimal(text.partition(":")[0]), Decimal(fact["value"])
    return wanted == ours and wanted.as_tuple().exponent >= ours.as_tuple().exponent


def says_unit(fact, text, unit):
    """Whether a number stands in the published unit; behind a bare number the unit is one of the words."""
    _, ratio, second = text.partition(":")
    if ratio:
        return fact["unit"] == f":{second}"
    if unit in MEDALS:
        return MEDALS[unit] in fact["breakdown"].split(";")
    is_bare = fact["printed"].lstrip("约近第").isdigit() or not re.search(r"\d", fact["printed"])
    ours, unit = fact["unit"], SYNONYMS.get(unit, unit)
    return is_bare or ours == unit or {ours, unit} <= PERSONS


def lacking(wanted, candidates):
    """Pair each wanted number with a printed one of its own; return those left over (augmenting paths)."""
    taken = {}

    def place(index, seen):
        for candidate in candidates[index]:
            if candidate in seen:
                continue
            seen.add(candidate)
            if candidate not in taken or place(taken[candidate], seen):
                taken[candidate] = index
                return True
        return False

    return [wanted[index] for index in range(len(wanted)) if not place(index, set())]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_prints_every_published_number(chapter, printed_facts, entities, expected):
    """Each number of the published prose and cases has a printed number of its own, same value, same unit."""
    rows = read_records(expected / f"facts-{chapter}.csv")
    wanted = [row for row in rows if (chapter, row["what"]) not in ABSENT_FACTS]
    ours = [row for row in printed_facts if row["chapter"] == chapter]
    units = [FACT_DEVIATIONS.get((chapter, row["what"]), (row["unit"],))[0] for row in wanted]
    candidates = [
        [index for index, fact in enumerate(ours) if says(fact, row, unit, entities)]
        for row, unit in zip(wanted, units, strict=True)
    ]
    own = [index for index, row in enumerate(wanted) if (chapter, row["what"]) not in SAID_ONCE]
    left = lacking([wanted[index] for index in own], [candidates[index] for index in own])
    left += [row for row, found in zip(wanted, candidates, strict=True) if not found and row not in left]
    assert not left, "\n".join(f"{row['where']} {row['what']}: {row['value']}{row['unit']}" for row in left)


@pytest.mark.parametrize(("chapter", "what"), ABSENT_FACTS)
def test_a_published_number_that_cannot_stand_is_not_printed(chapter, what, printed_facts, entities, expected):
    """The list of what is left out names only what is left out."""
    [row] = [row for row in read_records(expected / f"facts-{chapter}.csv") if row["what"] == what]
    ours = [fact for fact in printed_facts if fact["chapter"] == chapter]
    assert not [fact for fact in ours if says(fact, row, row["unit"], entities)]


def test_listed_differences_name_what_the_publication_says(expected):
    """A reason for a number that nobody typed would hide a mistake."""
    typed = {(chapter, row["what"]) for chapter in CHAPTERS for row in read_records(expected / f"facts-{chapter}.csv")}
    assert {*FACT_DEVIATIONS, *ABSENT_FACTS, *SAID_ONCE} <= typed


# -- pages -----------------------------------------------------------------------------------------------------------


def test_every_fact_on_a_page_has_its_card_there(built_pages):
    """A number that a reader asks about answers on the same page, with that very number."""
    for name, page in built_pages.items():
        cards = {card.get("id"): card.xpath("./*[@class='value']")[0] for card in page.xpath("//article[@id]")}
        facts = page.xpath("//*[contains(concat(' ', @class, ' '), ' fact ')]")
        assert facts or re.search(r"0[08]|10|09|audit", name), name
        for fact in facts:
            card = fact.get("href", "").removeprefix("#")
            assert card in cards, f"{name}: {fact.text_content()} has no card"
            printed, value = fact.text_content(), cards[card].text_content()
            assert set(NUMBER.findall(printed)) <= set(NUMBER.findall(value)), f"{name}: {printed}, on its card {value}"


def test_every_row_of_facts_is_a_fact_on_its_page(printed_facts, chapter_pages):
    """facts.csv and the pages tell of the same numbers, figures apart: these are drawn."""
    for chapter in CHAPTERS:
        rows = [row for row in printed_facts if row["chapter"] == chapter and not row["place"].startswith("图")]
        drawn = chapter_pages[chapter].xpath("//figure//*[@class='fact']")
        links = chapter_pages[chapter].xpath("//a[@class='fact']")
        assert len(links) - len(drawn) == len(rows), chapter


def test_no_page_shows_the_insides_of_the_machine(built_pages):
    """None, nan, braces of a template, markers of the engine."""
    for name, page in built_pages.items():
        found = NEVER_PRINTED.search(words_of(page))
        assert not found, f"{name}: {found and words_of(page)[max(0, found.start() - 30) : found.end() + 30]}"


def test_no_cell_of_the_tables_of_2020_is_empty_or_lacking(built_pages):
    """The published report fills every cell."""
    for name, page in built_pages.items():
        for cell in page.xpath("//tbody//td | //tbody//th"):
            text = cell.text_content().strip()
            assert text, name
            assert text not in {"暂缺", "无数据"}, f"{name}: {cell.getparent().text_content()}"


def test_every_published_case_is_there_with_its_title(chapter_pages, expected):
    """案例1-1 to 案例7-12, in order, each in its chapter."""
    for chapter in CHAPTERS:
        wanted = [row for row in read_records(expected / "cases.csv") if row["number"].startswith(f"{int(chapter)}-")]
        titles = [
            " ".join(section.xpath("./h2|./h3|./h4")[0].text_content().split())
            for section in chapter_pages[chapter].xpath("//section[@class='case']")
        ]
        ours = [TITLE_DEVIATIONS.get(row["title"], row["title"]) for row in wanted]
        assert titles == [f"【案例{row['number']}】{title}" for row, title in zip(wanted, ours, strict=True)]
