"""Which documents an audit is on, and what its pages call them: 原报告, or 公报."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.writing.cards import REPORT, cite, published_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.audit.findings import Audit
    from helpers.model import Source

DATE_PARTS = "年月日"


@dataclass(frozen=True, slots=True)
class Published:
    """The documents that made the claims of an audit: ``word`` stands for them, ``definition`` says so in a sentence.

    The definition is empty where no document is named, as of a draft.
    """

    word: str
    definition: str


def published(audit: Audit, sources: Mapping[str, Source]) -> Published:
    """Return what the documents of an audit are called, and which ones they are, from their records."""
    codes = dict.fromkeys(finding.claim.document for finding in audit)
    documents = [sources[code] for code in codes if code]
    words = {published_word(source) for source in documents}
    word = words.pop() if len(words) == 1 else REPORT
    named = "、".join(_named(source) for source in documents)
    return Published(word, f"{word}指{named}。" if named else "")


def _named(source: Source) -> str:
    """Say who published a document when: ``清江市教育局2021年2月发布的《…》``."""
    return f"{source.producer}{_date(source.date_published)}发布的{cite(source)}"


def _date(text: str) -> str:
    """Write a date of publication, to the day, the month or the year, as a reader does.

    >>> _date("2021-02")
    '2021年2月'
    """
    parts = text.split("-") if text else []
    return "".join(f"{int(part)}{name}" for part, name in zip(parts, DATE_PARTS, strict=False))
