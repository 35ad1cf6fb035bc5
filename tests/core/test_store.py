"""Many rows are held in a database; they are the same rows, and what is wrong with them is said in the same words."""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.catalogue import load_catalogue
from helpers.errors import DataError, SetupError
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Key
from helpers.observations import Observations
from helpers.store import opening
from helpers.store.columnar import ColumnarStore
from helpers.store.filling import is_plain
from helpers.store.memory import MemoryStore, read_into_memory
from support.small_project import CASES, ENTITIES, HEADER, OBSERVATIONS, RECORDS, make_project

ROW = "river,2020,graduates,,,390,person,,final,yearbook,表1,"
LATER = f"""{HEADER}
river,2020,enrolment,,,1105,person,,revised,yearbook,表1,
river,2019,enrolment,,,1001,person,,revised,yearbook,表1,
brook,2021,enrolment,,,260,person,,final,yearbook,表1,"two
lines, and a comma"
river,2021,awards,,medal=silver,,medal,,not_available,yearbook,表2,
"""
LATEST = f"{HEADER}\nriver,2020,enrolment,,,1106,person,,revised,yearbook,表1,\n"
MORE_CASES = CASES + CASES.replace('"1-1"', '"1-2"').replace("[brook]", "[river, brook]")


@pytest.fixture
def few(monkeypatch):
    """Let any number of rows need a database."""
    monkeypatch.setattr(opening, "LARGE", 0)


def both(project):
    """Open a project in memory and in a database."""
    catalogue = load_catalogue(project)
    return Observations(read_into_memory(project, catalogue)), Observations(opening.open_store(project, catalogue))


def told(work):
    """Return the lines that say what is wrong, or nothing."""
    try:
        work()
    except DataError as error:
        return [str(problem) for problem in error.problems]
    return None


def add_editions(root):
    """Restate numbers of 2020 in two later editions."""
    for name, text in (("2021.csv", LATER), ("2022.csv", LATEST)):
        (root / "data/observations" / name).write_text(text, encoding="utf-8")
    (root / "data/records/2021.csv").write_text(
        (root / "data/records/2020.csv").read_text(encoding="utf-8").replace(",2020,", ",2021,"), encoding="utf-8"
    )
    (root / "data/cases/2021.yml").write_text("[]\n", encoding="utf-8")


@pytest.mark.usefixtures("few")
def test_a_database_holds_what_memory_holds(tmp_path):
    """Rows, their order within an entity, restated rows, registers and cases; whoever asks cannot tell which it is."""
    project = make_project(tmp_path, cases=MORE_CASES)
    add_editions(tmp_path)

    memory, database = both(project)

    assert isinstance(database._store, ColumnarStore)
    assert isinstance(memory._store, MemoryStore)
    for entity in ("river", "brook", "nobody"):
        ours, theirs = (list(one._store.rows_of(entity).values()) for one in (database, memory))
        assert ours == theirs
        assert [row.where for row in ours] == [row.where for row in theirs]
        assert database.years(entity) == memory.years(entity)
        for year in (2019, 2020, 2021):
            assert database.about(entity, year) == memory.about(entity, year)
            assert database.standing(entity, year) == memory.standing(entity, year)
            assert database.cases_of(entity, year) == memory.cases_of(entity, year)
            assert database.cases_naming(entity, year) == memory.cases_naming(entity, year)
            assert database.register(entity, "model_schools", year) == memory.register(entity, "model_schools", year)
            filed = database.filed_above(entity, "model_schools", year)
            assert filed == memory.filed_above(entity, "model_schools", year)
    assert sorted(row.key for row in database) == sorted(row.key for row in memory)
    assert len(database) == len(memory)
    assert list(database.superseded) == list(memory.superseded)
    assert len(database.superseded) == len(memory.superseded) == 3
    assert list(database.records) == list(memory.records)
    assert [record.where for record in database.records] == [record.where for record in memory.records]
    assert dict(database.cases) == dict(memory.cases)
    assert database.entities_by_year == memory.entities_by_year
    assert [database.has_case(number) for number in ("1-1", "9-9")] == [True, False]
    schools = Key("river", 2020, "schools", "all")
    assert database.cuts(schools, "school_kind") == memory.cuts(schools, "school_kind") != ()


BREAKS = """\
- {code: own_count, indicators: [graduates], entities: [river], year: 2020, reason: 改了口径, scope: vocational_high}
- {code: all_count, indicators: [teachers], year: 2020, reason: 改了口径, scope: vocational_high}
"""


