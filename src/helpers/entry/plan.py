"""Where each number of a workbook stands: rows of topic sheets, asked for or derived, before anything is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from helpers.entry.layout import FIRST_ROW, sheet_title
from helpers.expressions import parse_formula, read_selectors
from helpers.model import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.entry.layout import SheetKind
    from helpers.entry.questions import Question, Questionnaire
    from helpers.model import Cut, Indicator, Register, Topic, Unit

CASES, OTHER_REGISTERS, NOTES, COVER, CHOICES = "案例", "其他清单", "备注", "填报说明", "选项"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a topic sheet: a number asked for, one that a formula gives, or the sum of the parts of a whole."""

    kind: Literal["asked", "derived", "sum"]
    key: Key
    indicator: Indicator
    unit: Unit
    question: Question | None = None
    parts: tuple[Key, ...] = ()
    dimension: str = ""


@dataclass
class Plan:
    """The sheets of a workbook, their titles and their rows."""

    asked: Questionnaire
    titles: dict[tuple[SheetKind, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._name("cover", "all", COVER)
        for topic in self.topics:
            self._name("topic", topic.code, topic.label)
        self._name("cases", "all", CASES)
        for register in self.own_registers:
            self._name("register", register.code, register.label)
        if self.other_registers:
            self._name("registers", "all", OTHER_REGISTERS)
        self._name("notes", "all", NOTES)
        self._name("choices", "all", CHOICES)

    def _name(self, kind: SheetKind, code: str, label: str) -> None:
        self.titles[kind, code] = sheet_title(label, self.taken)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Return the topics, in the order of their sheets."""
        return self.asked.topics

    @property
    def own_registers(self) -> tuple[Register, ...]:
        """Return the registers that have a sheet of their own: those that name their columns."""
        return tuple(register for register in self.asked.registers if register.columns)

    @property
    def other_registers(self) -> tuple[Register, ...]:
        """Return the registers whose entries go together on one sheet."""
        return tuple(register for register in self.asked.registers if not register.columns)

    @cached_property
    def questions(self) -> dict[Key, Question]:
        """Return what is asked for by its key."""
        return {question.key: question for question in self.asked.questions}

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """Return the rows of each topic, in the order of the catalogue."""
        catalogue = self.asked.catalogue
        by_indicator: dict[str, list[Question]] = {}
        for question in self.asked.questions:
            by_indicator.setdefault(question.key.indicator, []).append(question)
        lines: dict[str, list[Line]] = {topic.code: [] for topic in self.topics}
        for indicator in catalogue.indicators.values():
            if indicator.topic not in lines:
                continue
            if indicator.formula is None:
                lines[indicator.topic] += self._asked_lines(by_indicator.get(indicator.id, []))
            else:
                keys = self._derivable(indicator)
                lines[indicator.topic] += [Line("derived", key, indicator, indicator.unit) for key in keys]
        return lines

    @cached_property
    def rows(self) -> dict[tuple[str, Key, str], tuple[str, int]]:
        """Return sheet title and row number of each line, by its kind, key and (of a sum) dimension."""
        places: dict[tuple[str, Key, str], tuple[str, int]] = {}
        for topic, lines in self.lines.items():
            for number, line in enumerate(lines, FIRST_ROW):
                places[line.kind, line.key, line.dimension] = (self.titles["topic", topic], number)
        return places

    def _asked_lines(self, questions: list[Question]) -> Iterator[Line]:
        for position, question in enumerate(questions):
            yield Line("asked", question.key, question.indicator, question.unit, question)
            following = questions[position + 1] if position + 1 < len(questions) else None
            if (closed := _closes(question, following)) is not None:
                yield from self._sum(question, closed)

    def _sum(self, last: Question, dimension: str) -> Iterator[Line]:
        """Sum the parts that end with ``last``, if the breakdown makes a whole and all its members are asked for."""
        breakdown = self.asked.catalogue.dimensions[dimension]
        whole = replace(last.key, cut=())
        parts = tuple(replace(whole, cut=((dimension, member),)) for member in breakdown.members)
        present = tuple(part for part in parts if part in self.questions)
        units = {self.questions[part].unit.code for part in present}
        if breakdown.total and len(present) > 1 and len(units) == 1:
            yield Line("sum", whole, last.indicator, last.unit, self.questions.get(whole), present, dimension)

    def can_give(self, key: Key, opened: tuple[Key, ...] = ()) -> bool:
        """Whether the workbook holds a number, asked for or derived, for the edition or for the year before."""
        if key in self.questions or replace(key, year=key.year + 1) in self.questions:
            return True
        indicator = self.asked.catalogue.indicators[key.indicator]
        if indicator.formula is None or key in opened:
            return False
        inputs = self.inputs(key)
        return inputs is not None and all(self.can_give(one, (*opened, key)) for one in inputs)

    def inputs(self, key: Key) -> tuple[Key, ...] | None:
        """Return what the formula of ``key`` takes; ``None`` where it counts a list that the workbook lacks."""
        indicator = self.asked.catalogue.indicators[key.indicator]
        found: list[Key] = []
        for node in references(indicator):
            name, selectors = node
            if name == "count":
                if str(selectors["register"]) not in {register.code for register in self.own_registers} or key.cut:
                    return None
            else:
                found += self.members(name, selectors, key)
        return tuple(found)

    def members(self, name: str, selectors: dict[str, str | int | None], key: Key) -> tuple[Key, ...]:
        """Return the keys that a name with selectors means beside ``key``; several for a sum over a breakdown."""
        words = dict(selectors)
        over = words.pop("over", None)
        year = words.pop("year", 0)
        scope = str(words.pop("scope", key.scope))
        cut = {**dict(key.cut), **words}
        kept = {dimension: str(member) for dimension, member in cut.items() if member is not None}
        base = Key(key.entity, key.year + int(year or 0), name, scope, tuple(sorted(kept.items())))
        if over is None:
            return (base,)
        dimension = self.asked.catalogue.dimensions[str(over)]
        return tuple(replace(base, cut=_with(base.cut, dimension.code, member)) for member in dimension.members)

    def _derivable(self, indicator: Indicator) -> list[Key]:
        scope = self.asked.catalogue.default_scope(indicator, self.asked.entity, self.asked.edition)
        entity, year = self.asked.entity.slug, self.asked.edition
        cuts = sorted(self._cuts(indicator, ()), key=self._place)
        keys = [Key(entity, year, indicator.id, scope, cut) for cut in cuts]
        return [key for key in keys if self.can_give(key)]

    def _cuts(self, indicator: Indicator, opened: tuple[str, ...]) -> set[Cut]:
        """Return the breakdowns in which a derived number may be had: those that each of its inputs has."""
        common: set[Cut] | None = None
        for name, selectors in references(indicator):
            if name in opened:
                return set()
            undivided: set[Cut] = {()}
            given = undivided if name == "count" else self._given(name, selectors, (*opened, indicator.id))
            common = given if common is None else common & given
        return common or set()

    def _given(self, name: str, selectors: dict[str, str | int | None], opened: tuple[str, ...]) -> set[Cut]:
        """Return the breakdowns of an input, less those that the formula selects."""
        source = self.asked.catalogue.indicators[name]
        if source.formula is not None:
            cuts = self._cuts(source, opened)
        else:
            cuts = {key.cut for key in self.questions if key.indicator == name}
        chosen = {str(selectors.get("over")) if word == "over" else word for word in selectors}
        taken = chosen - {"year", "scope"}
        fitting = (cut for cut in cuts if taken <= {dimension for dimension, _ in cut} or source.formula is not None)
        return {tuple(pair for pair in cut if pair[0] not in taken) for cut in fitting}

    def _place(self, cut: Cut) -> tuple[object, ...]:
        dimensions = self.asked.catalogue.dimensions
        return (len(cut), [(name, list(dimensions[name].members).index(member)) for name, member in cut])


def references(indicator: Indicator) -> Iterator[tuple[str, dict[str, str | int | None]]]:
    """Yield what a formula takes: an indicator or ``count``, and its selectors; a count's name its ``register``."""
    tree = parse_formula(indicator.id, indicator.formula or "0")
    heads = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = read_selectors(node.keywords)
            first = node.args[0] if node.args else None
            if node.func.id == "count" and isinstance(first, ast.Constant):
                yield "count", {"register": str(first.value), **words}
            elif isinstance(first, ast.Name):
                inner.add(id(first))
                yield first.id, words
            else:
                yield node.func.id, words
        elif isinstance(node, ast.Name) and id(node) not in heads and id(node) not in inner:
            yield node.id, {}


def _closes(question: Question, following: Question | None) -> str | None:
    """Return the breakdown whose parts end with ``question``, if they do."""
    if len(question.key.cut) != 1:
        return None
    dimension = question.key.cut[0][0]
    if following is not None and len(following.key.cut) == 1 and following.key.cut[0][0] == dimension:
        same = replace(following.key, cut=()) == replace(question.key, cut=())
        return None if same else dimension
    return dimension


def _with(cut: Cut, dimension: str, member: str) -> Cut:
    return tuple(sorted({**dict(cut), dimension: member}.items()))
