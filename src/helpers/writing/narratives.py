"""``data/narratives/<year>/<entity>/<chapter>.md``: what happened in one place and year, told in words.

What any place reports any year stands in the notebooks; policies, events and projects of one place and year stand
here, so that next year is a matter of new files. The language is that of ``%%prose``; ``## section_id`` starts a
section, a blank line a paragraph, ``**…。**`` a run-in heading, and ``【案例1-1】`` alone places a case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from helpers.errors import TemplateError

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.paths import Project

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
HEADING = re.compile(r"^## +(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Narrative:
    """The sections of one chapter's narrative, each a list of paragraph templates."""

    name: str
    literals: tuple[str, ...] = ()
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)


def narrative_path(project: Project, year: int, entity: str, chapter: str) -> Path:
    """Return where a chapter's narrative stands, whether or not there is one."""
    return project.data / "narratives" / str(year) / entity / f"{chapter}.md"


def load_narrative(project: Project, year: int, entity: str, chapter: str) -> Narrative:
    """Read the narrative of a chapter; an absent file is an empty narrative.

    Raises
    ------
    TemplateError
        The file is not UTF-8, its front matter is not YAML, or a section stands twice.
    """
    path = narrative_path(project, year, entity, chapter)
    name = project.relative(path)
    if not path.exists():
        return Narrative(name)
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        front = FRONT_MATTER.match(text)
        settings = yaml.safe_load(front[1]) if front else {}
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{name}: cannot be read ({type(error).__name__}); save it as UTF-8 with YAML front matter"
        raise TemplateError(message) from None
    body = text[front.end() :] if front else text
    pieces = HEADING.split(body)
    if pieces[0].strip():
        message = f"{name}: text before the first '## section'; move it into a section"
        raise TemplateError(message)
    sections: dict[str, tuple[str, ...]] = {}
    for section, content in zip(pieces[1::2], pieces[2::2], strict=True):
        if section in sections:
            message = f"{name}: section {section!r} stands twice; join the two"
            raise TemplateError(message)
        paragraphs = (paragraph.strip() for paragraph in re.split(r"\n\s*\n", content))
        sections[section] = tuple(paragraph for paragraph in paragraphs if paragraph)
    return Narrative(name, tuple((settings or {}).get("literals", ())), sections)