@pytest.mark.usefixtures("few")
def test_a_series_that_breaks_in_one_place_breaks_there_alone(tmp_path):
    """A row of one city must not be judged by that of another."""
    project = make_project(
        tmp_path,
        entities=ENTITIES + "pond: {name: 明湖市, short: 明湖, kind: city}\n",
        observations=OBSERVATIONS + ROW.replace("river", "pond") + "\n",
    )
    (tmp_path / "data/reference/breaks.yml").write_text(BREAKS, encoding="utf-8")

    memory, database = both(project)

    assert {row.key: row for row in database} == {row.key: row for row in memory}
    assert {row.key.scope for row in database if (row.key.indicator, row.key.year) == ("graduates", 2020)} == {
        "all", "vocational_high",
    }  # fmt: skip


@pytest.mark.usefixtures("few")
def test_the_real_data_are_the_same_in_a_database(tmp_path, project_root):
    """Five hundred rows with every oddity that people have written so far."""
    for name in ("data", "notebooks"):
        (tmp_path / name).symlink_to(project_root / name)

    memory, database = both(opening_project(tmp_path))

    assert {row.key: row for row in database} == {row.key: row for row in memory}
    assert list(database.records) == list(memory.records)
    assert dict(database.cases) == dict(memory.cases)


def opening_project(root):
    """Name a folder as a project."""
    from helpers.paths import Project  # noqa: PLC0415

    return Project(root)


BROKEN = [
    ROW.replace("graduates", "gradutes"),
    ROW.replace("river", "rivre"),
    ROW.replace("river", "rivre").replace("graduates", "gradutes").replace("390", "39O"),
    ROW.replace("2020", "20"),
    ROW.replace("390", "39O"),
    ROW.replace("390", "NaN"),
    ROW.replace("390", ""),
    ROW.replace("final", "not_available"),
    ROW.replace("final", "finl"),
    ROW.replace("person", "pearson"),
    ROW.replace("person", "yuan"),
    ROW.replace("person,", "person,ca"),
    ROW.replace("yearbook", "yearbok"),
    ROW.replace("表1", " 　"),
    ROW.replace("graduates,", "graduates,al"),
    ROW.replace("graduates,,", "graduates,,kind=x"),
    ROW.replace("graduates,,", "graduates,,school_kind=hig"),
    ROW.replace("graduates,,", "graduates,,school_kind=high;school_kind=skilled"),
    ROW + ",",
    ROW[:-1],
    "",
    '"' + ROW,
    ROW + "\n" + ROW,
    ROW + "\n" + ROW.replace("390", "391"),
    ROW.replace("graduates,,", 'graduates," ",'),
]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("wrong", BROKEN)
def test_what_is_wrong_is_said_in_the_same_words(tmp_path, wrong):
    """The same problems, of the same rows, in the same order."""
    project = make_project(tmp_path, observations=OBSERVATIONS.replace(ROW, wrong))
    catalogue = load_catalogue(project)

    in_bulk = told(lambda: opening.open_store(project, catalogue))

    assert in_bulk == told(lambda: read_into_memory(project, catalogue))
    assert in_bulk or 'graduates," ",' in wrong


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("unit", "units").encode(),
        lambda text: text.replace("value,unit", "value,value").encode(),
        lambda text: text.encode("gb18030"),
        lambda text: text[:0].encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", "\n\n", 3).encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + "river,2020").encode(),
        lambda text: text.replace("390", "3\x0090").encode(),
        lambda text: text.replace("390", " 390\t").replace("person", "　person\xa0").encode(),
    ],
    ids=[
        "unknown column", "column twice", "not UTF-8", "empty", "byte order mark", "CRLF", "CR", "blank lines",
        "no last line end", "last row cut off", "NUL", "blanks around cells",
    ],
)  # fmt: skip
def test_damaged_files_are_read_alike(tmp_path, damage):
    """Encodings, line ends, headers: Python's reader is the measure of what stands in a file."""
    project = make_project(tmp_path)
    path = tmp_path / "data/observations/2020.csv"
    path.write_bytes(damage(path.read_text(encoding="utf-8")))
    catalogue = load_catalogue(project)

    in_bulk = told(lambda: opening.open_store(project, catalogue))

    assert in_bulk == told(lambda: read_into_memory(project, catalogue))
    if in_bulk is None:
        memory, database = both(project)
        assert {row.key: row for row in database} == {row.key: row for row in memory}


CELLS = st.one_of(
    st.sampled_from([
        "river", "brook", "rivr", "2020", "2019", "２０２０", "19", "enrolment", "graduates", "schools", "awards", "all",
        "own", "school_kind=high", "medal=gold; ", "medal", "100", "+5", "1e3", "1_0", "-0", "１２", ".5", "5.", "inf",
        "person", "medal", "school", "ten", "over", "about", "final", "revised", "not_available", "yearbook", "表1", "",
        " ", "　", "\x85", 'a"b', '"', ' "x"', "a,b", "a\nb", "a\rb", "\x00", "'", "#", "\\", "NULL",
    ]),
    st.text(max_size=6),
)  # fmt: skip
SOUND = [row.split(",") for row in OBSERVATIONS.splitlines()]


