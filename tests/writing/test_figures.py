"""Figures say what they draw, print what the text prints, and come out the same every time. All numbers are INVENTED."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.text import Text

from helpers.errors import SetupError, TemplateError
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.quantity import typographic
from helpers.writing import figures
from helpers.writing.blocks import Figure, GapList, read_block
from helpers.writing.figures import layout, theme
from helpers.writing.fonts import font_files, missing_glyphs
from helpers.writing.terms import Scene
from support.small_project import OBSERVATIONS, make_project, swap_years

CATALOGUE = """\
breakdowns:
  field:
    label: 专业类别
    total: true
    members:
      farming: 农林牧渔类
      arts: 文化艺术类、体育与健身类、休闲保健类
      building: 土木水利类
      trade: 财经商贸类
      health: 医药卫生类
      energy: 能源与新能源类
  contest:
    label: 赛事
    members: {national: 全国职业院校技能大赛, provincial: 全省中等职业学校职业能力大赛（学生职业素养类）创新创业大赛}
indicators:
  pupils_share: {label: 在校生占比, unit: percent, decimals: 2}
  workers_share: {label: 从业人数占比, unit: percent, decimals: 2}
  field_gap: {label: 差距, unit: percentage_point, decimals: 2, formula: pupils_share - workers_share(year=-1)}
  qualified: {label: “双师型”教师数, unit: person}
  unqualified: {label: 非“双师型”教师数, unit: person}
  prizes: {label: 奖牌数, unit: medal}
