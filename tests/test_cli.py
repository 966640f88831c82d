"""The command line, as somebody at a hall's machine meets it: a sentence and code 2, never a traceback."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hallserver.cli import main
from hallserver.moments import to_moment
from hallserver.store.accounts import Accounts, Principal
from hallserver.store.database import Store
from tests.desk.a_real_hall import call, finish, lines, open_windows, opened, take, take_many
from tests.desk.a_running_server import environment, settings_file, started

Command = Callable[..., tuple[int, str, str]]
PASSWORD = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}\n")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\n")


@pytest.fixture
def hallserver(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    """``hallserver("verify", …)``: the exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    threads = threading.active_count()

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hallserver", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(end.value.code or 0), said.out, said.err

    yield run
    assert threading.active_count() == threads, "a command left its database open"


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """A hall with a morning in it."""
    path = tmp_path / "hall.db"
    async with opened(path) as desk:
        await open_windows(desk)
        await take_many(desk, 3)
        await call(desk, "1")
        await finish(desk, "1")
    return path


async def test_verify_says_how_many_deeds_and_that_nothing_differs(hallserver: Command, database: Path) -> None:
    deeds = len(lines(database))
    assert hallserver("verify", "--database", database) == (0, f"hall: {deeds} deeds, 0 differences\n", "")
    assert hallserver("verify", "--hall", "hall", "--database", f"sqlite:///{database}")[0] == 0


async def test_verify_finds_the_row_that_somebody_changed(hallserver: Command, database: Path) -> None:
    with closing(sqlite3.connect(database)) as somebody, somebody:
        somebody.execute("UPDATE ticket SET state = 'waiting' WHERE shown = 'A001'")
    code, out, _ = hallserver("verify", "--database", database)
    assert code == 1
    assert "A001: state is 'waiting', the log says 'done'" in out
    assert "1 differences" in out


async def test_verify_of_a_hall_that_is_not_there_is_not_a_clean_one(hallserver: Command, database: Path) -> None:
    for hall in ("hal", "luojiazhuang"):
        code, out, err = hallserver("verify", "--hall", hall, "--database", database)
        assert (code, out) == (2, "")
        assert hall in err
    assert "hall" in hallserver("verify", "--hall", "luojiazhuang", "--database", database)[2]


async def test_a_backup_taken_while_people_press_comes_back_whole(
    hallserver: Command, database: Path, tmp_path: Path
) -> None:
    copy, back = tmp_path / "monday.backup", tmp_path / "elsewhere" / "hall.db"
    async with opened(database) as desk:
        pressing = asyncio.create_task(take_many(desk, 50))
        code, out, _ = await asyncio.to_thread(hallserver, "backup", copy, "--database", database)
        assert code == 0
        assert re.search(r"monday\.backup: [\d,]+ bytes", out)
        await pressing
    assert hallserver("restore", copy, "--database", back)[0] == 0
    assert hallserver("verify", "--database", back)[0] == 0
    kept = lines(back)
    assert kept == lines(database)[: len(kept)]
    async with opened(back) as desk:
        await take(desk)