@st.composite
def files(draw):
    """Make a file of mostly sound rows, some cells replaced, written by a CSV writer or just joined."""
    rows = [list(row) for row in draw(st.lists(st.sampled_from(SOUND), min_size=1, max_size=6))]
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    if draw(st.booleans()):
        text = io.StringIO()
        csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(rows)
        return text.getvalue()
    return "\n".join(",".join(row) for row in rows)


@pytest.mark.usefixtures("few")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=files())
def test_no_file_is_read_otherwise(tmp_path, text):
    """Whatever people type: the same rows, or the same problems."""
    project = make_project(tmp_path, observations="")
    content = f"{HEADER}\n{text}".encode("utf-8", "surrogatepass")
    (tmp_path / "data/observations/2020.csv").write_bytes(content)
    catalogue = load_catalogue(project)

    in_bulk = told(lambda: opening.open_store(project, catalogue))

    assert in_bulk == told(lambda: read_into_memory(project, catalogue))
    if in_bulk is None:
        memory, database = both(project)
        assert {row.key: row for row in database} == {row.key: row for row in memory}


@pytest.mark.usefixtures("few")
def test_of_a_million_wrong_rows_the_first_are_told(tmp_path, monkeypatch):
    """Nobody reads a million lines; nobody is left to think that these were all."""
    monkeypatch.setattr("helpers.store.filling.TOLD", 2)
    project = make_project(tmp_path, observations=OBSERVATIONS.replace("final", "finl"))

    lines = told(lambda: load_data(project))

    assert [line.split(":")[0] for line in lines[:-1]] == [
        f"data/observations/2020.csv row {number}, status" for number in (2, 3)
    ]
    assert lines[-1] == (
        "data/observations/2020.csv: more than 2 rows are wrong; the others are not listed; mend these, and load again"
    )


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (b"a,b\n", True), (b"a,b\r\n", True), (b"a,b", True), (b'"a, ""b""",c\n', True), (b'a"b,c\n', False),
        (b' "a",b\n', False), (b'"a" ,b\n', False), (b'"a,b\n', False), (b"\n", False), (b"a\r,b\n", False),
        (b"a\x00,b\n", False), (b'"a\x00",b\n', False), (b"a\n", False), (b"a,b,\n", False), (b'"a,b",c\n', True),
    ],
)  # fmt: skip
def test_only_lines_that_all_readers_read_alike_are_plain(tmp_path, line, plain):
    """A file that is not plain is read by Python's reader."""
    path = tmp_path / "lines.csv"
    path.write_bytes(b"one,two\n" + line)

    assert is_plain(path, 2) is plain


@pytest.mark.usefixtures("few")
def test_a_changed_file_is_seen_and_an_older_database_stays_open(tmp_path):
    """A build that began before the change goes on with what it began with."""
    project = make_project(tmp_path)
    key = Key("river", 2020, "graduates", "all")
    _, before = load_data(project)
    path = tmp_path / "data/observations/2020.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",390,", ",391,"), encoding="utf-8")

    _, after = load_data(project)

    assert (before.get(key).value, after.get(key).value) == (390, 391)
    assert len(list((tmp_path / ".cache/rows").glob("*.duckdb"))) == 2


@pytest.mark.usefixtures("few")
def test_old_databases_and_half_made_ones_do_not_pile_up(tmp_path):
    """Neither after ten changes, nor after files that do not validate."""
    project = make_project(tmp_path)
    path = tmp_path / "data/observations/2020.csv"
    for value in range(5):
        path.write_text(
            path.read_text(encoding="utf-8") + f"brook,{2000 + value},enrolment,,,1,person,,final,yearbook,1,\n"
        )
        load_data(project)
    path.write_text(path.read_text(encoding="utf-8").replace("final", "finl"), encoding="utf-8")

    assert told(lambda: load_data(project))
    assert len(list((tmp_path / ".cache/rows").iterdir())) == 2 + 1  # and the lock


def ask_in_child(observations, key, answers):
    """Answer a question in a forked process."""
    answers.put(observations.get(key).value)


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
@pytest.mark.usefixtures("few")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of a fork beside threads: it is what is tested
def test_a_forked_process_asks_for_itself(tmp_path):
    """A connection's threads do not come along; a child that used it would wait for ever."""
    _, observations = load_data(make_project(tmp_path))
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    observations.get(Key("river", 2020, "graduates", "all"))  # now this process has a connection

    child = fork.Process(target=ask_in_child, args=(observations, Key("brook", 2020, "enrolment", "own"), answers))
    child.start()

    assert answers.get(timeout=30) == 250
    child.join(30)
    assert child.exitcode == 0