"""
MORE = """\
river,2020,pupils_share,,field=farming,3.1,percent,,final,yearbook,表3,
river,2020,pupils_share,,field=arts,30,percent,,final,yearbook,表3,
river,2020,pupils_share,,field=building,6.9,percent,,final,yearbook,表3,
river,2020,pupils_share,,field=trade,42.004,percent,,final,yearbook,表3,
river,2020,pupils_share,,field=health,17.996,percent,,final,yearbook,表3,
river,2020,pupils_share,,field=energy,0,percent,,final,yearbook,表3,
river,2019,workers_share,,field=farming,0.02,percent,,final,yearbook,表3,
river,2019,workers_share,,field=arts,5,percent,,final,yearbook,表3,
river,2019,workers_share,,field=building,51.98,percent,,final,yearbook,表3,
river,2019,workers_share,,field=trade,38,percent,,final,yearbook,表3,
river,2019,workers_share,,field=health,4.5,percent,,final,yearbook,表3,
river,2019,workers_share,,field=energy,0.5,percent,,final,yearbook,表3,
river,2019,qualified,,,60,person,,final,yearbook,表4,
river,2020,qualified,,,72,person,,final,yearbook,表4,
river,2019,unqualified,,,20,person,,final,yearbook,表4,
river,2020,unqualified,,,18,person,,final,yearbook,表4,
river,2020,prizes,,contest=national;medal=gold,1,medal,,final,yearbook,表5,
river,2020,prizes,,contest=provincial;medal=gold,4,medal,,final,yearbook,表5,
river,2020,prizes,,contest=provincial;medal=silver,11,medal,,final,yearbook,表5,
river,2019,schools,,school_kind=adult,2,school,,final,yearbook,表1,
river,2019,schools,,school_kind=high,2,school,,final,yearbook,表1,
river,2019,schools,,school_kind=skilled,2,school,,final,yearbook,表1,
"""
ALL = OBSERVATIONS + MORE


def make_scene(root, observations=ALL, catalogue=CATALOGUE, year=2020):
    """Return the small project with what figures need besides."""
    project = make_project(root, observations=observations)
    (project.reference / "catalogue" / "figures.yml").write_text(catalogue, encoding="utf-8")
    facts = Facts(*load_data(project))
    return Scene(facts, facts.catalogue.entities["river"], year)


def stacked(scene, number="图1"):
    """Draw parts of a whole over two years."""
    terms = [scene.term("qualified"), scene.term("unqualified")]
    return figures.bars_by_year(
        scene, number=number, title="{years}{entity}教师", terms=terms, stacked=True, total=scene.term("teachers")
    )


def one(scene, number="图示1-1"):
    """Draw one indicator over two years."""
    return figures.bars_by_year(scene, number=number, title="{years}在校生", terms=[scene.term("enrolment")])


def several(scene, number="图示1-2"):
    """Draw several indicators side by side."""
    terms = [scene.term("enrolment"), scene.term("graduates")]
    return figures.bars_by_year(scene, number=number, title="{years}规模", terms=terms)


def paired(scene, number="图2"):
    """Draw two terms over one breakdown."""
    left, right = scene.term("pupils_share"), scene.term("workers_share").previous
    return figures.paired_bars(scene, number=number, title="{short}对比", left=left, right=right, dimension="field")


def dumbbell(scene, number="图示3-1"):
    """Draw two terms and the gap between them."""
    left, right = scene.term("pupils_share"), scene.term("workers_share").previous
    gap = scene.term("field_gap")
    return figures.dumbbell(
        scene,
        number=number,
        title="匹配",
        left=left,
        right=right,
        dimension="field",
        gap=gap,
        labels=("学生", "从业者"),
    )


def bullet(scene, number="图示1-3"):
    """Draw indicators against their standards."""
    names = ("land_area_per_student", "books_per_student", "student_teacher_ratio")
    return figures.bullet(scene, number=number, title="{year}年达标", terms=[scene.term(name) for name in names])


def by_size(scene, number="图示3-2"):
    """Draw parts by size."""
    term = scene.term("pupils_share")
    return figures.ranked_bars(scene, number=number, title="专业", term=term, dimension="field")


def shares_now(scene, number="图3"):
    """Draw how parts divide a whole."""
    return figures.share_bar(scene, number=number, title="结构", term=scene.term("pupils_share"), dimension="field")


def shares_several_ways(scene, number="图示6-1"):
    """Draw how several breakdowns divide one whole; one without data has no bar."""
    term, dimensions = scene.term("schools"), ["school_kind", "field"]
    return figures.share_bars(scene, number=number, title="{entity}结构", term=term, dimensions=dimensions)


def shares_by_year(scene, number="图示1-4"):
    """Draw how parts divide a whole, over two years."""
    term = scene.term("schools")
    return figures.stacked_shares(scene, number=number, title="{years}结构", term=term, dimension="school_kind")


def counts(scene, number="图示2-1"):
    """Draw counts by two breakdowns."""
    term = scene.term("prizes")
    return figures.grouped_counts(scene, number=number, title="奖牌", term=term, dimension="contest", series="medal")


FORMS = [
    stacked,
    one,
    several,
    paired,
    dumbbell,
    bullet,
    by_size,
    shares_now,
    shares_several_ways,
    shares_by_year,
    counts,
]
every_form = pytest.mark.parametrize("form", FORMS)


def printed_texts(figure):
    """Return the texts in a picture: matplotlib notes each beside its outlines."""
    return re.findall(r"<!-- (.*?) -->", figure.svg, re.DOTALL)


@every_form
def test_each_value_is_told_with_a_card(tmp_path, form):
    """Every datum has a card of the block, and the alternative text speaks of the drawn numbers."""
    figure = form(make_scene(tmp_path))

    assert isinstance(figure, Figure)
    assert figure.data
    assert {datum.card for datum in figure.data} == set(figure.cards)
    told = [datum for datum in figure.data if f"{datum.value}{datum.unit}" in figure.alt]
    assert len(told) == len(figure.data) if len(figure.data) <= 8 else told
    assert figure.title in figure.alt
    assert figure.source
    assert read_block(figure.model_dump(mode="json") | {"kind": "figure"}) == figure


@every_form
def test_labels_on_the_picture_are_the_printed_strings(tmp_path, form):
    """What stands in the picture is what the text prints, digit by digit; zero shares of a bar have no place on it."""
    figure = form(make_scene(tmp_path))
    texts = "\n".join(printed_texts(figure))

    for datum in figure.data:
        assert typographic(datum.value) in texts or (form is shares_now and datum.value == "0.00")


@every_form
def test_the_same_data_give_the_same_bytes(tmp_path, form):
    """Twice in one process, and under a notebook's own settings of matplotlib, which stay as they were."""
    scene = make_scene(tmp_path)
    first = form(scene)
    with mpl.rc_context({"font.size": 31.0, "svg.hashsalt": "mine", "axes.facecolor": "red"}):
        second = form(scene)

        assert mpl.rcParams["font.size"] == 31.0

    assert second == first


