"""Registering a place: one line more, and nothing else of the file touched. Every place here is invented."""

from __future__ import annotations

import pytest

from helpers.catalogue import load_catalogue
from helpers.entry.places import register_entity
from helpers.errors import NianbaoError
from support.small_project import ENTITIES, make_project


def test_a_place_is_added_at_the_end(tmp_path):
    """Comments, order and everything else in the file stay."""
    project = make_project(tmp_path, entities=f"# 单位\n{ENTITIES}")
    register_entity(project, "hill_1", name="青山县: “一”", short="青山", kind="county", parent="river")
    text = (project.reference / "entities.yml").read_text(encoding="utf-8")

    assert text.startswith(f"# 单位\n{ENTITIES}")
    assert len(text.splitlines()) == len(ENTITIES.splitlines()) + 2
    assert load_catalogue(project).entities["hill_1"].name == "青山县: “一”"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "Hill"}, "is no slug"),
        ({"slug": "empty"}, "is no slug"),
        ({"slug": "river"}, "already 清江市"),
        ({"kind": "town"}, "unknown kind 'town'"),
        ({"parent": None}, "belongs to another place"),
        ({"parent": "rivr"}, "did you mean 'river'"),
        ({"name": " "}, "is no name"),
        ({"name": "甲\n乙"}, "is no name"),
        ({"name": "清江市"}, "already registered as 'river'"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(tmp_path, change, message):
    """The file stays as it was."""
    project = make_project(tmp_path)
    words = {"slug": "hill", "name": "青山县", "short": "青山", "kind": "county", "parent": "river"} | change

    with pytest.raises(NianbaoError, match=message):
        register_entity(project, words.pop("slug"), **words)
    assert (project.reference / "entities.yml").read_text(encoding="utf-8") == ENTITIES
