"""The sheet of a topic: a row for each number, with what it was, what it is, how it moved, and what to look at."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.styles import Font

from helpers.checking.checks.continuity import JUMP, JUMP_IN_POINTS, SMALL
from helpers.entry import styles
from helpers.entry.entry_rules import add_entry_rules
from helpers.entry.expressions import LETTERS, EarlierTranslator, Translator, as_corrected, decimals, plain
from helpers.entry.labels import cut_label, is_count, number_format, unit_label
from helpers.entry.layout import DERIVED, FILLED, FIRST_ROW, STATUS_WORDS, TOPIC_COLUMNS, question_code
from helpers.model import Fact, Missing, Qualifier
from helpers.quantity import convert, decimals_of

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from helpers.entry.plan import Line, Plan
    from helpers.formulas import Facts
    from helpers.model import Topic

TO_FILL, EXPLAIN, LEAP, OFF, AGREES, FINE = "待填", "请说明", "变动较大", "相差", "相符", "正常"
UNKNOWN = "无记录"
WORDS_FOR_MISSING = {status: word for word, status in STATUS_WORDS.items()}
QUALIFIED = {
    Qualifier.ABOUT: '"约"{}', Qualifier.NEARLY: '"近"{}', Qualifier.OVER: '{}"余"',
    Qualifier.AT_LEAST: '{}"以上"', Qualifier.AT_MOST: '{}"以内"',
}  # fmt: skip
BASES = {
    "school_year_start": "{year}/{next}学年初",
    "calendar_year": "{year}年全年",
    "year_end": "{year}年末",
    "cumulative": "截至{year}年末累计",
    "survey": "{year}年调查",
    "event": "{year}年",
}
HELP = (
    "黄色格填写；灰色为上年数，蓝色自动算出，不用填。没有数时在“状态”中选原因，不要填0或“-”。"
    "空白的“增减”表示缺上年数或本年数，空白的“占比”表示不是某总数的分项。"
)


def write_topic(sheet: Worksheet, plan: Plan, topic: Topic, facts: Facts) -> None:
    """Fill the sheet of ``topic``."""
    lines = plan.lines[topic.code]
    styles.head(sheet, f"{plan.asked.entity.name}{plan.asked.edition}年{topic.label}", topic.help + HELP, TOPIC_COLUMNS)
    for number, line in enumerate(lines, FIRST_ROW):
        _TopicRow(sheet, plan, facts, line, number).write()
    last = FIRST_ROW + len(lines) - 1
    add_entry_rules(sheet, lines)
    value, verdict = LETTERS["value"], LETTERS["verdict"]
    styles.colour_rows(
        sheet, f"{value}{FIRST_ROW}:{verdict}{last}", f"${verdict}{FIRST_ROW}",
        [(OFF, styles.ALARM_FILL), (LEAP, styles.CAUTION_FILL), (EXPLAIN, styles.CAUTION_FILL)],
    )  # fmt: skip
    styles.colour_rows(
        sheet, f"{verdict}{FIRST_ROW}:{verdict}{last}", f"${verdict}{FIRST_ROW}",
        [(FINE, styles.FINE_FILL), (AGREES, styles.FINE_FILL)],
    )  # fmt: skip
    printed = f"A1:{verdict}{last}"  # the definitions are for the screen: with them the print would be too small
    styles.finish(sheet, TOPIC_COLUMNS, last, frozen=f"{LETTERS['unit']}{FIRST_ROW}", printed=printed)


class _TopicRow:
    """Writes one line of a topic sheet."""

    def __init__(self, sheet: Worksheet, plan: Plan, facts: Facts, line: Line, number: int) -> None:
        self.sheet, self.plan, self.facts, self.line, self.number = sheet, plan, facts, line, number
        self.at = {name: f"{letter}{number}" for name, letter in LETTERS.items()}

    def write(self) -> None:
        asked = self.line.kind == "asked"
        for column in TOPIC_COLUMNS:
            cell = self.sheet[self.at[column.name]]
            fill = styles.LOCKED_FILL if column.name == "before" else None if asked else styles.DERIVED_FILL
            entry = column.is_entry and asked
            styles.dress(cell, fill=fill, grey=column.name in {"code", "before", "definition"}, entry=entry)
        self.sheet[self.at["code"]].font = Font(name=styles.FONT, size=6, color=styles.GREY)
        texts = self._words()
        for name, content in texts.items():
            styles.text(self.sheet[self.at[name]], content)
        widths = {column.name: column.width for column in TOPIC_COLUMNS}
        styles.fit(self.sheet, self.number, [(texts[n], widths[n]) for n in texts if n != "code"])
        self._write_before()
        self._write_value()
        self._write_movement()
        self.sheet[self.at["verdict"]].value = self._verdict()

    def _words(self) -> dict[str, str]:
        line, catalogue = self.line, self.plan.asked.catalogue
        code = question_code(line.key, self.plan.asked.edition)
        label, breakdown = line.indicator.label, cut_label(self.plan, line)
        if line.kind == "sum":
            label, breakdown = f"{label}合计", f"{catalogue.dimensions[line.dimension].label}各项之和"
        if line.key.year != self.plan.asked.edition:
            label += f"（{line.key.year}年数）"
        return {
            "code": code if line.kind == "asked" else f"{DERIVED}{code}",
            "indicator": label,
            "breakdown": breakdown,
            "unit": unit_label(line.unit),
            "scope": catalogue.scopes[line.key.scope].label,
            "definition": self._definition(),
        }

    def _definition(self) -> str:
        indicator, year = self.line.indicator, self.line.key.year
        if self.line.kind == "sum":
            return "各分项相加，自动算出；应与总数相符。"
        basis = BASES.get(indicator.basis, "").format(year=year, next=year + 1)
        prefix = "自动算出。" if self.line.kind == "derived" else ""
        return f"{prefix}{indicator.defined(self.plan.asked.entity.kind)}" + (f"时间：{basis}。" if basis else "")

    def _write_before(self) -> None:
        cell = self.sheet[self.at["before"]]
        if self.line.kind == "sum":
            parts = [self.plan.rows["asked", part, ""][1] for part in self.line.parts]
            cells = [as_corrected(f"{LETTERS['correction']}{row}", f"{LETTERS['before']}{row}") for row in parts]
            cell.value = f'=IF(COUNT({",".join(cells)})<{len(cells)},"",SUM({",".join(cells)}))'
            cell.number_format = number_format(self.line.indicator, self.line.unit)
        elif self.line.kind == "derived":
            self._write_derived_before(cell)
        else:
            self._write_asked_before(cell)

    def _write_asked_before(self, cell: Cell | MergedCell) -> None:
        found = self._fact_before()
        if isinstance(found, Fact):
            cell.value = value = convert(found.value, found.unit, self.line.unit)
            shown = "0" if not decimals_of(value) else f"0.{'0' * decimals_of(value)}"
            cell.number_format = QUALIFIED.get(found.qualifier, "{}").format(shown)
        else:
            row = self.line.question.before if self.line.question else None
            styles.text(cell, UNKNOWN if row is None else WORDS_FOR_MISSING.get(row.status, UNKNOWN))

    def _write_derived_before(self, cell: Cell | MergedCell) -> None:
        """Show what is on record, until a number that it follows from is corrected."""
        found = self._fact_before()
        value = round(convert(found.value, found.unit, self.line.unit), 10) if isinstance(found, Fact) else None
        formula = EarlierTranslator(self.plan, self.line).formula_unless(
            f'"{UNKNOWN}"' if value is None else plain(value)
        )
        if formula is not None:
            cell.value = formula
        elif value is not None:
            cell.value = value
        else:
            styles.text(cell, UNKNOWN)
        shown = number_format(self.line.indicator, self.line.unit)
        cell.number_format = QUALIFIED.get(found.qualifier, "{}").format(shown) if isinstance(found, Fact) else shown

    def _fact_before(self) -> Fact | Missing:
        key = self.line.key
        return self.facts.get(type(key)(key.entity, key.year - 1, key.indicator, key.scope, key.cut))

    def _write_value(self) -> None:
        cell = self.sheet[self.at["value"]]
        if self.line.kind == "derived":
            cell.value = Translator(self.plan, self.line).formula()
            cell.number_format = number_format(self.line.indicator, self.line.unit)
        elif self.line.kind == "sum":
            rows = [self.plan.rows["asked", part, ""][1] for part in self.line.parts]
            cells = ",".join(f"{LETTERS['value']}{row}" for row in rows)
            cell.value = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
        else:
            cell.number_format = "0" if is_count(self.line.unit) else "General"

    @property
    def base(self) -> str:
        """The value of the year before: as corrected, if it was."""
        return as_corrected(self.at["correction"], self.at["before"])

    def _write_movement(self) -> None:
        value, change, growth = (self.at[name] for name in ("value", "change", "growth"))
        unit = self.line.unit
        places = 0 if is_count(unit) else max(decimals(self.line.indicator, unit), 2)
        shown = "0" if not places else f"0.{'0' * places}"
        difference = f"ROUND({value}-{self.base},9)"  # floats: 0.3-0.1 is not quite 0.2
        self.sheet[change].value = f'=IF(AND(ISNUMBER({value}),ISNUMBER({self.base})),{difference},"")'
        self.sheet[change].number_format = f"+{shown};-{shown};{shown}"
        if unit.is_of_hundred:
            styles.text(self.sheet[growth], "百分点")
        elif unit.kind != "rank":
            formula = f'=IF(ISNUMBER({change}),IFERROR({change}/ABS({self.base})*100,""),"")'
            self.sheet[growth].value = formula
            self.sheet[growth].number_format = "+0.00;-0.00;0.00"
        self._write_share()

    def _write_share(self) -> None:
        line = self.line
        if line.kind != "asked" or len(line.key.cut) != 1 or line.unit.kind not in {"count", "measure"}:
            return
        whole = type(line.key)(line.key.entity, line.key.year, line.key.indicator, line.key.scope)
        question = self.plan.questions.get(whole)
        if question is None or not self.plan.asked.catalogue.dimensions[line.key.cut[0][0]].total:
            return
        total = f"{LETTERS['value']}{self.plan.rows['asked', whole, ''][1]}"
        factor = line.unit.factor / question.unit.factor
        part = self.at["value"] if factor == 1 else f"{self.at['value']}*{plain(factor)}"
        cell = self.sheet[self.at["share"]]
        cell.value = f'=IF(COUNT({self.at["value"]},{total})<2,"",IFERROR({part}/{total}*100,""))'
        cell.number_format = "0.00"

    def _verdict(self) -> str:
        value, status, reason = self.at["value"], self.at["status"], self.at["reason"]
        if self.line.kind == "sum":
            return self._sum_verdict()
        leap = f'"{LEAP}，请核对"' if self.line.kind == "derived" else (
            f'IF({reason}="","{LEAP}，{EXPLAIN}","变动已说明")'
        )  # fmt: skip
        judged = f'IF({self._leaps()},{leap},"{FINE}")'
        if self.line.kind == "derived":
            return f'=IF(ISNUMBER({value}),{judged},"尚缺有关数")'
        if self.line.unit.kind == "percent":
            fraction = f"AND({value}>0,{value}<1,N({self.base})>=1)"
            judged = f'IF({fraction},"{EXPLAIN}：小于1%，是否误按小数填写",{judged})'
        corrected = f'AND({self.at["correction"]}<>"",{reason}="")'
        blank = f'IF(OR({status}="",{status}="{FILLED}"),"{TO_FILL}",IF({reason}="","{EXPLAIN}无数的原因","已说明"))'
        mixed = f'AND({status}<>"",{status}<>"{FILLED}")'
        return (
            f'=IF({value}="",{blank},IF({mixed},"{EXPLAIN}：有数，状态却是"&{status},'
            f'IF(NOT(ISNUMBER({value})),"文字，导入时再核对",IF({corrected},"{EXPLAIN}更正上年数的原因",{judged}))))'
        )

    def _leaps(self) -> str:
        """Write the condition that ``nianbao check`` calls a leap."""
        value, change = self.at["value"], self.at["change"]
        if self.line.unit.kind == "percent":
            return f"AND(ISNUMBER({change}),ABS(N({change}))>{JUMP_IN_POINTS})"
        small = f"MAX(ABS(N({value})),ABS(N({self.base})))>{SMALL}"
        return f"AND(ISNUMBER({change}),{small},ABS(N({change}))>{JUMP}*ABS(N({self.base})))"

    def _sum_verdict(self) -> str:
        line, total = self.line, self.at["value"]
        count, parts = len(line.parts), [self.plan.rows["asked", part, ""][1] for part in line.parts]
        cells = ",".join(f"{LETTERS['value']}{row}" for row in parts)
        if line.unit.kind == "percent":
            whole, compared, slack = "100", f"N({total})", "0.05"
            slack = f"MAX({slack},{plain(Decimal(5).scaleb(-decimals(line.indicator, line.unit) - 1) * count)})"
        elif line.question is not None:
            whole = f"N({LETTERS['value']}{self.plan.rows['asked', line.key, ''][1]})"
            factor = line.unit.factor / line.question.unit.factor
            compared = f"N({total})" if factor == 1 else f"N({total})*{plain(factor)}"
            places = 0 if is_count(line.unit) else decimals(line.indicator, line.unit)
            slack = plain(Decimal(5).scaleb(-places - 1) * (count + 1)) if places else "0.000001"
        else:
            return '="只作合计，无总数可比"'
        name = "100" if whole == "100" else "总数"
        known = "TRUE" if whole == "100" else f"COUNT({whole[2:-1]})=1"
        ready = f"AND(COUNT({cells})={count},{known})"
        difference = f'TEXT(ROUND({compared}-{whole},6),"+0.######;-0.######")'
        over = f"AND({known},{compared}-{whole}>{slack})"
        told = f'"与{name}{OFF}"&{difference}'
        agrees = f'IF(ABS({compared}-{whole})<={slack},"与{name}{AGREES}",{told})'
        return f'=IF({ready},{agrees},IF({over},{told},"分项未填全"))'
