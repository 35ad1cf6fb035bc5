"""The mapping file of a plain table: which column is which indicator, in which unit; YAML, strict about its keys.

::

    source: {code: yearbook_2021, title: 清江统计年鉴2021, producer: 清江市统计局}
    edition: 2021
    entity: {column: 地区, names: {全市: river, 第一职校: brook}, ignore: [注]}
    year: {column: 年份}            # or a plain number; or left out where the columns name years
    columns:
      在校生数（万人）: {indicator: enrolment, unit: 万人}
      其中：技工学校: {indicator: enrolment, unit: 万人, breakdown: school_kind=skilled}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers.catalogue import YamlLoader
from helpers.entry.intake.problems import CellProblem, ImportRefusedError
from helpers.entry.intake.words import offer
from helpers.observations import parse_cut

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from helpers.catalogue import Catalogue


MISTAKES = {"extra_forbidden": "不认识这一项", "missing": "缺少这一项"}
UNLIKE = {
    "来源": "先登记在 sources.yml，或写全 code、title、producer", "单位": "先登记（nianbao new-entity）",
    "指标": "见 data/README.md 的指标", "统计口径": "见 data/README.md 的统计口径", "分项": "见 data/README.md 的分项",
    "分项的成员": "见 data/README.md 的分项",
}  # fmt: skip
"""What to do about a name that is like none of its kind."""


class Part(BaseModel):
    """A part of a mapping: frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceEntry(Part):
    """The document that the table was published in."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    producer: str
    date_published: str = ""
    citation: str = ""


class EntityColumn(Part):
    """The column that names the place; ``names`` says which place a name means, ``ignore`` which rows to pass over."""

    column: str
    names: dict[str, str]
    ignore: tuple[str, ...] = ()


class YearColumn(Part):
    """The column that names the year: 2020, 2020年, 2020/2021学年初, 2020届."""

    column: str


class NumberColumn(Part):
    """What a column of numbers holds; ``unit`` is the table's own, as written (万人, 亩, 亿元)."""

    indicator: str
    unit: str
    scope: str = ""
    breakdown: str = ""
    year: int | None = None
    status: Literal["final", "provisional", "revised", "estimated"] = "final"


class Mapping(Part):
    """A mapping file."""

    source: str | SourceEntry
    edition: int
    columns: dict[str, NumberColumn] = Field(min_length=1)
    entity: str | EntityColumn | None = None
    year: int | YearColumn | None = None
    sheet: str = ""
    header_rows: int = Field(default=1, ge=1, le=4)
    missing: Literal["skip", "not_available"] = "not_available"


def read_mapping(path: Path, catalogue: Catalogue) -> Mapping:
    """Read and validate a mapping file.

    Raises
    ------
    ImportRefusedError
        With every problem found: broken YAML, unknown keys, names that no catalogue knows.
    """
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=YamlLoader)  # noqa: S506 - a safe loader
        mapping = Mapping.model_validate(loaded)
    except OSError:
        raise ImportRefusedError([CellProblem(path.name, "", "", "没有这个文件", "检查 --mapping 的路径")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportRefusedError([CellProblem(path.name, "", "", f"不是 YAML：{error}", "检查缩进和引号")]) from None
    except ValidationError as error:
        raise ImportRefusedError([
            CellProblem(path.name, ".".join(map(str, detail["loc"])), "", _mistake(detail), "见 data/README.md")
            for detail in error.errors()
        ]) from None  # fmt: skip
    problems = _unknown_names(mapping, catalogue, path.name)
    if problems:
        raise ImportRefusedError(problems)
    return mapping


def _mistake(detail: ErrorDetails) -> str:
    """Say what is wrong with an entry of a mapping."""
    return MISTAKES.get(detail["type"], f"写法不对（{detail['msg']}）")


def _unknown_names(mapping: Mapping, catalogue: Catalogue, name: str) -> list[CellProblem]:
    """Return every name in a mapping that no catalogue knows."""
    wanted: list[tuple[str, str, str, object]] = []
    if isinstance(mapping.source, str):
        wanted.append(("source", "来源", mapping.source, catalogue.sources))
    slugs = mapping.entity.names.values() if isinstance(mapping.entity, EntityColumn) else [mapping.entity or ""]
    wanted += [("entity", "单位", slug, catalogue.entities) for slug in slugs if slug]
    for heading, column in mapping.columns.items():
        place = f"columns.{heading}"
        wanted.append((place, "指标", column.indicator, catalogue.indicators))
        if column.scope:
            wanted.append((place, "统计口径", column.scope, catalogue.scopes))
        for dimension, member in parse_cut(column.breakdown):
            wanted.append((place, "分项", dimension, catalogue.dimensions))
            if dimension in catalogue.dimensions:
                wanted.append((place, "分项的成员", member, catalogue.dimensions[dimension].members))
    return [
        CellProblem(name, place, code, f"没有这个{kind}", offer(code, known, UNLIKE[kind]))  # type: ignore[arg-type]
        for place, kind, code, known in wanted
        if code not in known  # type: ignore[operator]
    ]
