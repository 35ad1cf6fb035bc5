"""What is on record about one school, in sentences: each number with its change, the city's and the standard.

A school's records differ from those of the next one, so the sentences follow the data: a number that a case on the same
page tells already is told again only where there is something to hold it against.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Missing
from helpers.writing import wording
from helpers.writing.terms import AREAS
from helpers.writing.wider import beside, counterpart, is_counted, is_level, named_scope
from helpers.writing.wording import printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from helpers.model import Case, Fact, Record
    from helpers.writing.terms import Scene
    from helpers.writing.wording import Phrase, Piece

COUNTED = ("人次", "人数", "数")  # what a label loses where its number carries the unit
BETWEEN = " | "
ABOVE = "高于"


def facts_about(scene: Scene) -> list[Fact]:
    """Return what is known about the scene's entity: of its year, and of the year before what the year lacks.

    Sentences and tables made of it have one word for people.
    """
    now = scene.facts.about(scene.entity.slug, scene.year)
    known = {fact.key.indicator for fact in now}
    before = scene.facts.about(scene.entity.slug, scene.year - 1)
    found = now + [fact for fact in before if fact.key.indicator not in known]
    found = [comparison.in_persons(scene.catalogue, fact) for fact in found]
    order = {name: place for place, name in enumerate(scene.catalogue.indicators)}
    return sorted(found, key=lambda fact: order[fact.key.indicator])


def cases_with(scene: Scene, *, own: bool) -> tuple[Case, ...]:
    """Return the cases that tell of an entity: its own, or others' in which it stands."""
    slug = scene.entity.slug
    named = scene.facts.cases_naming(slug, scene.year)
    return tuple(case for case in named if (case.schools[0] == slug) == own)


def is_told(scene: Scene, told: Fact | Record) -> bool:
    """Whether the entity's own cases tell all of it."""
    locators = {f"案例{case.number}" for case in cases_with(scene, own=True)}
    if hasattr(told, "locator"):
        return set(told.locator.split(BETWEEN)) <= locators
    if told.observation is not None:
        return set(told.observation.locator.split(BETWEEN)) <= locators
    return bool(told.inputs) and all(is_told(scene, part) for part in told.inputs)


def is_worded(scene: Scene, fact: Fact) -> bool:
    """Whether an account of its topic or a case of the entity tells a number."""
    return is_told(scene, fact) or not _says_little(fact)


def account(scene: Scene, topics: Iterable[str]) -> Phrase:
    """Tell the numbers of some topics in one sentence; nothing where there are none.

    ``生师比为10.32:1，低于全市职业高中的12.55:1，优于20:1的国家标准；实习岗位350个，比上年增加40个，增长12.90%。``
    """
    teller, wanted = _Teller(scene), set(topics)
    told = ((fact, teller.against(fact)) for fact in facts_about(scene) if fact.indicator.topic in wanted)
    kept = [(fact, against) for fact, against in told if against or not (_says_little(fact) or is_told(scene, fact))]
    phrase: list[Piece] = []
    for _, group in groupby(kept, key=_kin):
        phrase += ["；" if phrase else "", *_clause(scene, list(group))]
    return (*phrase, "。") if phrase else ()


def spoken(scene: Scene, fact: Fact, *, leading: bool = False) -> str:
    """Name a number as a sentence does: ``专任教师`` of ``专任教师数``, which part in brackets.

    ``leading`` leaves out the last member of its breakdown, which a list names before each number.
    """
    label = fact.indicator.label
    if fact.unit.kind == "count":
        short = next((label.removesuffix(end) for end in COUNTED if label.endswith(end)), label)
        label = short.removesuffix(fact.unit.symbol) or label  # 驻校10余年, not 驻校年数10余年
    members = scene.catalogue.members(fact.key.cut)
    shown = members[:-1] if leading else members
    return label + (f"（{'，'.join(shown)}）" if shown else "")


Told = tuple["Fact", tuple["Phrase", ...]]


def _kin(told: Told) -> object:
    """Return what parts of one breakdown share that have nothing beside them; any other number stands alone."""
    fact, against = told
    return fact.key if against or not fact.key.cut else (fact.key.indicator, fact.key.year, fact.key.cut[:-1])


def _clause(scene: Scene, group: Sequence[Told]) -> Phrase:
    """Tell a number with what it is held against, or several parts in one list: ``获奖金牌4枚、银牌11枚``."""
    fact, against = group[0]
    year = "" if fact.key.year == scene.year else f"{fact.key.year}年"
    if len(group) > 1:
        parts = wording.enumerate_facts([(scene.label(part), part) for part, _ in group])
        return (f"{year}{spoken(scene, fact, leading=True)}：", *parts)
    name = f"{year}{spoken(scene, fact)}{'为' if is_level(fact) else ''}"
    return (name, printed(fact), *(piece for phrase in against for piece in ("，", *phrase)))


def _says_little(fact: Fact) -> bool:
    """Whether a number says nothing to a reader without another one beside it: 建模比例为1:1."""
    return fact.unit.kind == "ratio"


def _begins(phrase: Phrase, word: str) -> bool:
    return isinstance(phrase[0], str) and phrase[0].startswith(word)


class _Teller:
    """Makes the clauses of one sentence, and remembers whom the city's numbers were last said to count."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.named = ""

    def against(self, fact: Fact) -> tuple[Phrase, ...]:
        """Return what a number can be held against, in words."""
        return tuple(self._against(fact))

    def _against(self, fact: Fact) -> Iterator[Phrase]:
        """Yield what a number can be held against: the year before, the city, the standard."""
        moved = comparison.compare(self.scene.facts, fact)
        if not isinstance(moved, Missing):
            yield wording.change(moved)
        other = counterpart(self.scene, fact)
        held = self._beside(fact, other) if other is not None and is_counted(self.scene, other) else ()
        verdict = comparison.against_standard(self.scene.facts, fact)
        required = () if isinstance(verdict, Missing) else wording.standard(verdict)
        if held and required and _begins(held, ABOVE) and _begins(required, ABOVE):  # above the one and the other
            yield (*held, "和", *required[1:])
            return
        yield from filter(None, (held, required))

    def _beside(self, fact: Fact, other: Fact) -> Phrase:
        """Hold a number against the city's; whom that counts is said once."""
        full = named_scope(self.scene, other)
        area = AREAS[self.scene.catalogue.entities[other.key.entity].kind]
        phrase = beside(self.scene, fact, other, name=area if full == self.named else full)
        self.named = full if phrase else self.named
        return phrase
