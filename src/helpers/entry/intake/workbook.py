"""A sent-back entry workbook -> a submission; whose it is and for which year is settled first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.entry.intake.answers import AnswerReader
from helpers.entry.intake.inspection import refuse
from helpers.entry.intake.lists import ListReader
from helpers.entry.intake.matching import find_tables
from helpers.entry.intake.problems import CellProblem
from helpers.entry.intake.submission import Submission
from helpers.entry.intake.words import label, year_of
from helpers.entry.layout import COVER_EDITION, COVER_SLUG, Stamp
from helpers.entry.questions import ask
from helpers.entry.workbook import digest
from helpers.errors import ParameterError
from helpers.model import Source

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue
    from helpers.entry.intake.grid import Grid
    from helpers.entry.intake.problems import Findings
    from helpers.entry.intake.submission import Note
    from helpers.model import Case, Record
    from helpers.observations import Observations


@dataclass(frozen=True, slots=True)
class Expected:
    """What the caller says that the file is about; ``None`` where it does not say."""

    entity: str | None = None
    edition: int | None = None


def stamp_of(grid: Grid) -> Stamp | None:
    """Return whose workbook a file is; ``None`` if it is no entry workbook.

    Raises
    ------
    ImportRefusedError
        Its property and its cover contradict each other.
    """
    held = Stamp.from_text(grid.stamp) if grid.stamp else None
    cover = _cover(grid)
    if held is None:
        return cover
    if cover is not None and (cover.entity, cover.edition) != (held.entity, held.edition):
        raise refuse(
            f"封面写的是{cover.entity} {cover.edition}年度，工作簿却是为{held.entity} {held.edition}年度生成的",
            "用原工作簿填报，不要把别处、别年的表拼进来",
        )
    return held


def _cover(grid: Grid) -> Stamp | None:
    """Read slug and edition off a sheet that has both items, each beside its label."""
    for sheet in grid:
        found: dict[str, str] = {}
        for row, cells in sheet.rows.items():
            for column, cell in cells.items():
                for item in (COVER_SLUG, COVER_EDITION):
                    if label(cell.text) == label(item) and sheet.cell(row, column + 1) is not None:
                        found.setdefault(item, sheet.text(row, column + 1).strip())
        edition = year_of(found.get(COVER_EDITION))
        if COVER_SLUG in found and edition is not None:
            return Stamp(found[COVER_SLUG], edition, "")
    return None


def read_workbook(  # noqa: PLR0917 - a file, what it is held against, and what is noticed
    grid: Grid, stamp: Stamp, catalogue: Catalogue, observations: Observations, expected: Expected, findings: Findings
) -> Submission:
    """Read every sheet of an entry workbook; whatever is wrong is added to ``findings``.

    Raises
    ------
    ImportRefusedError
        The workbook is about another place or year, or a place that is not registered.
    """
    entity, edition = stamp.entity, stamp.edition
    if entity not in catalogue.entities:
        raise refuse(f"填报单位“{entity}”没有登记", "先登记（nianbao new-entity），或检查封面的代码")
    if expected.entity not in {None, entity}:
        names = [
            catalogue.entities[slug].name if slug in catalogue.entities else slug
            for slug in (entity, expected.entity or "")
        ]
        raise refuse(f"这是{names[0]}的工作簿，不是{names[1]}的", "换成正确的文件")
    if expected.edition not in {None, edition}:
        raise refuse(f"这是{edition}年度的工作簿，不是{expected.edition}年度的", "换成正确的文件")
    source = submission_source(catalogue, entity, edition)
    recorded = {row.key: row for row in (*observations.superseded, *observations) if row.edition < edition}
    answers = AnswerReader(catalogue, entity, edition, source.code, recorded, findings)
    lists = ListReader(catalogue, entity, edition, source.code, findings)
    tables = find_tables(grid, catalogue, edition, findings)
    if not any(table.kind == "topic" for table in tables) and not findings.problems:
        raise refuse("没有找到填报表", "用 nianbao new-year 生成的工作簿填报")
    records: list[Record] = []
    cases: list[Case] = []
    notes: list[Note] = []
    for table in tables:
        match table.kind:
            case "topic":
                answers.read(table)
            case "register" | "registers":
                records += lists.records(table)
            case "cases":
                cases += lists.cases(table, observations.cases.get(edition, ()))
            case _:
                notes += lists.notes(table)
    _check_complete(stamp, catalogue, observations, answers)
    return Submission(
        edition, frozenset({entity}), source, frozenset(catalogue.indicators), tuple(answers.observations),
        tuple(records), tuple(cases), tuple(notes),
    )  # fmt: skip


def _check_complete(stamp: Stamp, catalogue: Catalogue, observations: Observations, answers: AnswerReader) -> None:
    """Note each row that the workbook had when it was made and has no more, if it can still be told."""
    try:
        asked = ask(catalogue, observations, stamp.entity, stamp.edition)
    except ParameterError:
        return
    if digest(asked) != stamp.catalogue:
        what = "生成工作簿以后数据或指标目录有变化，未核对是否少了行"
        answers.findings.notices.append(CellProblem("", "", "", what))
        return
    for question in asked.questions:
        if question.key not in answers.seen:
            members = catalogue.members(question.key.cut)
            name = question.indicator.label + (f"（{'、'.join(members)}）" if members else "")
            title = catalogue.topics[question.indicator.topic].label
            remedy = "从原工作簿复制回这一行；没有数据就在“状态”里选原因"
            answers.findings.problems.append(CellProblem(title, "", name, "这一行不见了", remedy))


def submission_source(catalogue: Catalogue, entity: str, edition: int) -> Source:
    """Return the document that a workbook's numbers cite: the place's own submission."""
    code = f"{entity}_submission_{edition}"
    known = catalogue.sources.get(code)
    name = catalogue.entities[entity].name
    title = f"{name}{edition}年度填报表"
    return known or Source(
        code=code, title=title, producer=name, citation=f"{name}：《{title}》。",
        kind="submission", note="由填报工作簿导入；位置为工作表和单元格。",
    )  # fmt: skip
