"""Claims proposed for a draft: an expression where the words name it beyond doubt, candidates where only values agree.

An expression is proposed by its words alone, never by its value: what is chosen because it agrees cannot disagree. The
words are an indicator's label with its number (在校生98770人), or a movement behind it in the same sentence
(比上年增加7507人，增长8.23%). A paragraph keeps its subject: once it has spoken of something else (新兴专业80个,
民办学校16所, 其中…) or of several years (五年来，…), a bare label may mean a part, and only one that says whose it is
(全市在校生) gets an expression again. Where there is none, the numbers on record that print alike are named as
candidates, which an analyst may take over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from helpers.audit.claims import CLAIM_COLUMNS, Claim
from helpers.audit.printing import prints_as
from helpers.audit.tables import write_row
from helpers.quantity import to_base

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from helpers.audit.mentions import Mention
    from helpers.formulas import Facts
    from helpers.model import Fact, Indicator, Key, Unit

MOST_CANDIDATES = 3
MOVED = r"(?:[比较](?:上年|去年|上一年|(?P<base>[0-9]{4}) ?年)(?:同期)?|同比)?(?:增加|增长|提高|上升|减少|下降|降低)了?"
COMPARED = re.compile(r"[比较与同和]([0-9]{4}) ?年")
YEAR = re.compile(r"([0-9]{4}) ?年")
OF_YEARS = re.compile(r"年来|以来|期间|累计|历年|年间|届|[自从]")
OURS: Mapping[str, tuple[str, ...]] = {
    "nation": ("全国",),
    "province": ("全省", "我省", "本省"),
    "city": ("全市", "我市", "本市"),
    "county": ("全区", "全县", "我区", "我县", "本区", "本县"),
    "school": ("全校", "我校", "本校"),
}
"""How a report names whom it is about, by the kind of place."""
SUBJECT = "(?:各类|独立设置的?)*(?:中等职业(?:学校|教育)|中职(?:学校|教育))"
OWNERS = {"所", "家"}
"""What schools and enterprises are counted in: 民办中等职业学校16所，在校生… speaks of theirs from there on."""
OWNED = {"册", "台", "次", "人次", "篇", "条"}
"""What is counted and has nothing of its own; nor has what is measured."""
OWNING = re.compile(r"学校|院校|高校|高中|中专|职校|技校|专业|教育|企业|集团|基地|中心|机构|单位|园|班|项目|其中")
GENERAL = re.compile(rf"(?:{SUBJECT}|学校)(?:学校)?数?")
ENDINGS = ("人数", "数")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence speaks of: an indicator and a year."""

    indicator: Indicator
    year: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim proposed for a number; ``is_placed`` says that the words tell whose number it is, too."""

    mention: Mention
    claim: Claim
    is_placed: bool


@dataclass
class _Paragraph:
    """What a paragraph has spoken of so far: of the place (``is_placed``), of something else (``strays``)."""

    is_placed: bool = False
    strays: bool = False
    subject: Subject | None = None


@dataclass
class Proposer:
    """Proposes claims for the numbers of one draft."""

    facts: Facts
    entity: str
    year: int
    names: dict[str, Indicator] = field(init=False)
    known: list[Fact] = field(init=False)
    words: re.Pattern[str] = field(init=False)
    setting: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the names of the catalogue and what is on record of the year and the one before."""
        self.names = _unambiguous(self.facts.catalogue.indicators.values())
        self.known = [fact for year in (self.year, self.year - 1) for fact in self.facts.about(self.entity, year)]
        place = self.facts.catalogue.entities[self.entity]
        ours = (place.name, place.short, *OURS.get(place.kind, ()))
        whose = "|".join(re.escape(name) for name in sorted(ours, key=len, reverse=True))
        self.setting = re.compile(
            rf"(?:(?:截至)?(?P<year>[0-9]{{4}}) ?年(?:末|底|度)?|(?P<whose>{whose})|[,、\s]|{SUBJECT}(?:\([^()]*\))?"
            rf"|[比较与同和][0-9]{{4}} ?年(?:相比)?)*"
        )
        self.words = re.compile(
            rf"(?:(?P<year>[0-9]{{4}}) ?年(?:末|底)?|(?P<whose>{whose}))*"
            rf"(?P<name>.+?)(?P<moved>{MOVED})?(?:总数)?(?:共有?|总计|合计|计|有|为|是|达到?)*"
        )

    def propose(self, mentions: Iterable[Mention]) -> list[Proposal]:
        """Return a claim for each number, in the order of the draft."""
        found: list[Proposal] = []
        for _, paragraph in groupby(mentions, key=lambda mention: mention.line):
            state = _Paragraph()
            for _, sentence in groupby(paragraph, key=lambda mention: mention.sentence):
                state.subject = None
                for mention in sentence:
                    expression = self._read(mention, state)
                    found.append(Proposal(mention, self._claim(mention, expression, state.subject), state.is_placed))
        return found

    def _read(self, mention: Mention, state: _Paragraph) -> str:
        """Return what the words say gives a number, and note in ``state`` what the paragraph speaks of from here on."""
        setting = self.setting.fullmatch(mention.gap)
        base = next(reversed(COMPARED.findall(mention.context)), None)
        alone = re.fullmatch(MOVED, mention.before)
        if alone is not None and setting is not None and not state.strays:
            return "" if state.subject is None else self._moved(state.subject, mention, alone["base"] or base)
        named = self.words.fullmatch(mention.before)
        indicator = self._named(named["name"]) if named is not None else None
        placed = setting is not None and "(" not in mention.gap and bool(setting["whose"])
        placed = placed or (named is not None and indicator is not None and bool(named["whose"]))
        state.strays = not placed and (state.strays or setting is None)
        state.is_placed = not state.strays and "(" not in mention.gap and (placed or state.is_placed)
        state.subject = None
        if named is None or indicator is None or state.strays or not mention.ends:
            state.strays = state.strays or _may_own(mention)
            return ""
        year = int(named["year"]) if named["year"] else self._year(mention.context)
        if year is None:
            state.strays = True
            return ""
        state.subject = Subject(indicator, year)
        state.strays = indicator.unit.symbol in OWNERS and GENERAL.fullmatch(indicator.label) is None
        if named["moved"]:
            return self._moved(state.subject, mention, named["base"] or base)
        if _fitting(mention.units, indicator.unit) is None:
            return ""
        return indicator.id if year == self.year else f"{indicator.id}(year={year})"

    def _named(self, words: str) -> Indicator | None:
        """Return the one indicator that words name, 中职学校 before it or not."""
        return self.names.get(words) or self.names.get(re.sub(f"^{SUBJECT}", "", words))

    def _year(self, context: str) -> int | None:
        """Return the year that a sentence speaks of before the words that name a number; nothing if it is in doubt."""
        if OF_YEARS.search(context):
            return None
        if not {int(year) for year in YEAR.findall(COMPARED.sub("", context))} - {self.year}:
            return self.year
        setting = self.setting.fullmatch(context)
        if setting is None or not setting["year"] or len(YEAR.findall(context)) > 1:
            return None
        return int(setting["year"])

    def _moved(self, subject: Subject, mention: Mention, base: str | None) -> str:
        """Return the expression of a movement against the year before the report's."""
        if subject.year != self.year or (base is not None and int(base) != self.year - 1) or not mention.ends:
            return ""
        own, name = subject.indicator.unit, subject.indicator.id
        if any(unit.kind == "percent" for unit in mention.units) and not own.is_of_hundred:
            return f"growth({name})"
        return f"change({name})" if _fitting(mention.units, own) is not None else ""

    def _claim(self, mention: Mention, expression: str, subject: Subject | None) -> Claim:
        """Write a number down, in the unit that its indicator is counted in where several have the symbol."""
        wanted = subject.indicator.unit if subject is not None and expression else None
        unit = _fitting(mention.units, wanted) if wanted is not None else None
        unit = unit or next(iter(mention.units), None)
        claim = Claim(
            f"L{mention.line}-{mention.ordinals[0]}", self.entity, "", mention.place, mention.line,
            mention.ordinals, mention.printed, None if unit is None else mention.value, unit, mention.qualifier,
            expression, (), "", "", self.year, "",
        )  # fmt: skip
        return claim if expression else replace(claim, reason=self._reason(claim, mention.value))

    def _reason(self, claim: Claim, value: Decimal) -> str:
        """Say why a number has no expression, and what it could be; without a unit, in any."""
        wanted = "算式待写" if claim.unit is not None else "数后没有认得的单位，数值、单位和算式待写"
        names = [self._spelled(fact.key) for fact in self.known if _prints(claim, value, fact)]
        if not names:
            return f"{wanted}；在案的数中没有与此相同的"
        if len(names) > MOST_CANDIDATES:
            return f"{wanted}；在案的数中有{len(names)}个与此相同"
        return f"{wanted}；在案的数中与此相同的有 {' ; '.join(names)}"

    def _spelled(self, key: Key) -> str:
        """Write a key as an expression names it."""
        catalogue = self.facts.catalogue
        indicator = catalogue.indicator(key.indicator)
        usual = catalogue.default_scope(indicator, catalogue.entities[self.entity], self.year)
        words = [f"year={key.year}"] if key.year != self.year else []
        words += [f'scope="{key.scope}"'] if key.scope != usual else []
        words += [f'{dimension}="{member}"' for dimension, member in key.cut]
        return f"{key.indicator}({', '.join(words)})" if words else key.indicator


