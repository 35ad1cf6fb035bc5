"""A number that the published report printed otherwise is marked, and its card says how. Every number is INVENTED."""

from __future__ import annotations

import pytest

from helpers.audit.service import load_corrections
from helpers.building.fingerprint import chapter_fingerprint, shared_fingerprint
from helpers.building.plan import plan_chapters
from helpers.chapter import open_chapter
from helpers.comparison import share
from helpers.expressions import signature
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Expression, Key
from helpers.paths import Project
from helpers.reads import Reads, name_key
from helpers.writing.prose import write_prose
from helpers.writing.render import to_html, to_text, to_typst
from helpers.writing.terms import Scene
from support.small_chapter import write_notebook
from support.small_claims import claim_rows, load

WRONG = {"id": "表1-003", "place": "表1 生师比", "printed": "13.22", "value": "13.22",
         "unit": "students_per_teacher", "expression": "enrolment / teachers"}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """Return the small project with one claim that is wrong and one that holds."""
    load(tmp_path, WRONG, {"value": "1100", "unit": "person", "expression": "enrolment"})
    return Project(tmp_path)


@pytest.fixture
def scene(project):
    """Return the city in 2020, with what its report printed otherwise."""
    catalogue, observations = load_data(project)
    corrections = load_corrections(project, catalogue, observations, 2020, "river")
    return Scene(Facts(catalogue, observations, corrections=corrections), catalogue.entities["river"], 2020)


def test_the_card_says_how_the_number_was_printed(scene):
    """The claim's expression and the catalogue's formula compute the same, so they are one number."""
    prose = write_prose(scene, "生师比{{ student_teacher_ratio }}，在校生{{ enrolment }}。", name="test")
    published = {card.indicator: card.published for card in prose.cards.values()}

    assert published["enrolment"] == ""
    assert published["student_teacher_ratio"].startswith(
        "原报告表1（生师比）作13.22。1100人 ÷ 90人 = 12.22:1，印作13.22"
    )


def test_prose_has_a_mark_and_the_book_a_footnote(scene):
    """The page marks the number itself; nothing else changes."""
    prose = write_prose(scene, "生师比{{ student_teacher_ratio }}。", name="test")

    assert '12.22:1<sup class="mark" title="原报告表1（生师比）作13.22' in to_html(prose)
    assert ', note: "原报告表1（生师比）作13.22' in to_typst(prose)
    assert to_text(prose) == "生师比12.22:1。"


def test_a_right_number_has_no_mark(scene):
    """Of a number that the report printed as we do, nothing is said."""
    prose = write_prose(scene, "在校生{{ enrolment }}。", name="test")

    assert "mark" not in to_html(prose)
    assert "note:" not in to_typst(prose)


def test_formulas_that_compute_the_same_have_one_signature(scene):
    """A share by the pages' own derivation and by a claim's expression."""
    facts = scene.facts
    part, whole = (facts.get(Key("river", 2020, name, "all")) for name in ("graduates", "enrolment"))
    derived = share(facts.catalogue, part, whole)

    leaves = tuple(Expression("fact", fact=fact) for fact in (part, whole))
    assert signature(derived.derivation) == signature(Expression("/", leaves))
    assert signature(derived.derivation) != signature(Expression("/", leaves[::-1]))


def test_a_chapter_depends_on_the_claims_whose_rows_it_read(project):
    """Changed evidence executes the chapters that read the number's rows, and no others."""
    catalogue, observations = load_data(project)
    corrections = load_corrections(project, catalogue, observations, 2020, "river")
    write_notebook(project)
    (job,) = plan_chapters(project, catalogue, 2020, "river")
    rows = [name_key(Key("river", 2020, name, "all")) for name in ("enrolment", "teachers")]

    def depends(read):
        found = chapter_fingerprint(
            project,
            job,
            Reads(observations=set(read)),
            observations,
            corrections,
            shared=shared_fingerprint(project, job.year, job.entity),
        )
        return [name for name in found if name.startswith("claim ")]

    assert depends(rows) == ["claim 表1-003"]
    assert depends(rows[:1]) == []


def test_changed_claims_are_read_anew(project):
    """The audit is remembered for one state of the file."""
    catalogue, observations = load_data(project)
    assert load_corrections(project, catalogue, observations, 2020, "river")

    path = project.data / "published" / "2020.csv"
    path.write_text(claim_rows(WRONG | {"value": "12.22"}, WRONG | {"id": "x"}, WRONG | {"id": "y"}), encoding="utf-8")
    (found,) = load_corrections(project, catalogue, observations, 2020, "river").values()

    assert [one.claim for one in found] == ["x", "y"]


def test_a_chapter_opens_with_the_corrections(project):
    """Notebooks need nothing for it; a year without a published report has none."""
    chapter = open_chapter("01", year=2020, entity="river", project=project)
    earlier = open_chapter("01", year=2019, entity="river", project=project)

    assert "原报告" in to_html(chapter.prose("生师比{{ student_teacher_ratio }}。"))
    assert earlier.facts.corrections == {}
