"""Markdown that is no heading -> Typst: paragraphs, lists, quotations, emphasis, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.errors import BuildError
from helpers.writing.typst_markup import literal, markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Token = dict[str, Any]

INLINE = {"strong": "#strong", "emphasis": "#emph"}


def passage_to_typst(tokens: Iterable[Token]) -> str:
    """Write mistune's tokens as Typst markup.

    Raises
    ------
    BuildError
        A token of a kind that the book does not set: a table or a picture in Markdown, raw HTML.
    """
    return "\n\n".join(_write(token) for token in tokens if token["type"] != "blank_line")


def _write(token: Mapping[str, Any]) -> str:
    match token["type"]:
        case "text":
            return markup(token["raw"])
        case "softbreak":
            return " "
        case "linebreak":
            return "#linebreak()"
        case "codespan":
            return f"#raw({literal(token['raw'])})"
        case "paragraph" | "block_text":
            return _children(token)
        case "strong" | "emphasis":
            return f"{INLINE[token['type']]}[{_children(token)}]"
        case "block_quote":
            return f"#quote(block: true)[{passage_to_typst(token['children'])}]"
        case "link":
            return f"#link({literal(token['attrs']['url'])})[{_children(token)}]"
        case "list":
            kind = "enum" if token["attrs"].get("ordered") else "list"
            items = ", ".join(f"[{passage_to_typst(item['children'])}]" for item in token["children"])
            return f"#{kind}({items})"
    message = f"the book does not set Markdown of kind {token['type']!r}; show a block of helpers instead"
    raise BuildError(message)


def _children(token: Mapping[str, Any]) -> str:
    return "".join(_write(child) for child in token.get("children", ()))
