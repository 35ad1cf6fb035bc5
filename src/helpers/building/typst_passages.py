"""Markdown that is no heading -> Typst: paragraphs, lists, quotations, emphasis, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.errors import BuildError
from helpers.writing.typst_markup import literal, markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Token = dict[str, Any]


def passage_to_typst(tokens: Iterable[Token]) -> str:
    """Write mistune's tokens as Typst markup.

    Raises
    ------
    BuildError
        A token of a kind that the book does not set: a table or a picture in Markdown, raw HTML.
    """
    return "\n\n".join(_write(token) for token in tokens if token["type"] != "blank_line")


def _write(token: Token) -> str:
    writer = WRITERS.get(token["type"])
    if writer is None:
        message = f"the book does not set Markdown of kind {token['type']!r}; show a block of helpers instead"
        raise BuildError(message)
    return writer(token)


def _list(token: Token) -> str:
    kind = "enum" if token["attrs"].get("ordered") else "list"
    items = "".join(f"[{passage_to_typst(item['children'])}], " for item in token["children"])
    return f"#{kind}({items.rstrip()})"


def _children(token: Token) -> str:
    return "".join(_write(child) for child in token.get("children", ()))


WRITERS: dict[str, Callable[[Token], str]] = {
    "text": lambda token: markup(token["raw"]),
    "softbreak": lambda _: " ",
    "linebreak": lambda _: "#linebreak()",
    "codespan": lambda token: f"#raw({literal(token['raw'])})",
    "paragraph": _children,
    "block_text": _children,
    "strong": lambda token: f"#strong[{_children(token)}]",
    "emphasis": lambda token: f"#emph[{_children(token)}]",
    "link": lambda token: f"#link({literal(token['attrs']['url'])})[{_children(token)}]",
    "block_quote": lambda token: f"#quote(block: true)[{passage_to_typst(token['children'])}]",
    "list": _list,
}