async def test_a_backup_replaces_nothing_and_says_where_it_cannot_go(
    hallserver: Command, database: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert hallserver("backup", there, "--database", database)[::2] == (2, f"{there} is there already\n")
    assert there.read_text() == "mine"
    code, out, err = hallserver("backup", tmp_path / "no folder" / "copy", "--database", database)
    assert (code, out) == (2, "")
    assert "no folder" in err


async def test_restore_asks_before_it_replaces_a_hall(hallserver: Command, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert hallserver("backup", copy, "--database", database)[0] == 0
    async with opened(database) as desk:
        later = await take(desk)
    code, _, err = hallserver("restore", copy, "--database", database)
    assert (code, err) == (2, f"{database} is there already; --replace replaces it\n")
    assert hallserver("restore", copy, "--database", database, "--replace")[0] == 0
    assert later not in {facts.get("ticket") for _, _, facts in lines(database)}
    assert hallserver("verify", "--database", database)[0] == 0


async def test_a_hall_that_is_open_is_not_replaced_under_its_server(
    hallserver: Command, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    hallserver("backup", copy, "--database", database)
    async with opened(database) as desk:
        code, _, err = hallserver("restore", copy, "--database", database, "--replace")
        assert (code, err) == (2, f"{database} is in use; stop the server first\n")
        await take(desk)
    assert hallserver("restore", copy, "--database", database, "--replace")[0] == 0


async def test_a_damaged_database_can_be_replaced(hallserver: Command, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    hallserver("backup", copy, "--database", database)
    before = lines(database)
    database.write_bytes(b"torn by the power cut " * 1000)
    assert hallserver("restore", copy, "--database", database, "--replace")[0] == 0
    assert lines(database) == before


@pytest.mark.parametrize("content", [b"", b"not a database at all " * 100, "other", "torn"])
async def test_what_is_no_whole_backup_of_a_hall_does_not_replace_one(
    hallserver: Command, database: Path, tmp_path: Path, content: bytes | str
) -> None:
    file = tmp_path / "file"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content == "other":
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("CREATE TABLE recipes (name)")
    else:
        hallserver("backup", file, "--database", database)
        file.write_bytes(file.read_bytes()[:-8192])
    before = lines(database)
    code, out, err = hallserver("restore", file, "--database", database, "--replace")
    assert (code, out) == (2, "")
    assert str(file) in err
    assert lines(database) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".part") == []


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond two pages."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_restore_that_is_torn_half_way_leaves_the_hall_that_was_there(
    hallserver: Command, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    hallserver("backup", copy, "--database", database)
    before = lines(database)
    with full_disk():
        code, _, err = hallserver("restore", copy, "--database", database, "--replace")
    assert code == 2
    assert "can't be used" in err
    assert lines(database) == before


async def test_export_is_the_log_as_json_lines(hallserver: Command, database: Path) -> None:
    code, out, err = hallserver("export", "--database", database)
    told = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [(deed["number"], deed["kind"]) for deed in told] == [(n, kind) for n, kind, _ in lines(database)]
    assert {deed["hall"] for deed in told} == {"hall"}
    assert [deed["number_shown"] for deed in told if deed["kind"] == "TicketIssued"] == ["A001", "A002", "A003"]
    assert all(re.search(r"\+\d\d:\d\d$", deed["at"]) for deed in told)


@pytest.mark.parametrize(
    ("options", "holder"),
    [
        (("--role", "manager"), Principal("manager", "manager-token", "hall")),
        (("--role", "clerk", "--window", "3"), Principal("clerk", "window-3", "hall", "3")),
        (("--role", "device", "--name", "kiosk-a"), Principal("device", "kiosk-a", "hall")),
    ],
)
async def test_token_prints_the_token_and_nothing_else(
    hallserver: Command, database: Path, options: tuple[str, ...], holder: Principal
) -> None:
    code, out, err = hallserver("token", *options, "--hall", "hall", "--database", database)
    assert (code, err) == (0, "")
    assert TOKEN.fullmatch(out)
    with closing(Store(database)) as store:
        found = Accounts(store).token(out.strip(), 0)
    assert found is not None
    assert found[0] == holder


@pytest.mark.parametrize("options", [("--role", "boss"), ("--role", "clerk"), ("--role", "device", "--days", "0")])
async def test_a_token_that_makes_no_sense_is_not_made(
    hallserver: Command, database: Path, options: tuple[str, ...]
) -> None:
    code, out, err = hallserver("token", *options, "--hall", "hall", "--database", database)
    assert (code, out) == (2, "")
    assert "--" in err


async def test_a_token_for_some_days_is_good_for_so_many(hallserver: Command, database: Path) -> None:
    _, out, _ = hallserver("token", "--role", "manager", "--days", "2", "--hall", "hall", "--database", database)
    now = datetime.now(UTC)
    with closing(Store(database)) as store:
        accounts = Accounts(store)
        assert accounts.token(out.strip(), to_moment(now + timedelta(days=1.9))) is not None
        assert accounts.token(out.strip(), to_moment(now + timedelta(days=2.1))) is None


async def test_people_are_added_listed_and_get_new_passwords(hallserver: Command, database: Path) -> None:
    where = ("--hall", "hall", "--database", database)
    code, first, err = hallserver("staff", "add", "0317", "王芳", "--window", "3", *where)
    assert (code, err) == (0, "")
    assert PASSWORD.fullmatch(first)
    assert hallserver("staff", "add", "0001", "陈主任", "--role", "manager", *where)[0] == 0
    listed = hallserver("staff", "list", *where)[1]
    assert all(word in listed for word in ("0317", "王芳", "clerk", "3", "0001", "陈主任", "manager"))
    assert hallserver("staff", "add", "0317", "李敏", *where)[0] == 2
    code, second, _ = hallserver("staff", "reset", "0317", *where)
    assert code == 0
    with closing(Store(database)) as store:
        accounts = Accounts(store)
        assert accounts.check("hall", "0317", first.strip()) is None
        person = accounts.check("hall", "0317", second.strip())
        assert person is not None
        assert (person.name, person.window) == ("王芳", "3")
    code, out, err = hallserver("staff", "reset", "9999", *where)
    assert (code, out, err) == (2, "", "9999: nobody with this id\n")


async def test_a_person_who_cannot_be_written_down_is_told_and_not_half_added(
    hallserver: Command, database: Path
) -> None:
    add = ("staff", "add", "0317", "王芳", "--hall", "hall", "--database", database)
    async with opened(database):  # keeps SQLite's own files there, so that only the writing fails
        with full_disk():
            code, out, err = await asyncio.to_thread(hallserver, *add)
        assert (code, out) == (2, "")
        assert "can't be used" in err
    assert hallserver(*add)[0] == 0


BAD = """
[hall]
id = "Hall One"
name = "x"
name_en = "x"
level = "province"
[[hours]]
days = ["mon"]
from = "17:00"
to = "08:30"
[[zones]]
id = "zonghe"
name = "x"
name_en = "x"
kind = "comprehensive"
prefix = "a"
[[windows]]
id = "1"
zone = "moon"
[papier]
"""


def test_a_settings_file_with_five_mistakes_is_told_all_of_them_at_once(hallserver: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(BAD, encoding="utf-8")
    code, out, err = hallserver("run", "--hall", "bad.toml", "--database", "hall.db")
    assert (code, out) == (2, "")
    for mistake in ("hall.id", "hall.level", "hours[0]", "zones[0].prefix", "windows[0].zone", "papier"):
        assert f"bad.toml: {mistake}" in err
    assert not (tmp_path / "hall.db").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--hall", "moon"), "--hall moon: no such file, and no shipped hall"),
        (("run", "--hall", "missing.toml"), "missing.toml: cannot be read"),
        (("run", "--hall", "luojiazhuang", "--hall", "luojiazhuang"), "each hall may stand there once"),
        (
            ("run", "--database", "postgresql://h/db"),
            "--database postgresql://h/db: this version keeps halls in SQLite",
        ),
        (("verify", "--database", "nothing.db"), "nothing.db: no such file"),
        (("export", "--database", "nothing.db"), "nothing.db: no such file"),
        (("staff", "list", "--database", "nothing.db"), "nothing.db: no such file"),
        (("backup", "copy", "--database", "nothing.db"), "nothing.db: no such file"),
        (("restore", "nothing"), "nothing: no such file"),
        (("verify", "--database", "."), "can't be used"),
        (("run", "--port", "70000"), "--port"),
        (("run", "--prot", "7"), "--prot"),
        (("fly",), "fly"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    hallserver: Command, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = hallserver(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "nothing.db").exists()


def test_a_file_that_is_no_database_is_not_touched(hallserver: Command, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("minutes of the meeting " * 30)
    for command in (("verify",), ("run", "--hall", settings_file(tmp_path)), ("export",), ("backup", "copy")):
        code, _, err = hallserver(*command, "--database", "notes")
        assert (code, err) == (2, "The database can't be used: file is not a database\n")
    assert (tmp_path / "notes").read_text().startswith("minutes")


async def test_a_port_that_is_taken_is_said_and_the_passwords_wait_for_a_start_that_works(tmp_path: Path) -> None:
    staff = '[[staff]]\nid = "0301"\nname = "王芳"\nrole = "clerk"\nwindow = "1"\n'
    settings = settings_file(tmp_path, 2, more=staff)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hallserver", "run", "--hall", str(settings), "--port", port),
            *("--database", str(tmp_path / "hall.db")),
            cwd=tmp_path,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(30):
            out, err = await command.communicate()
    assert (command.returncode, out.decode()) == (2, "")
    assert err.decode() == f"Port {port} on 127.0.0.1 is taken; give another with --port\n"
    async with started(tmp_path, settings) as server:
        pass
    assert [line for line in server.said if "0301" in line and PASSWORD.search(line.replace(" ", "\n"))]
    assert server.process.returncode == 0
