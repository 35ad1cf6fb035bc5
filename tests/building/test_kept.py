"""What is kept between builds: never wrong, whatever has become of it on the disk."""

from __future__ import annotations

import os

import pytest
import uharfbuzz

from helpers.building import typefaces
from helpers.kept import clear_out, kept, place
from helpers.writing.fonts import font_files


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Keep things in a project of their own."""
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))
    return tmp_path


def counted(content):
    """Return a maker of ``content``, and the list of its calls."""
    calls = []

    def make():
        calls.append(content)
        return content

    return make, calls


def test_of_too_many_files_the_half_that_was_made_first_goes(tmp_path):
    """What a build remembers does not grow for ever."""
    for number in range(6):
        (tmp_path / str(number)).touch()
        os.utime(tmp_path / str(number), (number, number))
    clear_out(tmp_path, 7)
    assert len(list(tmp_path.iterdir())) == 6
    clear_out(tmp_path, 6)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4", "5"]


@pytest.mark.usefixtures("project")
def test_a_result_is_made_once():
    """The second time it is read."""
    make, calls = counted(b"cut")

    assert [kept("things", "key", make), kept("things", "key", make)] == [b"cut", b"cut"]
    assert len(calls) == 1


@pytest.mark.usefixtures("project")
def test_another_key_is_another_result():
    """What a result was made from names it."""
    assert kept("things", "one", lambda: b"1") != kept("things", "two", lambda: b"2")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("damage", [b"", b"cut", b"\0" * 40, None])
def test_a_damaged_result_is_made_again(damage):
    """Cut short, overwritten or turned in one bit: its digest tells."""
    make, calls = counted(b"cut")
    kept("things", "key", make)
    path = place("things", "key")
    path.write_bytes(path.read_bytes()[:-1] + b"?" if damage is None else damage)

    assert kept("things", "key", make) == b"cut"
    assert kept("things", "key", make) == b"cut"
    assert len(calls) == 2


def test_a_full_or_read_only_disk_costs_time_only(project):
    """A file stands where the folder would be: nothing can be written."""
    (project / ".cache").write_text("no folder")

    assert kept("things", "key", lambda: b"cut") == b"cut"


def test_results_do_not_pile_up(project):
    """When there are too many, the older half goes; the newest stays."""
    for number in range(35):
        kept("things", str(number), str(number).encode, most=10)
    make, calls = counted(b"34")

    assert len(list((project / ".cache" / "things").iterdir())) <= 10
    assert kept("things", "34", make) == b"34"
    assert calls == []


def test_nothing_is_kept_outside_a_project(tmp_path, monkeypatch):
    """There is no folder to keep it in."""
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))

    assert place("things", "key") is None
    assert kept("things", "key", lambda: b"cut") == b"cut"


def bytes_in(folder):
    """Return the content of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fresh_folder(text):
    """Ask for a folder as a new process would."""
    typefaces._folder_with.cache_clear()
    return typefaces.folder_of(text)


@pytest.mark.usefixtures("project")
def test_cut_typefaces_are_the_same_for_all_common_text():
    """An edit in common characters leaves the files as they are; a rare one adds itself."""
    assert typefaces.folder_of("年报") == typefaces.folder_of("统计")
    assert typefaces.folder_of("年报") != typefaces.folder_of("年报犇")


@pytest.mark.usefixtures("project")
def test_cut_typefaces_are_mended_when_damaged():
    """A file that was cut off, or is gone, is made again, with the same bytes."""
    folder = fresh_folder("年报")
    whole = bytes_in(folder)
    first, second, *_ = sorted(path for path in folder.iterdir() if path.suffix == ".otf")
    first.write_bytes(first.read_bytes()[:1000])
    second.unlink()

    assert bytes_in(fresh_folder("年报")) == whole
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.usefixtures("project")
def test_a_cut_typeface_draws_what_the_whole_one_draws():
    """Of the characters asked for, none is lost; of a character that the typeface lacks, none is invented."""

    def drawn(path):
        return set(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))).unicodes)

    asked = set(map(ord, typefaces.common() | {"犇", "\ue000"}))
    folder = typefaces.folder_of("犇\ue000")

    assert all(drawn(folder / file.name) == drawn(file) & asked for file in font_files())
    assert all(ord(letter) in drawn(folder / font_files()[0].name) for letter in "年报犇%−〔①㎡")
