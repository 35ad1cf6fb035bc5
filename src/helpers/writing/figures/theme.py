"""How every picture looks, and how it becomes SVG: one width, one typeface, one palette.

The palette is told apart by people who see colours differently and, by lightness and hatching, in black and white.
Pictures are matplotlib figures that pyplot never hears of, drawn under settings of their own: what a notebook has set
for itself neither changes them nor is changed.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Text

from helpers.errors import SetupError
from helpers.model import LEFT_OVER
from helpers.writing.anchors import anchor
from helpers.writing.fonts import FAMILY, font_files, refuse_missing_glyphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

POINTS_PER_MILLIMETRE = 72 / 25.4
WIDTH = 160.0  # millimetres: the text width of an A4 page
SIZE, SMALL = 10.5, 9.5  # points; nothing is set smaller
UNIT_ROOM = 75.0  # points
LEGEND_SIGN = 40.0  # points: the sign and the space around it
LINE = 1.3 * SIZE  # points from one line of text to the next
INK, MUTED, RULE, PAPER = "#1f2328", "#57606a", "#c9d1d9", "#ffffff"
SALT = "nianbao"
STYLE_SHEET = re.compile(r"\s*<style.*?</style>", re.DOTALL)
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
IDENTIFIER = re.compile(r'(\bid="|href="#|url\(#)')


@dataclass(frozen=True, slots=True)
class Swatch:
    """A fill: colour, hatch and its colour, and the colour of text upon it."""

    fill: str
    ink: str = INK
    hatch: str = ""
    line: str = PAPER


NAVY = Swatch("#14487a", PAPER)
AMBER = Swatch("#e8a33d", hatch="///", line="#c47f17")
TEAL = Swatch("#247d7d", PAPER, hatch="\\\\\\", line="#5db0ae")
PALE = Swatch("#c3dbec")
WINE = Swatch("#7d2248", PAPER, hatch="---", line="#a8577a")
GREY = Swatch("#a5adb6")
SERIES = (NAVY, AMBER, TEAL, PALE, WINE)
"""Fills for unlike things, in order; their lightness is 30, 72, 48, 86 and 29. Grey (70) is for 其他."""
STEPS = (NAVY, Swatch("#7fb0d3"), Swatch("#d6e6f2"))
"""Fills for one thing at several times: the latest first, the further back the paler."""


def swatches(names: Sequence[str]) -> dict[str, Swatch]:
    """Return a fill for each unlike thing: grey for what is left over, the others in order; they come round again."""
    order = (name for name in names if name not in LEFT_OVER)
    fills = {name: SERIES[position % len(SERIES)] for position, name in enumerate(order)}
    return {name: fills.get(name, GREY) for name in names}


def steps(count: int) -> list[Swatch]:
    """Return fills for ``count`` times, the latest last."""
    return [STEPS[min(back, len(STEPS) - 1)] for back in reversed(range(count))]


@contextmanager
def style() -> Iterator[None]:
    """Draw under our settings, whatever the notebook has set; afterwards its own are back.

    Raises
    ------
    SetupError
        The typeface is not installed.
    """
    _register_fonts()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing from", category=UserWarning)
        mpl.rcdefaults()
        for name, value in _settings().items():
            mpl.rcParams[name] = value  # type: ignore[index]  # names are literals to matplotlib's stubs
        yield


def canvas(height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of the one width and ``height`` millimetres, and its axes without frame or ticks."""
    inches = (WIDTH / 25.4, height / 25.4)
    figure = Figure(figsize=inches, dpi=72, layout="constrained", facecolor=PAPER)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(w_pad=0.03, h_pad=0.03)  # type: ignore[call-arg]  # of the constrained layout
    axes = figure.add_subplot()
    sns.despine(ax=axes, left=True, bottom=True)
    axes.tick_params(length=0)
    axes.margins(0)
    return figure, axes


def paint(axes: Axes, bars: Iterable[Rectangle], swatch: Swatch) -> None:
    """Fill bars with a swatch."""
    for bar in bars:
        bar.set(facecolor=swatch.fill, linewidth=0)
        if swatch.hatch:
            over = Rectangle(bar.get_xy(), bar.get_width(), bar.get_height(), **_hatching(swatch))
            axes.add_patch(over)


def _hatching(swatch: Swatch) -> dict[str, Any]:
    """Return the looks of hatching without a fill.

    It lies over a plain bar: where a hatch pattern paints the ground too, some PDF viewers show the seams of its tiles.
    """
    return {"facecolor": "none", "edgecolor": swatch.line, "linewidth": 0, "hatch": swatch.hatch}


def legend(figure: Figure, named: Sequence[tuple[str, Swatch]]) -> None:
    """Name the fills above the picture, in as many columns as fit."""
    handles = []
    for _, swatch in named:
        ground = Patch(facecolor=swatch.fill, linewidth=0)
        handles.append((ground, Patch(**_hatching(swatch))) if swatch.hatch else (ground,))
    key_legend(figure, handles, [label for label, _ in named])


