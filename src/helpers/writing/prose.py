"""``%%prose`` templates -> paragraphs whose every number is a fact.

A template is Jinja2 (sandboxed) in which a name is an indicator. What it prints is not text but pieces: words and
printed facts, each with its card. The rules of the house are enforced here:

* no digit is typed, dates of the calendar (where allowed) and listed proper names excepted;
* an unknown name is an error that offers the nearest ones;
* a sentence whose fact is missing is left out, and the chapter lists the gap; ``[[ … ]]`` marks a smaller span that
  may fall alone, and a comparison without a predecessor falls by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from helpers.errors import NianbaoError, TemplateError, nearest
from helpers.model import Missing
from helpers.writing import wording
from helpers.writing.account import account, cases_with
from helpers.writing.blocks import Prose
from helpers.writing.cards import CardMaker
from helpers.writing.filters import FILTERS, TESTS, Lacking, Said
from helpers.writing.sentences import CLOSE, OPEN, Assembler, Piece
from helpers.writing.terms import Scene, Term, record_name

if TYPE_CHECKING:
    from collections.abc import Sequence

PRIVATE = re.compile("[\ue000-\uf8ff]")
UNKNOWN = jinja2.utils.missing
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CALENDAR = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{4}[—–-]\d{4}年?|〔\d{4}〕\d+号")
DIGIT = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?%?")


NAME_COLUMNS = ("school", "project", "person")
REFERENCE = re.compile(r"(?:表|图|图示|案例)\d+(?:-\d+)?")


class Name(str):
    """A name from the data, which may hold digits."""

    __slots__ = ()


class YearWord(int):
    """A year: the one kind of whole number that a template may print itself."""

    def __add__(self, other: int) -> YearWord:
        return YearWord(int(self) + other)

    def __sub__(self, other: int) -> YearWord:
        return YearWord(int(self) - other)


@dataclass
class Rendering:
    """One template while it is rendered: the pieces printed so far."""

    scene: Scene
    name: str
    pieces: list[Piece] = field(default_factory=list)

    def mark(self, value: Any) -> str:  # noqa: ANN401 - whatever a template expression yields
        """Turn what an expression yields into text with markers (Jinja's ``finalize``)."""
        if isinstance(value, Term):
            found = value.found
            return self.keep(Lacking(found) if isinstance(found, Missing) else wording.printed(found))
        if isinstance(value, Said):
            return "".join(piece if isinstance(piece, str) else self.keep(piece) for piece in value.phrase)
        if isinstance(value, YearWord):
            return str(int(value))
        if isinstance(value, Name):
            return value
        if isinstance(value, str):
            if typed := DIGIT.search(value):
                message = f"{self.name}: an expression may not print a typed number, found {typed[0]!r}"
                raise TemplateError(message)
            return value
        kind = type(value).__name__
        message = f"{self.name}: a {kind} is not a fact; a template prints indicators, years and names only"
        raise TemplateError(message)

    def keep(self, piece: Piece) -> str:
        """Remember a piece and return its marker."""
        self.pieces.append(piece)
        return f"{OPEN}{len(self.pieces) - 1}{CLOSE}"


def write_prose(scene: Scene, source: str, *, name: str, calendar: bool = False, literals: Sequence[str] = ()) -> Prose:
    """Render a template for a scene.

    Parameters
    ----------
    scene
        The entity and year that names are looked up for; gaps are added to its list.
    source
        The template.
    name
        Where it stands, for messages: a cell id, or a file with its section.
    calendar
        Whether dates of the calendar may be typed (narratives and cases, which tell of one place and year).
    literals
        Proper names with digits that may be typed, beyond ``data/reference/literals.yml``.

    Raises
    ------
    TemplateError
        The template breaks a rule; the message names the line.
    UnknownNameError
        It names an indicator, breakdown, register or entity that no catalogue knows.
    """
    refuse_typed_digits(source, name, calendar=calendar, literals=(*scene.catalogue.literals, *literals))
    rendering = Rendering(scene, name)
    text = _render(rendering, source)
    maker = CardMaker(scene.facts)
    assembler = Assembler(scene, rendering.pieces, maker)
    paragraphs = [assembler.paragraph(part) for part in re.split(r"\n\s*\n", text.strip())]
    scene.gaps.extend(gap for gap in assembler.gaps if gap not in scene.gaps)
    return Prose(
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.runs),
        cards=maker.cards,
        gaps=tuple(assembler.gaps),
    )


def refuse_typed_digits(source: str, name: str, *, calendar: bool, literals: Sequence[str]) -> None:
    """Raise if a digit stands in the words of a template."""
    if PRIVATE.search(source):
        message = f"{name}: the template holds a private-use character; delete it"
        raise TemplateError(message)
    words = EXPRESSION.sub(lambda match: "\n" * match[0].count("\n"), source)
    for literal in sorted(literals, key=len, reverse=True):
        words = words.replace(literal, "")
    words = REFERENCE.sub("", words)
    if calendar:
        words = CALENDAR.sub("", words)
    for number, line in enumerate(words.splitlines(), 1):
        if found := DIGIT.search(line):
            message = (
                f"{name}, line {number}: prose may not contain a typed number, found {found[0]!r}; "
                "use {{ indicator }}, or list a proper name in data/reference/literals.yml"
            )
            raise TemplateError(message)


