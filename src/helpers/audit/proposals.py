"""Claims proposed for a draft: an expression where the words name it beyond doubt, candidates where only values agree.

An expression is proposed by its words alone, never by its value: what is chosen because it agrees cannot disagree. The
words are an indicator's label with its number (在校生98770人), or a movement behind it in the same sentence
(比上年增加7507人，增长8.23%). Where the sentence begins with a number of something else (新兴专业80个，在校生24459人),
and behind 其中, a label may mean a part: no expression either; nor where it tells of several years (五年来，…). Where
there is none, the numbers on record that print alike are named as candidates, which an analyst may take over.
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
    from collections.abc import Iterable
    from decimal import Decimal

    from helpers.audit.mentions import Mention
    from helpers.formulas import Facts
    from helpers.model import Fact, Indicator, Key, Unit

MOST_CANDIDATES = 3
MOVED = r"(?:[比较](?:上年|去年|上一年|(?P<base>[0-9]{4}) ?年)(?:同期)?|同比)?(?:增加|增长|提高|上升|减少|下降|降低)了?"
COMPARED = re.compile(r"[比较与同和]([0-9]{4}) ?年")
YEAR = re.compile(r"([0-9]{4}) ?年")
OF_YEARS = re.compile(r"年来|以来|期间|累计|历年|年间|届|[自从]")
ENDINGS = ("人数", "数")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence speaks of: an indicator and a year."""

    indicator: Indicator
    year: int


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
        whose = "|".join(
            re.escape(name) for name in (place.name, place.short, "全市", "全省", "全国", "全校", "全区", "全县")
        )
        self.setting = re.compile(rf"(?:(?P<year>[0-9]{{4}}) ?年(?:末|底|度)?|{whose}|[,、\s])*")
        self.words = re.compile(
            rf"(?:(?P<year>[0-9]{{4}}) ?年(?:末|底)?|{whose})*"
            rf"(?P<name>.+?)(?P<moved>{MOVED})?(?:总数)?(?:共有?|总计|合计|计|有|为|是|达到?)*"
        )

    def propose(self, mentions: Iterable[Mention]) -> list[Claim]:
        """Return a claim for each number, in the order of the draft."""
        claims: list[Claim] = []
        for _, sentence in groupby(mentions, key=lambda mention: (mention.line, mention.sentence)):
            subject: Subject | None = None
            foreign = False
            for place, mention in enumerate(sentence):
                expression, subject = ("", None) if foreign else self._read(mention, subject)
                foreign = foreign or (not place and subject is None) or "其中" in mention.before
                claims.append(self._claim(mention, expression, subject))
        return claims

    def _read(self, mention: Mention, subject: Subject | None) -> tuple[str, Subject | None]:
        """Return what the words say gives a number, and what the sentence speaks of from here on."""
        alone = re.fullmatch(MOVED, mention.before)
        base = next(reversed(COMPARED.findall(mention.context)), None)
        if alone is not None:
            return ("" if subject is None else self._moved(subject, mention, alone["base"] or base)), subject
        named = self.words.fullmatch(mention.before)
        indicator = self.names.get(named["name"]) if named is not None else None
        if named is None or indicator is None or not mention.ends:
            return "", None
        year = int(named["year"]) if named["year"] else self._year(mention.context)
        if year is None:
            return "", None
        subject = Subject(indicator, year)
        if named["moved"]:
            return self._moved(subject, mention, named["base"] or base), subject
        if _fitting(mention.units, indicator.unit) is None:
            return "", subject
        return (indicator.id if subject.year == self.year else f"{indicator.id}(year={subject.year})"), subject

    def _year(self, context: str) -> int | None:
        """Return the year that a sentence speaks of before the words that name a number; nothing if it is in doubt."""
        if OF_YEARS.search(context):
            return None
        if not {int(year) for year in YEAR.findall(COMPARED.sub("", context))} - {self.year}:
            return self.year
        setting = self.setting.fullmatch(context)
        return int(setting["year"]) if setting is not None and len(YEAR.findall(context)) == 1 else None

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
