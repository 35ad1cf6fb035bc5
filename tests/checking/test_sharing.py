"""What may leave the house. Every address, number and password here is invented."""

from __future__ import annotations

import base64
import json
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.checking.secrets import refuse_secrets
from helpers.checking.sharing import House, refuse_to_share
from helpers.errors import BuildError, ParameterError
from support.small_project import make_project

NOW = datetime(2031, 5, 17, 10, 20, 30, tzinfo=UTC)
DRAWN = "q7Hf2kLz9XwB4mTn8RsV"
TOKEN = "ghp_" + "a1B2c3D4e5" * 4
LEAKS = [
    ("a path of a machine", "/home/wang/report"),
    ("a path of a machine", "/Users/wang/report"),
    ("a path of a machine", "/var/nianbao-x1/socket"),
    ("a path of a machine", r"C:\Users\wang\report"),
    ("a path of a machine", r"D:\\shared\\data.csv"),
    ("a path of a machine", "file:///srv/report"),
    ("a kernel's connection", "kernel-3f2a9c1e-77aa.json"),
    ("a kernel's connection", "ipykernel_4711"),
    ("a network address", "192.168.1.20"),
    ("a network address", "10.0.33.7"),
    ("a network address", "0a:1b:2c:3d:4e:5f"),
    ("a network address", "fe80::1ff:fe23:4567"),
    ("an address of this machine", "localhost:8888"),
    ("an e-mail address", "zhang.san@example.edu.cn"),
    ("a mobile number", "13812345678"),
    ("a mobile number", "+86 138 1234 5678"),
    ("a telephone number", "0571-87012345"),
    ("a telephone number", "（0571）87012345"),
    ("an identity card number", "11010519491231002X"),
    ("the time of the build", "2031-05-17"),
    ("the time of the build", "2031-05-17T10:20:30"),
    ("the time of the build", "2031年5月17日"),
    ("the time of the build", "D:20310517102030"),
    ("the time of the build", "17 May 2031"),
    ("the time of the build", str(int(NOW.timestamp()))),
    ("what looks like a token", TOKEN),
    ("what looks like a private key", "-----BEGIN RSA PRIVATE KEY-----"),
    ("what looks like an address with a password", "https://wang:geheim1@example.cn/data"),
    ("what looks like a password", 'password = "geheim123"'),
]  # fmt: skip
HARMLESS = [
    "在校生13812345678901人", "占地面积 36.13812345678", "教职成〔2010〕12号", "1.2.3.4 规模", "2020-12-31T00:00:00", "见第12/13页",
    "2020—2021学年", "410105194912310021", "第138-1234页", "<a href='#/home/x'>", "https://example.cn/home/news/1.html",
    "sha256 17a13812345678bc", "12:30:45", "12173:1", "@media screen", "ask-me-later", "0571年", "2031-05-18",
    "password", "token",
]  # fmt: skip
FILES = {
    "chapters/01.html": "<p>一\n<span title='{}'>二</span></p>",
    "tables/table-01.csv": '年份,值\n2020,"{}"\n',
    "figures/figure-01.svg": "<svg><desc>{}</desc></svg>",
    "manifest.json": '{{"inputs": "{}"}}',
    "report.pdf": "%PDF-1.7\n1 0 obj<</Type /Metadata>>stream\n<x:xmpmeta>{}</x:xmpmeta>\nendstream endobj",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Make a small project."""
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def house(project):
    """Return the rules as on an invented day."""
    return House(project, "", NOW)


def whats(house, name, text):
    """Return the kinds of things found."""
    return {problem.what.partition(" (")[0] for problem in house.problems(name, text.encode())}


@pytest.mark.parametrize(("what", "leak"), LEAKS)
def test_each_kind_is_found_in_each_kind_of_file(house, what, leak):
    """Pages, tables, figures, the manifest, the metadata of a PDF, and what a notebook prints."""
    for name, text in FILES.items():
        assert what in whats(house, name, text.format(leak)), name
    cell = {"id": "scale", "cell_type": "code", "metadata": {"note": leak}, "source": "", "outputs": []}
    notebook = json.dumps({"cells": [{"id": "title", "source": "x"}, cell]}, ensure_ascii=False, indent=1)
    found = [problem for problem in house.problems("notebooks/01.ipynb", notebook.encode()) if what in problem.what]
    assert found
    if '"' not in leak:
        assert {problem.where for problem in found} <= {"notebooks/01.ipynb, cell 'scale'"}


@pytest.mark.parametrize("text", HARMLESS)
def test_a_reports_own_numbers_are_none_of_these(house, text):
    """Figures, fractions, documents, sections, versions, addresses of pages."""
    for name, frame in FILES.items():
        assert whats(house, name, frame.format(text)) == set(), name


def test_this_machine_its_user_and_its_secrets_are_known(project, monkeypatch):
    """Whatever they are called; a name that is entered as data is no secret, and ``root`` is nobody's name."""
    monkeypatch.setenv("LOGNAME", "lixiaoming")
    monkeypatch.setattr(socket, "gethostname", lambda: "buero-pc7")
    monkeypatch.setenv("UPLOAD_TOKEN", "geheim-geheim")
    house = House(project, "", NOW)

    for text, what in (
        (str(project.root), "a path of this machine"),
        (f"{sys.prefix}/lib/x.py", "a path of this machine"),
        (str(Path.home()), "a path of this machine"),
        ("by lixiaoming", "this user's name"),
        ("on BUERO-PC7", "this machine's name"),
        ("x=geheim-geheim", "the value of UPLOAD_TOKEN"),
    ):
        assert what in whats(house, "index.html", f"<p>{text}</p>"), text
    monkeypatch.setenv("LOGNAME", "river")  # the name of a city of the small project
    assert whats(House(project, "", NOW), "index.html", "<p>river</p>") == set()
    monkeypatch.setenv("LOGNAME", "root")
    assert whats(House(project, "", NOW), "index.html", "<p>root :root</p>") == set()


def test_what_is_listed_and_the_reports_own_numbers_may_be_shown(tmp_path):
    """A figure of eleven digits, and a hot line that readers are to call."""
    project = make_project(tmp_path)
    (project.reference / "literals.yml").write_text("- 0571-87012345\n", encoding="utf-8")
    house = House(project, "01,表1,13812345678,13812345678,元\n", NOW)

    assert whats(house, "index.html", "<p>13812345678元，电话0571-87012345</p>") == set()
    assert whats(house, "index.html", "<p>13812345679</p>") == {"a mobile number"}


def test_what_is_embedded_is_searched_and_outlines_are_not(house):
    """A picture in a page may name the machine; the points of a drawing look like anything."""
    picture = base64.b64encode(b"\x89PNG tEXt /home/wang/x").decode()

    assert whats(house, "a.html", f'<img src="data:image/png;base64,{picture}">') == {"a path of a machine"}
    for quote in ('"', '\\"'):
        assert whats(house, "a.svg", f"<path d={quote}M 138 1234 5678 \nQ 1 2\\n{quote}/>") == set()


def test_the_message_names_files_and_places_and_hides_secrets(project):
    """One clear word, before anything is put in place."""
    files = {"b.csv": b"1\n13812345678\n", "a.html": f"<p>{TOKEN}</p>".encode()}
    with pytest.raises(BuildError) as raised:
        refuse_to_share(files, project, "")

    assert str(raised.value) == (
        "this may not leave the house; the report was left as it was\n"
        "  a.html, line 1: what looks like a token (ghp…)\n"
        "  b.csv, line 2: a mobile number (13812345678); if it is meant for readers, list it in "
        "data/reference/literals.yml"
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("token", "Geheimnis", "has the name of a secret"),
        ("api_key", 1, "has the name of a secret"),
        ("DB_PASSWORD", "", "has the name of a secret"),
        ("source", "postgres://wang:geheim1@example.cn/x", "looks like an address with a password"),
        ("label", TOKEN, "looks like a token"),
        ("label", DRAWN, "looks like a value drawn by lot"),
    ],
)
def test_parameters_that_look_secret_are_refused(name, value, why):
    """With the name, never with the value."""
    with pytest.raises(
        ParameterError, match=f"^notebooks/x.ipynb: parameter '{name}' {why}, and an executed"
    ) as raised:
        refuse_secrets({"year": 2020, name: value}, "notebooks/x.ipynb")

    assert not value or str(value) not in str(raised.value)


def test_ordinary_parameters_are_not():
    """Names that only sound like it, and words however long."""
    ordinary = {
        "keyword": "x",
        "monkey": "y",
        "entity": "hangzhou_secondary_vocational_school",
        "secretary": "王",
        "n": 3,
    }
    refuse_secrets(ordinary, "notebooks/x.ipynb")
