"""Registering a place in ``data/reference/entities.yml``: one line more, everything else in the file as it was."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, get_args

import yaml
from pydantic import ValidationError

from helpers.catalogue import load_catalogue
from helpers.entry.questions import EMPTY
from helpers.errors import ParameterError, UnknownNameError, nearest
from helpers.model import Entity, EntityKind
from helpers.transactions import put_in_place

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue
    from helpers.paths import Project

SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KINDS: tuple[str, ...] = get_args(EntityKind)


def register_entity(project: Project, slug: str, *, name: str, short: str, kind: str, parent: str | None) -> Entity:
    """Add a place to the entities, at the end of their file, and return it.

    Raises
    ------
    ParameterError
        The slug is no plain word or is taken, the kind is unknown, the name is empty or another place's.
    UnknownNameError
        No entity is called like the parent.
    WriteError
        The file cannot be written.
    """
    catalogue = load_catalogue(project)
    entity = _checked(catalogue, slug, {"name": name.strip(), "short": short.strip() or name.strip(), "kind": kind,
                                        "parent": parent})  # fmt: skip
    record = entity.model_dump(exclude={"slug"}, exclude_none=True)
    line = yaml.safe_dump({slug: record}, allow_unicode=True, default_flow_style=None, sort_keys=False, width=10_000)
    path = project.reference / "entities.yml"
    text = path.read_text(encoding="utf-8")
    joined = f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}"
    if yaml.safe_load(joined) != {**(yaml.safe_load(text) or {}), slug: record}:
        raise ParameterError(
            f"{project.relative(path)} does not end in a list of entities; add the line by hand: {line}"
        )
    put_in_place(project, {project.relative(path): joined.encode()})
    return entity


def _checked(catalogue: Catalogue, slug: str, record: dict[str, str | None]) -> Entity:
    name, short, kind, parent = record["name"], record["short"], record["kind"], record["parent"]
    if not SLUG.fullmatch(slug) or slug == EMPTY:
        raise ParameterError(f"{slug!r} is no slug: small Latin letters and digits, words joined by _, like xihu_high")
    if slug in catalogue.entities:
        raise ParameterError(f"{slug!r} is already {catalogue.entities[slug].name}; choose another slug")
    if kind not in KINDS:
        raise ParameterError(f"unknown kind {kind!r}; {nearest(str(kind), KINDS)} (kinds: {', '.join(KINDS)})")
    _check_names(catalogue, {"--name": name, "--short": short})
    if kind != "nation" and parent is None:
        raise ParameterError(f"a {kind} belongs to another place; name it by --parent, like --parent hangzhou")
    if parent is not None and parent not in catalogue.entities:
        raise UnknownNameError.of("entity", parent, catalogue.entities, "--parent")
    try:
        return Entity.model_validate({"slug": slug, **record})
    except ValidationError as error:
        raise ParameterError(f"{slug}: {error.errors()[0]['msg']}") from None


def _check_names(catalogue: Catalogue, names: dict[str, str | None]) -> None:
    for option, value in names.items():
        if not value or any(unicodedata.category(sign)[0] == "C" for sign in value):
            raise ParameterError(f"{option} {value!r} is no name; give it as it stands in documents")
    for other in catalogue.entities.values():
        if other.name == names["--name"]:
            raise ParameterError(f"{other.name} is already registered as {other.slug!r}")