def _render(rendering: Rendering, source: str) -> str:
    environment = _environment()
    try:
        template = environment.from_string(source)
        context = _context(environment, template, rendering)
        return "".join(template.root_render_func(context))
    except jinja2.TemplateSyntaxError as error:
        message = f"{rendering.name}, line {error.lineno}: {error.message}{_offer(error.message or '')}"
        raise TemplateError(message) from None
    except jinja2.TemplateError as error:
        message = f"{rendering.name}: {error.message}"
        raise TemplateError(message) from None
    except NianbaoError as error:
        if str(error).startswith(rendering.name):
            raise
        message = f"{rendering.name}: {error}"
        raise type(error)(message) from None
    except (TypeError, ValueError, AttributeError) as error:
        message = f"{rendering.name}: {error}"
        raise TemplateError(message) from None


def _offer(message: str) -> str:
    """Offer the filters or tests most like one that does not exist."""
    unknown = re.search(r"No (filter|test) named '(\w+)'", message)
    return f" {nearest(unknown[2], FILTERS if unknown[1] == 'filter' else TESTS)}" if unknown else ""


def _context(environment: jinja2.Environment, template: jinja2.Template, rendering: Rendering) -> Context:
    scene = rendering.scene
    names: dict[str, Any] = {
        "year": YearWord(scene.year),
        "area": scene.area,
        "overview": lambda: Name(scene.overview()),
        "account": lambda *topics: Said(account(scene, topics)),
        "appearances": lambda: Name(_appearances(scene)),
        "entity": Name(scene.entity.name),
        "short": Name(scene.entity.short),
        "parent": Name(scene.entity.parent or scene.entity.slug),
        "names": lambda register, column=None, entity=None, **filters: _names(
            _place(scene, entity), register, column, filters
        ),
        "count": lambda register, entity=None, **filters: _count(_place(scene, entity), register, filters),
        "rendering": rendering,
    }
    return NamesContext(environment, names, template.name, template.blocks)


class NamesContext(Context):
    """Looks a name up among the catalogue's indicators where the template has not set it itself."""

    def resolve_or_missing(self, key: str) -> Any:  # noqa: ANN401 - Jinja's signature
        """Return what ``key`` means; an unknown name is an error at once."""
        found = super().resolve_or_missing(key)
        if found is not UNKNOWN:
            return found
        rendering: Rendering = self.parent["rendering"]
        return rendering.scene.term(key)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, finalize=_finalize, autoescape=False)
    environment.context_class = NamesContext
    environment.globals.clear()
    environment.filters = dict(FILTERS)
    environment.tests = {**TESTS, "defined": environment.tests["defined"]}
    return environment


@jinja2.pass_context
def _finalize(context: Context, value: Any) -> str:  # noqa: ANN401 - whatever a template expression yields
    rendering: Rendering = context.parent["rendering"]
    return rendering.mark(value)


def _place(scene: Scene, entity: str | None) -> Scene:
    return scene if entity is None else scene.at(entity)


def _names(scene: Scene, register: str, column: str | None, filters: dict[str, str]) -> Said | Name:
    """Join the names in one column of a register; by default the first of school, project and person that is filled."""
    entries = scene.facts.entries(scene.entity.slug, register, scene.year, **filters)
    if not entries:
        return Said((Lacking(_missing_register(scene, register)),))
    filled = [name for name in NAME_COLUMNS if any(getattr(record, name) for record in entries)]
    chosen = column or next(iter(filled), NAME_COLUMNS[0])
    listed = dict.fromkeys(record_name(scene.catalogue, record, chosen) for record in entries)
    names = [name for name in listed if name]
    if not names:
        message = f"register {register!r} has nothing in column {chosen!r}; it has {', '.join(filled)}"
        raise TemplateError(message)
    return Name(wording.join_names(names))


def _count(scene: Scene, register: str, filters: dict[str, str]) -> Term:
    counted = scene.facts.count(scene.entity.slug, register, scene.year, **filters)
    return Term(scene, counted.key, counted)


def _appearances(scene: Scene) -> str:
    """Name the cases of others in which the scene's entity stands: ``案例1-1（…）、案例5-4（…）``."""
    return "、".join(f"案例{case.number}（{case.title}）" for case in cases_with(scene, own=False))


def _missing_register(scene: Scene, register: str) -> Missing:
    counted = scene.facts.count(scene.entity.slug, register, scene.year)
    indicator = counted.indicator.model_copy(update={"label": scene.catalogue.register(register).label})
    return Missing(counted.key, indicator, "无记录")