def claims_csv(claims: Iterable[Claim]) -> str:
    """Write claims as :func:`helpers.audit.claims.read_claims` reads them."""
    rows = [write_row(CLAIM_COLUMNS)]
    for claim in claims:
        rows.append(write_row([
            claim.id, claim.entity, claim.document, claim.place, claim.line, " ".join(map(str, claim.numerals)),
            claim.printed, "" if claim.value is None else f"{claim.value:f}",
            "" if claim.unit is None else claim.unit.code, str(claim.qualifier), claim.expression,
            " ; ".join(claim.readings), claim.reason, claim.note,
        ]))  # fmt: skip
    return "\n".join([*rows, ""])


def _may_own(mention: Mention) -> bool:
    """Whether a number may be of something that the words after it speak of: 新兴专业80个，在校生…."""
    counts = [unit for unit in mention.units if unit.kind == "count" and unit.symbol.lstrip("万亿") not in OWNED]
    return bool(counts) or not mention.units or OWNING.search(mention.before) is not None


def _unambiguous(indicators: Iterable[Indicator]) -> dict[str, Indicator]:
    """Return the indicators by their labels, with and without 数; what two are called names neither."""
    named: dict[str, dict[str, Indicator]] = {}
    for indicator in indicators:
        label = indicator.label
        for name in {label, *(label.removesuffix(ending) for ending in ENDINGS)} - {""}:
            named.setdefault(name, {})[indicator.id] = indicator
    return {name: next(iter(found.values())) for name, found in named.items() if len(found) == 1}