@every_form
def test_no_texts_touch_and_none_leaves_the_picture(tmp_path, form, monkeypatch):
    """Long labels wrap, small segments have their numbers outside, and nothing overlaps or is cut off."""
    seen = []
    render = theme.render

    def look(figure, number):
        figure.draw_without_rendering()
        texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        seen.extend((text.get_text(), text.get_window_extent()) for text in texts)
        assert all(text.get_fontsize() >= 9 for text in texts)
        width, height = figure.get_size_inches() * 72
        for words, box in seen:
            assert box.x0 >= -0.5, words
            assert box.x1 <= width + 0.5, words
            assert box.y0 >= -0.5, words
            assert box.y1 <= height + 0.5, words
        return render(figure, number)

    monkeypatch.setattr(theme, "render", look)
    form(make_scene(tmp_path))

    # Boxes hold some air above and below the letters: those may meet.
    for (words, box), (others, other) in combinations(seen, 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        down = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across <= 0 or down <= 2.5, (words, others)


def test_pictures_can_share_a_page(tmp_path):
    """Ids differ between pictures, each reference finds its own, and no style sheet reaches beyond."""
    scene = make_scene(tmp_path)
    drawn = [form(scene).svg for form in FORMS]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawn]

    assert sum(map(len, ids)) == len(set().union(*ids))
    for svg, own in zip(drawn, ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)) != set()
        assert {a or b for a, b in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)} <= own
        assert svg.startswith("<svg ")
        assert not re.search(r"<\?xml|<!DOCTYPE|<style|<metadata|<text|role=", svg)


def test_ids_follow_from_the_number(tmp_path):
    """图1 and 图示1-1 are told apart."""
    scene = make_scene(tmp_path)

    assert 'id="figure-1-' in stacked(scene).svg
    assert 'id="chart-1-1-' in one(scene).svg
    with pytest.raises(TemplateError, match="cannot number"):
        one(scene, number="Figure 1")


def test_another_process_gives_the_same_bytes(tmp_path, project_root):
    """Neither hash seeds nor the working folder leave a trace."""
    figure = stacked(make_scene(tmp_path))
    code = (
        "import sys, pathlib; sys.path[:0] = [sys.argv[2], sys.argv[2] + '/writing']; import test_figures as t;"
        "sys.stdout.buffer.write(t.stacked(t.make_scene(pathlib.Path(sys.argv[1]))).svg.encode())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "other"), str(project_root / "tests")]
    done = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env={"PYTHONHASHSEED": "7"})

    assert done.stdout.decode() == figure.svg


def test_the_words_turn_with_the_data(tmp_path):
    """What rose falls when the years change places."""
    assert one(make_scene(tmp_path / "a")).alt == (
        "柱形图：2019—2020年在校生。2019年1000人、2020年1100人。在校生数比上年增加100人，增长10.00%。"
    )
    turned = one(make_scene(tmp_path / "b", observations=swap_years(ALL)))
    assert "2019年1100人、2020年1000人。在校生数比上年减少100人，下降9.09%。" in turned.alt


def test_many_values_are_told_by_their_extremes(tmp_path):
    """Beyond eight values: how many, the greatest and the least."""
    alt = paired(make_scene(tmp_path)).alt

    assert "共6类；2020年在校生占比最高为财经商贸类（42.00%），最低为能源与新能源类（0.00%）" in alt
    assert "2019年从业人数占比最高为土木水利类（51.98%），最低为农林牧渔类（0.02%）" in alt


def test_a_gap_chart_stands_by_the_gap(tmp_path):
    """From the greatest surplus of the one to that of the other; the gaps are printed beside."""
    figure = dumbbell(make_scene(tmp_path))
    order = [datum.category for datum in figure.data if datum.series == "学生"]

    assert (order[0], order[-1]) == ("文化艺术类、体育与健身类、休闲保健类", "土木水利类")
    assert "−45.08" in printed_texts(figure)


def test_bars_stand_by_size(tmp_path):
    """The greatest first."""
    values = [float(datum.value) for datum in by_size(make_scene(tmp_path)).data]

    assert values == sorted(values, reverse=True)


def test_what_is_left_over_stands_at_the_foot_however_great(tmp_path):
    """其他 is no group of its own: it comes last, though no group has more."""
    left_over = CATALOGUE.replace("trade: 财经商贸类", "other: 其他")
    scene = make_scene(tmp_path, observations=ALL.replace("field=trade", "field=other"), catalogue=left_over)

    assert [float(datum.value) for datum in by_size(scene).data] == [30, 18, 6.9, 3.1, 0, 42]


