"""The index over the reports of a year: every entity that has one, by kind, with links and the number of gaps.

It is made of what stands in ``reports/<year>``, so that it is the same whichever builds have made them, and written
only where something in it changed.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, get_args

from helpers.building.fingerprint import rendering_fingerprint
from helpers.building.pages import Model, page_body, page_shell
from helpers.building.place import INDEX
from helpers.building.staging import unwritable
from helpers.building.state import pending_index, write_json
from helpers.errors import BuildError
from helpers.loading import load_data
from helpers.model import EntityKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from helpers.building.place import Place
    from helpers.catalogue import Catalogue

BOOK = "report.pdf"
KINDS: dict[EntityKind, str] = {
    "nation": "全国", "province": "省", "city": "市", "county": "县（市、区）", "school": "学校",
    "teaching_group": "教研组", "enterprise": "企业",
}  # fmt: skip


class ListedReport(Model):
    """One report; ``gaps`` is how many things its data could not fill, if that is known."""

    slug: str
    name: str
    parent: str
    has_pages: bool
    has_book: bool
    gaps: int | None


class ListedKind(Model):
    """The reports of one kind of entity: 市, 学校."""

    label: str
    reports: tuple[ListedReport, ...]


@contextmanager
def overviews(place: Place, years: Iterable[int]) -> Iterator[None]:
    """Renew the indices over the reports of some years when the block has changed these.

    Raises
    ------
    BuildError
        An index cannot be written.
    """
    pending = {year: pending_index(place, year) for year in sorted(set(years))}
    for path in pending.values():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            raise unwritable(place.project.relative(path), error) from None
    yield
    for year, path in pending.items():
        renew_overview(place, year)
        path.unlink(missing_ok=True)


def renew_overview(place: Place, year: int) -> None:
    """Write the index over the reports of a year, if anything in it changed.

    Raises
    ------
    BuildError
        It cannot be written.
    """
    catalogue, _ = load_data(place.project)
    kinds = listed(place, year, catalogue)
    content = json.dumps([kind.model_dump() for kind in kinds], ensure_ascii=False)
    fingerprint, known = rendering_fingerprint(content), place.cache / str(year) / "index.json"
    try:
        place.tidy(year)
        if not kinds or (place.has_index(year) and _is_known(known, fingerprint)):
            return
        place.write_index(year, overview_page(year, kinds))
    except OSError as error:
        name = place.name(str(year), INDEX)
        raise BuildError(f"cannot write {name}: {error.strerror or error}; the reports themselves stand") from None
    write_json(place.project, known, fingerprint)


def overview_page(year: int, kinds: Sequence[ListedKind]) -> str:
    """Return the index over the reports of a year; links are relative to the year's folder."""
    count = sum(len(kind.reports) for kind in kinds)
    body = page_body("overview", year=year, kinds=kinds, count=count)
    return page_shell(f"{year}年中等职业教育质量年度报告", body)


def listed(place: Place, year: int, catalogue: Catalogue) -> list[ListedKind]:
    """Return the reports that stand, by kind of entity, in the order of the catalogue."""
    found: dict[str, list[ListedReport]] = {kind: [] for kind in get_args(EntityKind)}
    files = {entity: names for entity, names in place.entities(year).items() if names & {INDEX, BOOK}}
    manifests = place.manifests(year, files)
    for slug, entity in catalogue.entities.items():
        if slug not in files:
            continue
        parent = catalogue.entities.get(entity.parent or "")
        report = ListedReport(
            slug=slug,
            name=entity.name,
            parent=parent.short if parent else "",
            has_pages=INDEX in files[slug],
            has_book=BOOK in files[slug],
            gaps=_gaps(manifests.get(slug, b"")),
        )
        found[entity.kind].append(report)
    return [ListedKind(label=KINDS[kind], reports=tuple(found[kind])) for kind in KINDS if found[kind]]


def _gaps(manifest: bytes) -> int | None:
    """Return how many things a report's data could not fill; ``None`` where its manifest does not say."""
    try:
        gaps: dict[str, int] = json.loads(manifest)["gaps"]
        return sum(gaps.values())
    except (ValueError, KeyError):
        return None


def _is_known(path: Path, fingerprint: dict[str, str]) -> bool:
    try:
        return bool(json.loads(path.read_bytes()) == fingerprint)
    except (OSError, ValueError):
        return False
