"""``data/reference/`` as model objects, validated once.

A catalogue topic file (``data/reference/catalogue/<topic>.yml``) holds the breakdowns, registers and indicators of one
topic; a name may stand in one file only. Every problem of every file is reported together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import ValidationError

from helpers.errors import (
    BROKEN_YAML,
    DataError,
    ParameterError,
    Problem,
    UnknownNameError,
    nearest,
    unregistered,
)
from helpers.model import (
    OWN_SCOPE,
    Break,
    DatedBreak,
    Dimension,
    Entity,
    Indicator,
    Outline,
    Reference,
    Register,
    Scope,
    Source,
    Standard,
    Topic,
    Unit,
)
from helpers.rows import read_rows
from helpers.transactions import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from helpers.model import Cut
    from helpers.paths import Project

ENTITY_COLUMNS = ("slug", "name", "short", "kind", "parent")
LATEST = 9999  # the last year of what is still in force
Model = TypeVar("Model", bound=Reference)
YamlLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Catalogue:
    """All reference records of a project, by their code."""

    units: Mapping[str, Unit]
    scopes: Mapping[str, Scope]
    entities: Mapping[str, Entity]
    dimensions: Mapping[str, Dimension]
    indicators: Mapping[str, Indicator]
    registers: Mapping[str, Register]
    standards: tuple[Standard, ...]
    sources: Mapping[str, Source]
    outlines: Mapping[str, Outline]
    literals: tuple[str, ...]
    key_figures: Mapping[str, tuple[str, ...]]
    topics: Mapping[str, Topic] = field(default_factory=dict)

    def indicator(self, name: str, where: str = "") -> Indicator:
        """Return the indicator ``name``, or raise with the nearest names."""
        return _known("indicator", name, self.indicators, where)

    def entity(self, slug: str, where: str = "") -> Entity:
        """Return the entity ``slug``, or raise with the nearest slugs."""
        return _known("entity", slug, self.entities, where)

    def register(self, code: str, where: str = "") -> Register:
        """Return the register ``code``, or raise with the nearest codes."""
        return _known("register", code, self.registers, where)

    def outline(self, entity: Entity, year: int) -> Outline:
        """Return which chapters make the report of an entity in an edition.

        Raises
        ------
        ParameterError
            No outline serves that kind of entity in that edition.
        """
        for outline in self.outlines.values():
            if outline.holds(entity.kind, year):
                return outline
        message = f"no outline in data/reference/chapters.yml makes a report of a {entity.kind} for {year}"
        raise ParameterError(message)

    def dimension(self, code: str, where: str = "") -> Dimension:
        """Return the breakdown ``code``, or raise with the nearest codes."""
        return _known("breakdown", code, self.dimensions, where)

    def members(self, cut: Cut) -> list[str]:
        """Name the members of breakdowns that make a part."""
        return [self.dimensions[dimension].members[member] for dimension, member in cut]

    def default_scope(self, indicator: Indicator, entity: Entity, year: int) -> str:
        """Return the scope that a bare name means: the indicator's own, what a break made of it, or a school's own."""
        if entity.counts_itself:
            return OWN_SCOPE
        scopes = [stop.scope for stop in indicator.breaks if stop.year <= year and stop.concerns(entity.slug)]
        return next((scope for scope in reversed(scopes) if scope is not None), indicator.scope)

    def standard(self, indicator: str, year: int, entity: Entity, scope: str) -> Standard | None:
        """Return the standard in force for what an entity counts in ``scope``, if there is one.

        A school is held to the standard of its class; one whose class is not on record, to the only one there is.
        """
        wanted = entity.school_class if entity.counts_itself else scope
        found = [
            standard
            for standard in self.standards
            if standard.indicator == indicator
            and standard.in_force(year)
            and (not standard.applies_to or entity.kind in standard.applies_to)
            and wanted in (standard.scope, None)
        ]
        return found[0] if len(found) == 1 else None


def _known(kind: str, name: str, records: Mapping[str, Model], where: str) -> Model:
    try:
        return records[name]
    except KeyError:
        raise UnknownNameError.of(kind, name, records, where) from None


def load_catalogue(project: Project) -> Catalogue:
    """Read and validate every reference file of ``project``.

    Raises
    ------
    DataError
        With every problem found: broken YAML, unknown or missing keys, wrong types, references to nothing.
    """
    settle(project)
    return _Reader(project).read()


class _Reader:
    """Reads the reference files and gathers what is wrong with them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.problems: list[Problem] = []
        self.homes: dict[tuple[str, str], str] = {}
        self.names: dict[Path, str] = {}

    def read(self) -> Catalogue:
        reference = self.project.reference
        units = self.records(reference / "units.yml", Unit, "code")
        scopes = self.records(reference / "scopes.yml", Scope, "code")
        entities = self.entities()
        standards = self.listed(reference / "standards.yml", Standard)
        sources = self.records(self.project.data / "sources" / "sources.yml", Source, "code")
        outlines = self.records(reference / "chapters.yml", Outline, "code")
        dimensions: dict[str, Dimension] = {}
        indicators: dict[str, Indicator] = {}
        registers: dict[str, Register] = {}
        for path in sorted((reference / "catalogue").glob("*.yml")):
            topic = self.load(path, dict)
            for part in topic.keys() - {"breakdowns", "indicators", "registers"}:
                chinese = "主题文件里没有这一部分；只有breakdowns、indicators、registers。"
                what, remedy = "unknown part of a topic file", "use breakdowns, indicators, registers"
                self.problem(path, part, what, remedy, chinese)
            dimensions |= self.parse(path, topic.get("breakdowns"), Dimension, "code", "breakdowns")
            registers |= self.parse(path, topic.get("registers"), Register, "code", "registers")
            indicators |= self.indicators(path, topic.get("indicators"), units, scopes)
        indicators = self.broken(indicators, scopes, entities)
        catalogue = Catalogue(
            units=units,
            scopes=scopes,
            entities=entities,
            dimensions=dimensions,
            indicators=indicators,
            registers=registers,
            standards=tuple(standards),
            sources=sources,
            outlines=outlines,
            literals=tuple(str(word) for word in self.load(reference / "literals.yml", list)),
            key_figures={
                str(heading): tuple(names or ())
                for heading, names in self.load(reference / "key_figures.yml", dict).items()
            },
            topics=self.records(reference / "topics.yml", Topic, "code"),
        )
        if not self.problems:  # a file that cannot be read would make every reference to it look wrong
            self.check_references(catalogue)
        if self.problems:
            raise DataError(self.problems)
        return catalogue

    def load(self, path: Path, kind: type) -> Any:  # noqa: ANN401 - YAML is what it is until parsed
        """Parse one YAML file; an absent or empty one is an empty ``kind``."""
        if not path.exists():
            return kind()
        try:
            loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader)  # noqa: S506 - a safe loader
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" line {mark.line + 1}" if mark else ""
            what = getattr(error, "problem", None) or "cannot be read"
            where = self.project.relative(path) + line
            self.problems.append(Problem(where, f"broken YAML: {what}", "mend the file", BROKEN_YAML))
            return kind()
        except UnicodeDecodeError:
            self.problem(path, "", "not UTF-8", "save the file as UTF-8", "不是UTF-8编码；另存为UTF-8。")
            return kind()
        if loaded is not None and not isinstance(loaded, kind):
            what, chinese = (
                f"holds a {type(loaded).__name__}, not a {kind.__name__}",
                "整个文件的结构不对；见data/README.md。",
            )
            self.problem(path, "", what, "see data/README.md", chinese)
            return kind()
        return loaded or kind()

    def entities(self) -> dict[str, Entity]:
        """Read the entities: few from ``entities.yml``, long lists from ``entities/*.csv``, fifty times as fast."""
        reference = self.project.reference
        found = self.records(reference / "entities.yml", Entity, "slug")
        for path in sorted((reference / "entities").glob("*.csv")):
            for row in read_rows(self.project, path, ENTITY_COLUMNS, self.problems):
                cells = row.cells
                if self.is_new(path, Entity, cells["slug"], f"row {row.number}"):
                    given = {name: cell for name, cell in cells.items() if cell}  # a blank parent is none
                    entity = self.validate(path, f"row {row.number}", Entity, given)
                    if entity is not None:
                        found[entity.slug] = entity
        return found

    def records(self, path: Path, model: type[Model], name: str) -> dict[str, Model]:
        return self.parse(path, self.load(path, dict), model, name)

    def listed(self, path: Path, model: type[Model]) -> list[Model]:
        entries = self.load(path, list)
        parsed = (self.validate(path, f"entry {number}", model, entry) for number, entry in enumerate(entries, 1))
        return [record for record in parsed if record is not None]

    def parse(
        self,
        path: Path,
        entries: Any,  # noqa: ANN401 - YAML is what it is until parsed
        model: type[Model],
        name: str,
        part: str = "",
    ) -> dict[str, Model]:
        records: dict[str, Model] = {}
        for code, entry in (entries or {}).items():
            if not isinstance(entry, dict):
                what, chinese = f"is {entry!r}, not a record", f"“{entry}”不是一条记录；写成“键: 值”。"
                self.problem(path, f"{part} {code}", what, "give it keys and values", chinese)
                continue
            if self.is_new(path, model, str(code)):
                record = self.validate(path, f"{part} {code}".strip(), model, {name: str(code), **entry})
                if record is not None:
                    records[str(code)] = record
        return records

    def indicators(
        self,
        path: Path,
        entries: Any,  # noqa: ANN401
        units: dict[str, Unit],
        scopes: dict[str, Scope],
    ) -> dict[str, Indicator]:
        resolved = {}
        for code, entry in (entries or {}).items():
            place = f"indicators {code}"
            unit = entry.get("unit") if isinstance(entry, dict) else None
            if unit not in units:
                self.problem(path, place, f"unknown unit {unit!r}", nearest(str(unit), units), unregistered(unit))
            elif entry.get("scope", "all") not in scopes:
                scope = entry["scope"]
                self.problem(path, place, f"unknown scope {scope!r}", nearest(scope, scopes), unregistered(scope))
            else:
                resolved[code] = {**entry, "unit": units[unit], "topic": path.stem}
        return self.parse(path, resolved, Indicator, "id", "indicators")

    def broken(
        self, indicators: dict[str, Indicator], scopes: dict[str, Scope], entities: dict[str, Entity]
    ) -> dict[str, Indicator]:
        """Give each indicator the breaks of ``breaks.yml`` that name it, the earliest first."""
        path = self.project.reference / "breaks.yml"
        found = dict(indicators)
        for record in self.listed(path, DatedBreak):
            for kind, names, known in (
                ("indicator", record.indicators, indicators),
                ("entity", record.entities, entities),
                ("scope", (record.scope,) if record.scope else (), scopes),
            ):
                for name in names:
                    self.known(path, record.code, kind, name, known)
            stop = Break(year=record.year, reason=record.reason, entities=record.entities, scope=record.scope)
            for name in record.indicators:
                if name in found:
                    breaks = sorted((*found[name].breaks, stop), key=lambda one: one.year)
                    found[name] = found[name].model_copy(update={"breaks": tuple(breaks)})
        return found

    def validate(self, path: Path, place: str, model: type[Model], entry: Any) -> Model | None:  # noqa: ANN401
        try:
            return model.model_validate(entry)
        except ValidationError as error:
            for detail in error.errors():
                key = ".".join(str(part) for part in detail["loc"])
                remedy = nearest(key, model.model_fields) if detail["type"] == "extra_forbidden" else ""
                chinese = f"不合规定（{detail['msg']}）；见data/README.md。"
                self.problem(path, f"{place}, {key}", detail["msg"], remedy, chinese)
            return None

    def is_new(self, path: Path, model: type[Reference], code: str, place: str = "") -> bool:
        """Note where a record stands, ``place`` in a file that may name it twice; refuse a second place."""
        here = f"{self.name(path)} {place}".strip()
        home = self.homes.setdefault((model.__name__, code), here)
        if home == here:
            return True
        what, chinese = f"{model.__name__.lower()} {code!r} is also in {home}", f"“{code}”在{home}已有；两处留一处。"
        self.problem(path, place or code, what, "keep one of the two", chinese)
        return False

    def problem(self, path: Path, place: str, what: str, remedy: str, chinese: str) -> None:
        self.problems.append(Problem(f"{self.name(path)} {place}".strip(), what, remedy, chinese))

    def name(self, path: Path) -> str:
        """Name a file; following its links anew for each of thousands of records takes longer than reading them."""
        if path not in self.names:
            self.names[path] = self.project.relative(path)
        return self.names[path]

    def check_references(self, catalogue: Catalogue) -> None:
        reference = self.project.reference
        for entity in catalogue.entities.values():
            named = (("parent", entity.parent, catalogue.entities), ("scope", entity.school_class, catalogue.scopes))
            for kind, name, among in named:
                self.known(reference / "entities.yml", entity.slug, kind, name, among)
        for indicator in catalogue.indicators.values():
            path = reference / "catalogue" / f"{indicator.topic}.yml"
            for dimension in (part for breakdown in indicator.breakdowns for part in breakdown.split(";")):
                self.known(path, f"{indicator.id}, breakdowns", "breakdown", dimension, catalogue.dimensions)
            self.known(path, f"{indicator.id}, part_of", "indicator", indicator.part_of, catalogue.indicators)
            self.known(path, f"{indicator.id}, per", "unit", indicator.per, catalogue.units)
        for heading, names in catalogue.key_figures.items():
            for name in names:
                self.known(reference / "key_figures.yml", heading, "indicator", name, catalogue.indicators)
        self.check_outlines(catalogue.outlines)
        for standard in catalogue.standards:
            for kind, name, known in (
                ("indicator", standard.indicator, catalogue.indicators),
                ("unit", standard.unit, catalogue.units),
                ("scope", standard.scope, catalogue.scopes),
            ):
                self.known(reference / "standards.yml", standard.code, kind, name, known)

    def known(self, path: Path, place: str, kind: str, name: str | None, known: Iterable[str]) -> None:
        """Note a reference to what no catalogue knows; no name refers to nothing."""
        if name is not None and name not in known:
            self.problem(path, place, f"unknown {kind} {name!r}", nearest(name, known), unregistered(name))

    def check_outlines(self, outlines: Mapping[str, Outline]) -> None:
        """Hold that a report has one outline, and that in it each name is given once."""
        path, seen = self.project.reference / "chapters.yml", list[Outline]()
        for outline in outlines.values():
            for other in seen:
                until, other_until = outline.valid_to or LATEST, other.valid_to or LATEST
                together = outline.valid_from <= other_until and other.valid_from <= until
                for kind in sorted({*outline.kinds} & {*other.kinds} if together else ()):
                    what = f"serves a {kind} in years that {other.code} serves, too"
                    chinese = f"与提纲“{other.code}”在同一年用于同一类单位（{kind}）；用from和to把年份分开。"
                    self.problem(path, outline.code, what, "part their years with from and to", chinese)
            seen.append(outline)
            sections = [section.id for chapter in outline.chapters for section in chapter.sections]
            for what, names in (("chapter", [chapter.slug for chapter in outline.chapters]), ("section", sections)):
                for name in sorted({name for name in names if names.count(name) > 1}):
                    twice, chinese = f"{what} {name!r} stands twice", f"“{name}”出现了两次；各写一次。"
                    self.problem(path, outline.code, twice, "name each once", chinese)
            if sum(not chapter.numbered for chapter in outline.chapters) > 1:
                what, chinese = "more than one chapter is not numbered", "不编号的章多于一章；只能有一章。"
                self.problem(path, outline.code, what, "number all but one", chinese)
