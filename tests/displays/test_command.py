"""``python -m displays`` as a hall's technician meets it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from displays import sound
from displays.__main__ import main
from tests.displays.a_server import TOKEN, Server, until

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    server = Server()
    server.voice |= {"phrase": "请 {number} 号到 {window} 号窗口", "rate_wpm": 300}
    async with TestServer(server.app()) as at:
        yield server, str(at.make_url("/"))


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "displays", *arguments),
        cwd=ROOT,
        stdout=pipe,
        stderr=pipe,
    )
    try:
        yield command
    finally:
        if command.returncode is None:
            command.kill()
        await command.communicate()


async def ended(command: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(20):
        out, err = await command.communicate()
    return command.returncode, out.decode(), err.decode()


async def test_calls_are_said_by_the_real_voice_and_sigterm_ends_it_cleanly(
    server: tuple[Server, str], tmp_path: Path
) -> None:
    hall, url = server
    how = (
        *("--server", url, "--hall", "luojiazhuang", "--token", TOKEN, "--voice"),
        *("--speaker", f"dir:{tmp_path}/calls", "--state", str(tmp_path / "state")),
    )
    for start, number in enumerate(("A012", "B007"), 1):
        async with started(*how) as command:
            await until(lambda start=start: hall.connections == start)
            called = hall.call(number)
            await until(lambda called=called: called in hall.outcomes())
            command.send_signal(signal.SIGTERM)
            began = time.monotonic()
            code, out, err = await ended(command)
            assert time.monotonic() - began < 5
        assert (code, err) == (0, "")
        assert f"said 20261121-{number} to window 3" in out.splitlines()[-1]
    assert hall.outcomes() == {1: "spoken", 2: "spoken"}
    made = sorted((tmp_path / "calls").glob("*.wav"))
    assert [path.name for path in made] == ["000001-000001-A012-3.wav", "000002-000002-B007-3.wav"]
    assert all(1 < sound.length_s(path.read_bytes()) < 4 for path in made)


@pytest.mark.parametrize(
    ("hall", "token", "sentence"),
    [("luojiazhuang", "wrong", "does not accept this token"), ("nowhere", TOKEN, "knows no hall 'nowhere'")],
)
async def test_a_wrong_token_or_hall_is_said_plainly_with_code_2(
    server: tuple[Server, str], tmp_path: Path, hall: str, token: str, sentence: str
) -> None:
    how = ("--server", server[1], "--hall", hall, "--token", token, "--state", str(tmp_path))
    async with started(*how, "--speaker", f"dir:{tmp_path}/calls") as command:
        code, _, err = await ended(command)
    assert code == 2
    assert err.startswith("displays: ")
    assert sentence in err
    assert "Traceback" not in err


def test_a_machine_without_a_player_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    how = ("--server", "http://127.0.0.1:9", "--hall", "h", "--token", "t", "--state", str(tmp_path / "state"))
    assert main(how) == 2
    assert "install pw-play" in capsys.readouterr().err


async def test_a_second_voice_with_the_same_memory_is_refused(server: tuple[Server, str], tmp_path: Path) -> None:
    """Both would say every call."""
    how = ("--server", server[1], "--hall", "luojiazhuang", "--token", TOKEN, "--state", str(tmp_path))
    async with started(*how, "--speaker", f"dir:{tmp_path}/calls"):
        await until(lambda: server[0].connections)
        async with started(*how, "--speaker", f"dir:{tmp_path}/calls") as second:
            code, _, err = await ended(second)
    assert code == 2
    assert "another voice of this hall is running here" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--server", "hall.example", "--hall", "h", "--token", "t"), "is no address like"),
        (("--server", "http://hall.example", "--hall", "../h", "--token", "t"), "is no hall's id"),
        (("--server", "http://hall.example", "--hall", "h"), "a token is needed"),
    ],
)
def test_a_wrong_option_is_explained(
    arguments: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("HALL_TOKEN", raising=False)
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert sentence in capsys.readouterr().err
