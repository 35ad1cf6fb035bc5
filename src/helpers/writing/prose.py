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

from helpers import comparison
from helpers.errors import TemplateError, UnknownNameError
from helpers.model import Fact, Key, Missing
from helpers.quantity import bare, numeral, printed_value
from helpers.writing import wording
from helpers.writing.blocks import Gap, Number, Paragraph, Prose, Run, Text
from helpers.writing.cards import CardMaker
from helpers.writing.terms import Scene, Term, record_name
from helpers.writing.wording import Phrase, Printed, Since

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from helpers.comparison import Change, Verdict

OPEN, CLOSE = "\ue000", "\ue001"
PIECE = re.compile(f"{OPEN}(\\d+){CLOSE}")
PRIVATE = re.compile("[\ue000-\uf8ff]")
UNKNOWN = jinja2.utils.missing
PAIR = "两"  # two, where a measure word follows
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’』」）]*|[^。！？]+$")
CALENDAR = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{4}[—–-]\d{4}年?|〔\d{4}〕\d+号"
)
LEAD = re.compile(r"\*\*(.+?)\*\*")
DIGIT = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?%?")
CHINESE_GAP = re.compile(r"[ \t]*\n[ \t]*")
DANGLING = ((re.compile("[，、；：]+([，；。！？])"), r"\1"), (re.compile("([。；！？])[，、；]+"), r"\1"))


class YearWord(int):
    """A year: the one kind of whole number that a template may print itself."""

    def __add__(self, other: int) -> YearWord:
        return YearWord(int(self) + other)

    def __sub__(self, other: int) -> YearWord:
        return YearWord(int(self) - other)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A piece that is not to be had; ``alone`` means that only its own clause falls, not the sentence."""

    missing: Missing
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a filter returns: a phrase, or something lacking."""

    phrase: Phrase | tuple[Lacking, ...]


@dataclass
class Rendering:
    """One template while it is rendered: the pieces printed so far."""

    scene: Scene
    name: str
    pieces: list[Printed | Since | Lacking] = field(default_factory=list)

    def mark(self, value: Any) -> str:  # noqa: ANN401 - whatever a template expression yields
        """Turn what an expression yields into text with markers (Jinja's ``finalize``)."""
        if isinstance(value, Term):
            found = value.found
            return self.keep(Lacking(found) if isinstance(found, Missing) else wording.printed(found))
        if isinstance(value, Said):
            return "".join(piece if isinstance(piece, str) else self.keep(piece) for piece in value.phrase)
        if isinstance(value, YearWord):
            return str(int(value))
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        message = f"{self.name}: {value!r} is not a fact; a template prints indicators, years and names only"
        raise TemplateError(message)

    def keep(self, piece: Printed | Since | Lacking) -> str:
        """Remember a piece and return its marker."""
        self.pieces.append(piece)
        return f"{OPEN}{len(self.pieces) - 1}{CLOSE}"


def write_prose(
    scene: Scene, source: str, *, name: str, calendar: bool = False, literals: Sequence[str] = ()
) -> Prose:
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
    maker = CardMaker(scene.catalogue)
    gaps: list[Gap] = []
    paragraphs = [_paragraph(part, rendering, maker, gaps) for part in re.split(r"\n\s*\n", text.strip())]
    scene.gaps.extend(gap for gap in gaps if gap not in scene.gaps)
    return Prose(
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.runs),
        cards=maker.cards,
        gaps=tuple(gaps),
    )


def refuse_typed_digits(source: str, name: str, *, calendar: bool, literals: Sequence[str]) -> None:
    """Raise if a digit stands in the words of a template."""
    if PRIVATE.search(source):
        message = f"{name}: the template holds a private-use character; delete it"
        raise TemplateError(message)
    words = EXPRESSION.sub(lambda match: "\n" * match[0].count("\n"), source)
    for literal in sorted(literals, key=len, reverse=True):
        words = words.replace(literal, "")
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
        message = f"{rendering.name}, line {error.lineno}: {error.message}"
        raise TemplateError(message) from None
    except jinja2.TemplateError as error:
        message = f"{rendering.name}: {error.message}"
        raise TemplateError(message) from None
    except UnknownNameError as error:
        message = f"{rendering.name}: {error}"
        raise UnknownNameError(message) from None
    except (TypeError, ValueError, AttributeError) as error:
        message = f"{rendering.name}: {error}"
        raise TemplateError(message) from None