def key_legend(figure: Figure, handles: Sequence[tuple[Artist, ...]], labels: Sequence[str]) -> None:
    """Name the given signs above the picture, line by line, in as many columns as fit."""
    columns = legend_columns(labels)
    # Matplotlib fills column by column; a reader goes line by line.
    order = [position for column in range(columns) for position in range(column, len(labels), columns)]
    figure.legend(  # type: ignore[call-overload]  # the stubs do not know tuples of artists
        [handles[position] for position in order],
        [labels[position] for position in order],
        loc="outside upper left",
        ncols=columns,
        handler_map={tuple: HandlerTuple(ndivide=1)},
    )


def legend_columns(labels: Sequence[str]) -> int:
    """Return into how many columns the names go, the unit's place at the right kept free."""
    room = WIDTH * POINTS_PER_MILLIMETRE - UNIT_ROOM
    widths = [text_width(label) + LEGEND_SIGN for label in labels]
    for columns in range(len(labels), 1, -1):
        if sum(max(widths[column::columns]) for column in range(columns)) <= room:
            return columns
    return 1


def legend_height(labels: Sequence[str]) -> float:
    """Return the millimetres that a legend takes."""
    return -(-len(labels) // legend_columns(labels)) * 5.4 + 1


def unit_note(axes: Axes, symbol: str) -> None:
    """Say once, at the upper right, what the bare numbers count: ``单位：人``; beside a legend if there is one."""
    if not symbol:
        return
    figure = axes.get_figure(root=True)
    if figure is not None and figure.legends:
        top = 1 - 4.2 / (72 * figure.get_figheight())  # on the line of the legend
        figure.text(0.995, top, f"单位：{symbol}", ha="right", va="top", fontsize=SMALL, color=MUTED)
    else:
        axes.set_title(f"单位：{symbol}", loc="right", fontsize=SMALL, color=MUTED, pad=4)


def on_fill(axes: Axes, bar: Rectangle, text: str, swatch: Swatch) -> None:
    """Set text in the middle of a bar; hatching stops around it."""
    x, y = bar.get_center()
    label = axes.text(x, y, text, ha="center", va="center", color=swatch.ink, linespacing=1.25)
    if swatch.hatch:
        label.set_bbox({"facecolor": swatch.fill, "edgecolor": "none", "pad": 1.5})
        ground = label.get_bbox_patch()
        if ground is not None:
            ground.set_clip_path(bar)
            ground.set_clip_on(True)


def rim(width: float, colour: str = PAPER) -> list[AbstractPathEffect]:
    """Return the effect of a rim around a line, ``width`` points across."""
    return [Stroke(linewidth=width, foreground=colour), Normal()]


def text_width(text: str) -> float:
    """Estimate the width of the longest line in points: a Chinese letter is one em wide, a digit 0.56."""
    return max(sum(1.0 if ord(letter) > 0x2000 else 0.56 for letter in line) for line in text.split("\n")) * SIZE  # noqa: PLR2004


def render(figure: Figure, number: str) -> str:
    """Turn a figure into an SVG element whose ids begin with the anchor of ``number``.

    Raises
    ------
    SetupError
        The typeface lacks a character.
    TemplateError
        ``number`` is not the number of a figure.
    """
    prefix = anchor(number)
    texts = [artist.get_text() for artist in figure.findobj(Text)]
    refuse_missing_glyphs("".join(texts), number)
    buffer = io.StringIO()
    try:
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    except UserWarning as warning:
        raise SetupError(f"{number}: {warning}") from None
    return _scoped(buffer.getvalue(), prefix)


def _scoped(svg: str, prefix: str) -> str:
    """Drop what belongs to a file of its own, and prefix every id, so that pictures can share a page."""
    svg = METADATA.sub("", STYLE_SHEET.sub("", svg[svg.index("<svg") :]))
    svg = IDENTIFIER.sub(rf"\g<1>{prefix}-", svg)
    # What the style sheet said of every element of the page, the root now says of this picture's.
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    return re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    """Make matplotlib know our files, and prefer them to a system font of the same name."""
    for path in font_files():
        fontManager.addfont(path)
    ours = {str(path) for path in font_files()}
    fontManager.ttflist.sort(key=lambda entry: entry.fname not in ours)
    found = str(font_manager.findfont(FAMILY, fallback_to_default=False))
    if found not in ours:
        raise SetupError(f"matplotlib takes {FAMILY} from {found}, not from the package; uninstall that font")


def _settings() -> dict[str, Any]:
    return sns.axes_style("white") | {
        "font.family": [FAMILY],
        "font.size": SIZE,
        "text.color": INK,
        "text.parse_math": False,
        "axes.labelcolor": INK,
        "axes.labelsize": SMALL,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "axes.edgecolor": MUTED,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "hatch.linewidth": 0.7,
        "xtick.color": MUTED,
        "xtick.labelcolor": INK,
        "xtick.labelsize": SIZE,
        "ytick.color": MUTED,
        "ytick.labelcolor": INK,
        "ytick.labelsize": SIZE,
        "legend.frameon": False,
        "legend.fontsize": SIZE,
        "legend.handlelength": 1.5,
        "legend.handleheight": 0.9,
        "legend.handletextpad": 0.5,
        "legend.columnspacing": 1.6,
        "legend.borderpad": 0.0,
        "legend.borderaxespad": 0.2,
        "lines.linewidth": 1.2,
        "svg.fonttype": "path",
        "svg.hashsalt": SALT,
    }