def _fitting(units: Iterable[Unit], wanted: Unit) -> Unit | None:
    """Return the one of several units in which a number of ``wanted`` may be printed; it itself, if it is there."""
    fitting = [unit for unit in units if unit.base == wanted.base and _class(unit) == _class(wanted)]
    return wanted if wanted in fitting else next(iter(fitting), None)


def _class(unit: Unit) -> str:
    """Tell what base units leave open: 12.55 of a whole is no percentage."""
    return "percent" if unit.is_of_hundred else "ratio" if unit.kind == "ratio" else ""


def is_alike(one: Unit, other: Unit) -> bool:
    """Whether two units count the same things, one of them perhaps in 万."""
    return one.base == other.base and _class(one) == _class(other) and _thing(one) == _thing(other)


def _thing(unit: Unit) -> str:
    return "%" if unit.is_of_hundred else unit.symbol.lstrip("万亿")


def _prints(claim: Claim, value: Decimal, fact: Fact) -> bool:
    """Whether a number on record prints as a claim's value does; what fell, by its size."""
    if claim.unit is not None and not is_alike(fact.unit, claim.unit):
        return False
    own = replace(claim, value=value, unit=claim.unit or fact.unit)
    found = to_base(fact.value, fact.unit)
    return prints_as(own, -found if own.expected is not None and own.expected < 0 < found else found)