def test_counts_become_shares_of_the_whole(tmp_path):
    """Three of six schools are half, and the card says how."""
    figure = shares_by_year(make_scene(tmp_path))
    half = next(datum for datum in figure.data if datum.value == "50.00")

    assert (half.series, half.category) == ("职业高中", "2020年")
    assert figure.cards[half.card].formula_numbers == "3所 ÷ 6所 = 50.00%"
    assert "职业高中占比比上年提高16.67个百分点" in figure.alt


def test_a_standard_that_is_not_met_looks_and_reads_so(tmp_path):
    """The verdict is in the words, and in a legend that appears only then."""
    met = bullet(make_scene(tmp_path / "a", observations=ALL.replace(",32450,", ",42450,")))
    poor = bullet(make_scene(tmp_path / "b", observations=ALL.replace(",32450,", ",22450,")))

    assert "未达到国家标准" not in printed_texts(met)
    assert "生均图书20.41册，低于30册的国家标准" in poor.alt
    assert {"达到国家标准", "未达到国家标准"} <= set(printed_texts(poor))
    assert "标准不高于20:1" in "".join(printed_texts(met))


def test_a_bar_far_beyond_its_standard_is_drawn_broken(tmp_path):
    """It must not flatten the others, and its number stays true."""
    figure = bullet(make_scene(tmp_path, observations=ALL.replace(",32450,", ",3245000,")))

    assert "2950.00" in [datum.value for datum in figure.data]


def test_a_missing_value_has_no_bar_but_a_gap(tmp_path):
    """The rest is drawn; what is missing is named to the reader."""
    without = ALL.replace("river,2020,unqualified,,,18,", "river,2020,unqualified,,,,").replace(
        "river,2020,unqualified,,,,person,,final", "river,2020,unqualified,,,,person,,not_available"
    )
    scene = make_scene(tmp_path, observations=without)
    figure = stacked(scene)

    assert [(gap.what, gap.reason) for gap in figure.gaps] == [("2020年非“双师型”教师数", "暂缺")]
    assert scene.gaps == list(figure.gaps)
    assert ("非“双师型”教师数", "2020年") not in {(datum.series, datum.category) for datum in figure.data}


def test_a_member_without_its_partner_is_a_gap(tmp_path):
    """Two points need two values; paired bars draw the one that is there."""
    without = "\n".join(line for line in ALL.splitlines() if "workers_share,,field=health" not in line)
    points, bars = (form(make_scene(tmp_path, observations=without + "\n")) for form in (dumbbell, paired))

    assert "医药卫生类" not in {datum.category for datum in points.data}
    assert "医药卫生类" in {datum.category for datum in bars.data}
    expected = ["2019年从业人数占比（医药卫生类）"]
    assert [gap.what for gap in points.gaps] == [gap.what for gap in bars.gaps] == expected


@every_form
def test_without_data_there_is_no_picture(tmp_path, form):
    """A year that nobody reported gives one gap, named after the figure."""
    scene = make_scene(tmp_path, year=2026)
    nothing = form(scene)

    assert isinstance(nothing, GapList)
    (gap,) = nothing.gaps
    assert gap.what.startswith("图")
    assert scene.gaps == [gap]


def test_the_first_year_on_record_stands_alone(tmp_path):
    """No year before: one column, the title says one year, and that is no gap."""
    first = "\n".join(line for line in ALL.splitlines() if ",2019,enrolment," not in line) + "\n"
    figure = one(make_scene(tmp_path, observations=first))

    assert (figure.title, figure.alt) == ("2020年在校生", "柱形图：2020年在校生。2020年1100人。")
    assert figure.gaps == ()


def test_a_break_in_what_is_counted_is_not_compared(tmp_path):
    """Both years are drawn, but no direction is told."""
    changed = CATALOGUE.replace(
        "qualified: {label: “双师型”教师数, unit: person}",
        "qualified: {label: “双师型”教师数, unit: person, breaks: [{year: 2020, reason: 口径调整}]}",
        1,
    )
    alt = stacked(make_scene(tmp_path, catalogue=changed)).alt

    assert "。非“双师型”教师数比上年减少2人" in alt


