"""SVG as a program wrote it -> SVG that can stand inside a page beside others.

A page holds many pictures, and their ids and styles share one space: ids get a prefix, style sheets go. The prologue,
the metadata and the namespaces go too, so that nothing in a page so much as names another host.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree as ET

from helpers.errors import TemplateError

DROPPED = {"metadata", "title", "desc", "style"}
REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
POINTS_PER_PIXEL = 0.75
EVERYWHERE = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What matplotlib's style sheet says of every element; said once on the root, it is inherited."""


@lru_cache(maxsize=32)
def inline_svg(svg: str, *, prefix: str, label: str) -> str:
    """Return ``svg`` as an element of a page; the same chapter stands on several.

    Parameters
    ----------
    svg
        A whole SVG document.
    prefix
        Put before every id in it; unique on the page.
    label
        What the picture shows, in words, for whoever cannot see it.

    Raises
    ------
    TemplateError
        ``svg`` is not an SVG document.
    """
    try:
        root = ET.fromstring(svg)  # noqa: S314 - drawn by our own process
    except ET.ParseError as error:
        message = f"{prefix}: the picture is not SVG: {error}"
        raise TemplateError(message) from None
    if _local(root.tag) != "svg":
        message = f"{prefix}: the picture is not SVG: its root is {_local(root.tag)!r}"
        raise TemplateError(message)
    _clean(root, prefix)
    width, height = _size(root)
    attributes = {name: value for name, value in root.attrib.items() if name not in {"width", "height", "version"}}
    attributes.setdefault("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib.clear()
    root.attrib.update(EVERYWHERE | attributes)
    root.set("style", f"--width:{width / POINTS_PER_PIXEL / 16:.2f}rem")
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("focusable", "false")
    root.tail = None
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, prefix: str) -> None:
    """Drop what a page does not need and prefix the ids, in place."""
    element.tag = _local(element.tag)
    element.attrib = {_local(name): _attribute(_local(name), text, prefix) for name, text in element.attrib.items()}
    for child in list(element):
        if _local(child.tag) in DROPPED:
            element.remove(child)
        else:
            _clean(child, prefix)
    if not (element.text or "").strip() and _local(element.tag) not in {"text", "tspan"}:
        element.text = None
    if not (element.tail or "").strip():
        element.tail = None


def _attribute(name: str, text: str, prefix: str) -> str:
    if name == "id":
        return f"{prefix}-{text}"
    if name == "href" and text.startswith("#"):
        return f"#{prefix}-{text[1:]}"
    if name == "d":
        return " ".join(text.split())
    return REFERENCE.sub(rf"url(#{prefix}-\1)", text)


def _size(root: ET.Element) -> tuple[float, float]:
    """Return width and height in the points that matplotlib writes."""
    box = [float(number) for number in (root.get("viewBox") or "").replace(",", " ").split()]
    if len(box) == 4:  # noqa: PLR2004 - left, top, width, height
        return box[2], box[3]
    return _points(root.get("width")), _points(root.get("height"))


def _points(length: str | None) -> float:
    match = re.match(r"[\d.]+", length or "")
    return float(match[0]) if match else 360.0


def _local(name: str) -> str:
    return name.rpartition("}")[2]