OPEN = """
import sys
from pathlib import Path
from helpers.loading import load_data
from helpers.paths import Project
from helpers.store import opening
opening.LARGE = int(sys.argv[2])
_, observations = load_data(Project(Path(sys.argv[1])))
threads = len(list(Path("/proc/self/task").iterdir()))
print(len(observations), "duckdb" in sys.modules, "pandas" in sys.modules, threads)
"""


def start_open(root, large):
    """Open a project in a process of its own."""
    command = [sys.executable, "-c", OPEN, str(root), str(large)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_several_processes_make_one_database(tmp_path):
    """The first makes it, the others wait and find it; no thread stays, for the warm process forks after it."""
    project = make_project(tmp_path)

    running = [start_open(project.root, 0) for _ in range(4)]

    assert {process.communicate(timeout=60)[0] for process in running} == {
        f"{OBSERVATIONS.count(chr(10))} True False 1\n"
    }
    assert len(list((tmp_path / ".cache/rows").glob("*.duckdb"))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_few_rows_need_no_engine(tmp_path):
    """A city's report starts as fast as ever, and leaves no database."""
    project = make_project(tmp_path)

    answer = start_open(project.root, opening.LARGE).communicate(timeout=60)[0]

    assert answer == f"{OBSERVATIONS.count(chr(10))} False False 1\n"
    assert not (tmp_path / ".cache" / "rows").exists()


@pytest.mark.usefixtures("few")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """One line, not a traceback."""
    project = make_project(tmp_path)
    tmp_path.chmod(0o500)

    with pytest.raises(SetupError, match=r"cannot write \.cache/rows"):
        load_data(project)


@pytest.mark.usefixtures("few")
def test_a_file_in_the_way_of_the_cache_is_told(tmp_path):
    """One line, not a traceback."""
    project = make_project(tmp_path)
    (tmp_path / ".cache").write_text("")

    with pytest.raises(SetupError, match=r"cannot write \.cache/rows"):
        load_data(project)


@pytest.mark.usefixtures("few")
def test_a_chapter_asks_for_its_own_entities_only(tmp_path, monkeypatch):
    """What a school's page costs must not depend on how many schools there are."""
    catalogue, observations = load_data(make_project(tmp_path))
    asked = []
    ask = ColumnarStore._ask
    monkeypatch.setattr(
        ColumnarStore, "_ask", lambda self, query, *values: asked.append(values) or ask(self, query, *values)
    )
    monkeypatch.setattr(ColumnarStore, "_stream", None)  # going through all rows would fail

    facts = Facts(catalogue, observations)
    facts.get(Key("brook", 2020, "student_teacher_ratio", "own"))
    facts.get(Key("brook", 2020, "enrolment", "own"))
    facts.count("brook", "model_schools", 2020)

    assert {values[0] for values in asked} == {"brook"}
    assert len(asked) == 3


def test_entities_may_stand_in_long_lists(tmp_path):
    """Seven thousand schools are a table, and a blank parent is none."""
    project = make_project(tmp_path)
    path = tmp_path / "data/reference/entities/schools.csv"
    path.parent.mkdir()
    path.write_text(
        "slug,name,short,kind,parent\npond,清江市第二职业学校,二职,school,river\nlake,湖市,湖市,city,\n",
        encoding="utf-8",
    )

    catalogue, _ = load_data(project)

    assert (catalogue.entities["pond"].parent, catalogue.entities["lake"].parent) == ("river", None)
    assert list(catalogue.entities)[:2] == ["river", "brook"]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("brook,一职,一职,school,river", "schools.csv row 2: entity 'brook' is also in data/reference/entities.yml; keep one of the two"),
        ("a,甲,甲,school,\na,甲,甲,school,", "schools.csv row 3: entity 'a' is also in data/reference/entities/schools.csv row 2; keep one of the two"),
        ("a,甲,甲,scool,", "schools.csv row 2, kind: Input should be"),
        ("a,,甲,school,", "schools.csv row 2, name: Field required"),
        ("a,甲,甲,school,rivre", "entities.yml a: unknown parent 'rivre'; did you mean 'river'?"),
        ("a,甲,甲,school", "schools.csv row 2: 4 cells where the header has 5"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_a_list_of_entities_is_named(tmp_path, rows, line):
    """Each message leads to the row."""
    project = make_project(tmp_path)
    path = tmp_path / "data/reference/entities/schools.csv"
    path.parent.mkdir()
    path.write_text(f"slug,name,short,kind,parent\n{rows}\n", encoding="utf-8")

    (said,) = told(lambda: load_data(project))

    assert said.removeprefix("data/reference/").removeprefix("entities/").startswith(line)


def test_entries_that_another_has_filed_are_found(tmp_path):
    """A school's own register is empty; the city's list names it."""
    facts = Facts(*load_data(make_project(tmp_path, records=RECORDS)))

    assert [record.number for record in facts.entries("brook", "model_schools", 2020)] == [1]