def _context(environment: jinja2.Environment, template: jinja2.Template, rendering: Rendering) -> Context:
    scene = rendering.scene
    names: dict[str, Any] = {
        "year": YearWord(scene.year),
        "area": scene.area,
        "entity": scene.entity.name,
        "short": scene.entity.short,
        "names": lambda register, column="school", entity=None, **filters: _names(
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
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, finalize=_finalize, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
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


def _names(scene: Scene, register: str, column: str, filters: dict[str, str]) -> Said | str:
    entries = scene.facts.entries(scene.entity.slug, register, scene.year, **filters)
    listed = dict.fromkeys(record_name(scene.catalogue, record, column) for record in entries)
    if not entries:
        return Said((Lacking(_missing_register(scene, register)),))
    return wording.join_names([name for name in listed if name])


def _count(scene: Scene, register: str, filters: dict[str, str]) -> Term:
    counted = scene.facts.count(scene.entity.slug, register, scene.year, **filters)
    return Term(scene, counted.key, counted)


def _missing_register(scene: Scene, register: str) -> Missing:
    counted = scene.facts.count(scene.entity.slug, register, scene.year)
    indicator = counted.indicator.model_copy(update={"label": scene.catalogue.register(register).label})
    return Missing(counted.key, indicator, "无记录")


# Filters: each takes a term and says something about it.


def _about(say: Callable[[Change], Phrase]) -> Callable[[Term], Said]:
    """Make a filter of a phrase about a change; without a predecessor it falls alone."""

    def said(term: Term) -> Said:
        found = term.found
        if isinstance(found, Missing):
            return Said((Lacking(found),))
        moved = term.change
        return Said((Lacking(moved, alone=True),) if isinstance(moved, Missing) else say(moved))

    return said


def _change(term: Term) -> Said:
    """Say how a term moved; where only the change is on record and the year before is not, say that."""
    if term.fact is not None and isinstance(term.change, Missing) and (recorded := term.recorded_change) is not None:
        return Said(wording.recorded(recorded))
    return _about(wording.change)(term)


def _bare(term: Term) -> Said:
    found = term.found
    return Said((Lacking(found),) if isinstance(found, Missing) else (Printed(found, bare(found)),))


def _hanzi(term: Term) -> Said:
    """Print a small count in Chinese numerals, its unit left to the words: ``四`` 所, ``两`` 项."""
    found = term.found
    if isinstance(found, Missing):
        return Said((Lacking(found),))
    number = int(printed_value(found))
    return Said((Printed(found, PAIR if number == 2 else numeral(number)),))  # noqa: PLR2004 - the only such number


def _standard(term: Term) -> Said:
    verdict = term.verdict
    return Said((Lacking(verdict),) if isinstance(verdict, Missing) else wording.standard(verdict))


def _of_verdict(choose: Callable[[Verdict], Fact]) -> Callable[[Term], Term]:
    def chosen(term: Term) -> Term:
        verdict = term.verdict
        return term.give(verdict if isinstance(verdict, Missing) else choose(verdict))

    return chosen


def _standards(terms: Sequence[Term]) -> Said:
    verdicts = [term.verdict for term in terms]
    known = [verdict for verdict in verdicts if not isinstance(verdict, Missing)]
    if not known:
        return Said((Lacking(next(v for v in verdicts if isinstance(v, Missing))),))
    return Said(wording.standards(known))


def _trend(terms: Sequence[Term], up: str = "有所增加", down: str = "有所减少") -> Said:
    moves = [(term.indicator.label, term.change) for term in terms]
    known = [(label, moved) for label, moved in moves if not isinstance(moved, Missing)]
    if not known:
        return Said((Lacking(next(m for _, m in moves if isinstance(m, Missing)), alone=True),))
    return Said(wording.trend(known, up, down))


def _parts(term: Term, dimension: str, first: int | None = None) -> Said:
    facts = term.parts(dimension)
    if not facts:
        return _undivided(term)
    return Said(wording.parts([(_member(term, dimension, fact), fact) for fact in facts], first))


def _beyond(sign: int) -> Callable[..., Said]:
    """Make a filter of the parts on one side of zero; where there are none, its sentence falls."""

    def said(term: Term, dimension: str, first: int | None = None) -> Said:
        facts = [fact for fact in term.parts(dimension) if printed_value(fact) * sign > 0]
        if not facts:
            return _undivided(term)
        return Said(wording.beyond([(_member(term, dimension, fact), fact) for fact in facts], sign, first))

    return said


def _within(gap: Term, limit: Term, *, over: str, counterpart: bool = False) -> Said:
    """Hold every part of a gap against a limit that is itself a fact; one part unknown, and nothing is said of all.

    ``counterpart`` names the parts by what the breakdown is matched with (行业 rather than 专业类别).
    """
    bound = limit.found
    if isinstance(bound, Missing):
        return Said((Lacking(bound),))
    dimension = gap.scene.catalogue.dimension(over, "within")
    labels = dimension.members | (dimension.counterpart if counterpart else {})
    found = [(labels[member], gap(**{over: member}).found) for member in dimension.members]
    known = [(label, fact) for label, fact in found if isinstance(fact, Fact)]
    if not known:
        return _undivided(gap)
    if len(known) < len(found):
        return Said(tuple(Lacking(fact) for _, fact in found if isinstance(fact, Missing)))
    return Said(wording.within(known, bound))


def _member(term: Term, dimension: str, fact: Fact) -> str:
    return term.scene.catalogue.dimension(dimension).members[dict(fact.key.cut)[dimension]]


def _undivided(term: Term) -> Said:
    indicator = term.scene.catalogue.indicator(term.key.indicator)
    return Said((Lacking(Missing(term.key, indicator, "无分项数据")),))


def _listed(term: Term, dimension: str) -> Said:
    """List parts in their official order: ``金奖5个、银奖7个``."""
    facts = [fact for fact in term.parts(dimension) if not fact.value.is_zero()]
    if not facts:
        return _parts(term, dimension)
    return Said(wording.enumerate_facts([(_member(term, dimension, fact), fact) for fact in facts]))


def _share_of(term: Term, whole: Term) -> Term:
    part, total = term.found, whole.found
    for found in (part, total):
        if isinstance(found, Missing):
            return term.give(found)
    if total.value.is_zero():  # type: ignore[union-attr]
        return term.give(Missing(term.key, part.indicator, "分母为零"))
    return term.give(comparison.share(term.scene.catalogue, part, total))  # type: ignore[arg-type]


def _direction(term: Term, up: str, down: str, level: str = "保持稳定") -> Said:
    found, moved = term.found, term.change
    if isinstance(found, Missing) or isinstance(moved, Missing):
        lacking = found if isinstance(found, Missing) else moved
        return Said((Lacking(lacking, alone=True),))  # type: ignore[arg-type]
    return Said((wording.direction(moved, up, down, level),))


FILTERS: dict[str, Callable[..., Any]] = {
    "change": _change,
    "difference": _about(wording.difference),
    "growth": _about(wording.growth),
    "from_to": _about(wording.from_to),
    "direction": _direction,
    "bare": _bare,
    "hanzi": _hanzi,
    "parts": _parts,
    "surpluses": _beyond(1),
    "deficits": _beyond(-1),
    "listed": _listed,
    "share_of": _share_of,
    "standard": _standard,
    "standards": _standards,
    "trend": _trend,
    "within": _within,
    "limit": _of_verdict(lambda verdict: verdict.limit),
    "exceedance": _of_verdict(lambda verdict: verdict.exceedance),
    "exceedance_rate": _of_verdict(lambda verdict: verdict.exceedance_rate),
}


def _moves(sign: int) -> Callable[[Term], bool]:
    def test(term: Term) -> bool:
        moved = term.change
        return not isinstance(moved, Missing) and moved.direction == sign

    return test


def _meets(term: Term) -> bool:
    verdict = term.verdict
    return not isinstance(verdict, Missing) and verdict.met


TESTS: dict[str, Callable[..., bool]] = {
    "rising": _moves(1),
    "falling": _moves(-1),
    "flat": _moves(0),
    "known": lambda term: term.fact is not None,
    "comparable": lambda term: not isinstance(term.change, Missing),
    "meeting_standard": _meets,
}


# From marked text to runs.


def _paragraph(text: str, rendering: Rendering, maker: CardMaker, gaps: list[Gap]) -> Paragraph:
    """Drop what is lacking, then turn markers into runs."""
    text = CHINESE_GAP.sub("", text.strip())
    lead, text = _split_lead(text)
    text = _drop_optional(text, rendering, gaps)
    kept = [_sentence(sentence, rendering, gaps) for sentence in SENTENCE.findall(text)]
    text = "".join(kept)
    for pattern, replacement in DANGLING:
        text = pattern.sub(replacement, text)
    runs = _runs(text, rendering, maker)
    return Paragraph(lead=lead, runs=tuple(runs))


def _split_lead(text: str) -> tuple[str, str]:
    """Take a run-in heading (``**…**``) off the start of a paragraph."""
    match = LEAD.match(text)
    return (match[1], text[match.end() :].lstrip()) if match else ("", text)


def _lacking(text: str, rendering: Rendering) -> list[Lacking]:
    pieces = [rendering.pieces[int(index)] for index in PIECE.findall(text)]
    return [piece for piece in pieces if isinstance(piece, Lacking)]


def _drop_optional(text: str, rendering: Rendering, gaps: list[Gap]) -> str:
    """Unwrap ``[[ … ]]`` spans, innermost first; one that lacks something falls."""
    while match := OPTIONAL.search(text):
        lacking = _lacking(match[1], rendering)
        _note(lacking, rendering, gaps)
        text = text[: match.start()] + ("" if lacking else match[1]) + text[match.end() :]
    return text


def _sentence(text: str, rendering: Rendering, gaps: list[Gap]) -> str:
    """Return a sentence without what it lacks: a clause, or all of it."""
    for index in PIECE.findall(text):
        piece = rendering.pieces[int(index)]
        if isinstance(piece, Lacking) and piece.alone:
            _note([piece], rendering, gaps)
            text = re.sub(f"[，、]?{OPEN}{index}{CLOSE}", "", text)
    lacking = _lacking(text, rendering)
    _note(lacking, rendering, gaps)
    return "" if lacking else text


def _note(lacking: list[Lacking], rendering: Rendering, gaps: list[Gap]) -> None:
    for piece in lacking:
        gap = gap_for(rendering.scene, piece.missing)
        if gap not in gaps:
            gaps.append(gap)


def gap_for(scene: Scene, missing: Missing) -> Gap:
    """Say in the reader's words what is missing and why."""
    key: Key = missing.key
    members = [
        scene.catalogue.dimensions[name].members[member]
        for name, member in key.cut
        if name in scene.catalogue.dimensions
    ]
    label = missing.indicator.label + (f"（{'，'.join(members)}）" if members else "")
    place = "" if key.entity == scene.entity.slug else scene.catalogue.entities[key.entity].short
    return Gap(what=f"{place}{key.year}年{label}", reason=missing.reason)


def _runs(text: str, rendering: Rendering, maker: CardMaker) -> list[Run]:
    runs: list[Run] = []
    words, said_since = "", False
    for position, part in enumerate(PIECE.split(text)):
        if position % 2 == 0:
            said_since = said_since and not re.search("[。！？]", part)
            words += part
            continue
        piece = rendering.pieces[int(part)]
        if isinstance(piece, Since):
            words += "" if said_since else piece.text
            said_since = True
        elif isinstance(piece, Printed):
            runs += [Text(text=words)] if words else []
            words = ""
            runs.append(_number(piece, maker))
    return runs + ([Text(text=words)] if words else [])


def _number(piece: Printed, maker: CardMaker) -> Number:
    return maker.number(piece.fact, piece.text)


