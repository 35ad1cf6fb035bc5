"""From marked text to paragraphs: what is lacking falls, markers become words and numbers with cards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.errors import TemplateError
from helpers.writing.blocks import Paragraph, Run, Text
from helpers.writing.filters import Lacking
from helpers.writing.terms import note_gap
from helpers.writing.wording import Printed, Since

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.writing.blocks import Gap
    from helpers.writing.cards import CardMaker
    from helpers.writing.terms import Scene

OPEN, CLOSE = "\ue000", "\ue001"
PIECE = re.compile(f"{OPEN}(\\d+){CLOSE}")
OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’』」）]*|[^。！？]+$")
MENTION = re.compile(r"(?:图示|图|表)\d+(?:-\d+)?")
SENTENCE_END = re.compile("[。！？]")
LEAD = re.compile(r"\*\*(.+?)\*\*")
CHINESE_GAP = re.compile(r"[ \t]*\n[ \t]*")
OF_THESE = "其中"
PLAIN_SCOPE = "按全部口径"
COMPARED = re.compile("[与比较]上年[^。！？]*$")  # the sentence has named the year before already
REPEATED = re.compile("(持平)(?:，(?:基本)?持平)+")
DANGLING = ((re.compile("[，、；：]+([，；。！？])"), r"\1"), (re.compile("([。；！？])[，、；]+"), r"\1"))

Piece = Printed | Since | Lacking


class Assembler:
    """Assembles the paragraphs of one rendered template, and gathers what they lack.

    Parameters
    ----------
    scene
        Whose gaps they are.
    pieces
        What the markers in the text stand for, by their number.
    maker
        Keeps the cards of the numbers that are printed in the end.
    """

    def __init__(self, scene: Scene, pieces: Sequence[Piece], maker: CardMaker) -> None:
        self.scene = scene
        self.pieces = pieces
        self.maker = maker
        self.gaps: list[Gap] = []

    def paragraph(self, text: str) -> Paragraph:
        """Drop what is lacking, then turn markers into runs."""
        text = CHINESE_GAP.sub("", text.strip())
        lead, text = _split_lead(text)
        text = self._drop_optional(text)
        text = "".join(self._kept(SENTENCE.findall(text)))
        for pattern, replacement in DANGLING:
            text = pattern.sub(replacement, text)
        return Paragraph(lead=lead, runs=tuple(self._runs(text)))

    def _drop_optional(self, text: str) -> str:
        """Unwrap ``[[ … ]]`` spans, innermost first; one that lacks more than a clause of its own falls."""
        while match := OPTIONAL.search(text):
            text = text[: match.start()] + self._sentence(match[1]) + text[match.end() :]
        return text

    def _kept(self, sentences: list[str]) -> Iterator[str]:
        """Yield the sentences that stay; one that begins with 其中 falls with the one that it speaks of."""
        fallen = False
        for sentence in sentences:
            kept = "" if fallen and sentence.startswith(OF_THESE) else self._sentence(sentence)
            fallen = not kept
            yield kept

    def _sentence(self, text: str) -> str:
        """Return a sentence, or a span of one, without what it lacks: a clause, or all of it."""
        for index in PIECE.findall(text):
            piece = self.pieces[int(index)]
            if isinstance(piece, Lacking) and piece.alone:
                self._note(piece)
                text = re.sub(f"[，、]?{OPEN}{index}{CLOSE}", "", text)
        return "" if self._lacking(text) else text

    def _lacking(self, text: str) -> bool:
        """Say whether a text lacks something, and note what."""
        lacking = [piece for piece in self._pieces_in(text) if isinstance(piece, Lacking)]
        for piece in lacking:
            self._note(piece)
        return bool(lacking)

    def _pieces_in(self, text: str) -> list[Piece]:
        return [self.pieces[int(index)] for index in PIECE.findall(text)]

    def _note(self, piece: Lacking) -> None:
        note_gap(self.scene, self.gaps, piece.missing)

    def _runs(self, text: str) -> list[Run]:
        runs: list[Run] = []
        words, said_since, same_scope = "", False, False
        for position, part in enumerate(PIECE.split(text)):
            if position % 2 == 0:
                said_since = bool(COMPARED.search(part)) or (said_since and not SENTENCE_END.search(part))
                same_scope = same_scope and said_since
                words += self._numbered(part)
                continue
            piece = self.pieces[int(part)]
            if isinstance(piece, Since):
                words += "" if said_since and same_scope == piece.same_scope else _opening(piece, after=same_scope)
                said_since, same_scope = True, piece.same_scope
            elif isinstance(piece, Printed):
                runs += _words(words)
                words = ""
                runs.append(self.maker.number(piece.fact, piece.text))
        return runs + _words(words)

    def _numbered(self, text: str) -> str:
        """Call tables and figures by the numbers that they have in this report."""
        if not self.scene.numbering:
            return text

        def number(match: re.Match[str]) -> str:
            found = self.scene.numbering.get(match[0], match[0])
            if not found:
                message = f"prose speaks of {match[0]}, which this report does not show: {text.strip()!r}"
                raise TemplateError(message)
            return found

        return MENTION.sub(number, text)


def _opening(since: Since, *, after: bool) -> str:
    """Say with what is compared, and on which basis where that is not the plain one, or the plain one after it."""
    return since.opening if since.same_scope or not after else PLAIN_SCOPE + since.text


def _words(text: str) -> list[Run]:
    """Return words as a run; difference and growth that are both nothing say so once."""
    return [Text(text=REPEATED.sub(r"\1", text))] if text else []


def _split_lead(text: str) -> tuple[str, str]:
    """Take a run-in heading (``**…**``) off the start of a paragraph."""
    match = LEAD.match(text)
    return (match[1], text[match.end() :].lstrip()) if match else ("", text)