def test_a_missing_glyph_is_an_error(tmp_path):
    """Better no picture than an empty box."""
    odd = CATALOGUE.replace("能源与新能源类", "能源与新能源类\U0001f600")
    with pytest.raises(SetupError, match=r"图示3-2: .* no glyph for .*U\+1F600"):
        by_size(make_scene(tmp_path, catalogue=odd))


def test_percentages_and_counts_do_not_share_an_axis(tmp_path):
    """61 schools beside 98 % would compare nothing."""
    scene = make_scene(tmp_path)
    terms = [scene.term("schools"), scene.term("employment_rate")]
    with pytest.raises(TemplateError, match="图5: 所 and % cannot share an axis"):
        figures.bars_by_year(scene, number="图5", title="混合", terms=terms)


def test_the_typeface_has_four_weights_and_what_reports_print():
    """Punctuation, units and dashes included."""
    assert [file.name.removeprefix("NotoSansCJKsc-") for file in font_files()] == [
        "Regular.otf", "Bold.otf", "Light.otf", "Medium.otf",
    ]  # fmt: skip
    assert missing_glyphs("杭州“双师型”——≥≤±×÷−%㎡ 0123456789\n\t") == set()
    assert missing_glyphs("甲\ue000\U0001f600") == {"\ue000", "\U0001f600"}


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        ("在校生数", 5, "在校生数"),
        ("公共管理与服务类、司法服务类", 12, "公共管理与服务类、\n司法服务类"),
        (
            "全省中等职业学校职业能力大赛（学生职业素养类）创新创业大赛",
            15,
            "全省中等职业学校职业能力大赛\n（学生职业素养类）创新创业大赛",
        ),
        ("共建示范性实训基地数", 6, "共建示范性\n实训基地数"),
    ],
)
def test_labels_break_where_a_reader_pauses(text, letters, expected):
    """At punctuation where that is near, and in lines of like length."""
    assert layout.wrap(text, letters) == expected


def test_crowded_labels_move_apart():
    """In order, none touching, none beyond the edges."""
    placed = layout.spread([1.0, 2.0, 99.0], [10.0, 10.0, 10.0], 100.0)

    assert placed == pytest.approx([5.0, 15.0, 95.0])


def test_a_stack_that_lacks_a_part_does_not_print_its_whole(tmp_path):
    """A number above a column must be the number that the column reaches."""
    without = "\n".join(line for line in ALL.splitlines() if "river,2020,unqualified" not in line) + "\n"
    texts = printed_texts(stacked(make_scene(tmp_path, observations=without)))

    assert "合计80" in texts
    assert "合计90" not in texts


def test_columns_too_many_for_their_numbers_lie_down(tmp_path):
    """Thirty years of six digits do not fit side by side."""
    rows = [f"river,{year},enrolment,,,{100000 + year},person,,final,yearbook,表1," for year in range(1991, 2019)]
    scene = make_scene(tmp_path, observations=ALL + "\n".join(rows) + "\n")
    figure = figures.bars_by_year(scene, number="图4", title="{years}", terms=[scene.term("enrolment")], years=30)

    assert figure.alt.startswith("条形图：1991—2020年。共30个年份；最多为2018年（102018人），最少为2019年（1000人）。")
    assert "1991—2020年在校生数由101991人减至1100人" in figure.alt


def test_too_many_small_parts_are_refused(tmp_path):
    """A bar has room for so many names; the message offers another form."""
    members = ", ".join(f"part{number}: 第{number}类专业大类名称" for number in range(20))
    catalogue = CATALOGUE.replace("breakdowns:\n", f"breakdowns:\n  parts: {{label: 类, members: {{{members}}}}}\n")
    rows = [f"river,2020,pupils_share,,parts=part{number},5,percent,,final,yearbook,表3," for number in range(20)]
    scene = make_scene(tmp_path, observations=ALL + "\n".join(rows) + "\n", catalogue=catalogue)

    with pytest.raises(TemplateError, match=r"too many small parts .* use ranked_bars"):
        figures.share_bar(scene, number="图6", title="结构", term=scene.term("pupils_share"), dimension="parts")


def test_a_rough_number_keeps_its_word(tmp_path):
    """余 and 约 are part of what is printed."""
    rough = ALL.replace("river,2020,enrolment,,,1100,person,,", "river,2020,enrolment,,,1100,person,over,")

    assert "1100余人" in printed_texts(one(make_scene(tmp_path, observations=rough)))
