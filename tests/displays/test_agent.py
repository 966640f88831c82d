from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from displays import agent as agent_module
from displays.agent import Agent
from displays.cursor import Cursor
from displays.loudspeaker import FileSpeaker, SpeakerFailed
from displays.place import Place, TurnedAway
from displays.voice import Saying
from tests.displays.a_server import TOKEN, Server, until
from tests.displays.sounds import wav


class Corner:
    """The corner of the hall where the loudspeaker stands: what remains there between two starts."""

    def __init__(self, folder: Path, server: Server, at: TestServer) -> None:
        self.folder = folder
        self.server = server
        self.place = Place(str(at.make_url("/")), "luojiazhuang", TOKEN)
        self.lines: list[str] = []
        self.texts: list[str] = []
        self.lasts_s = 0.12
        self.area: str | None = None
        self.broken: Exception | None = None

    @property
    def heard(self) -> list[str]:
        """The numbers said, in order: "A012→3"."""
        labels = [json.loads(path.read_text())["label"] for path in sorted(self.folder.glob("calls/*.json"))]
        return ["→".join(label.split("-")[1:]) for label in labels]

    async def wav(self, saying: Saying) -> bytes:
        if self.broken:
            raise self.broken
        self.texts.append(saying.text)
        return wav(self.lasts_s)

    def agent(self, place: Place | None = None, tell: Callable[[str], None] | None = None) -> Agent:
        return Agent(
            place or self.place,
            self.wav,
            FileSpeaker(self.folder / "calls"),
            Cursor(self.folder / "voice.json"),
            tell=tell or self.lines.append,
            area=self.area,
            waits_s=(0.01, 0.1),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        connections = self.server.connections
        running = asyncio.create_task(self.agent().run())
        try:
            await until(lambda: self.server.connections > connections or running.done())
            yield running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def corner(tmp_path: Path) -> AsyncIterator[Corner]:
    server = Server()
    async with TestServer(server.app()) as at:
        yield Corner(tmp_path, server, at)


async def test_a_call_is_said_and_confirmed(corner: Corner) -> None:
    async with corner.running():
        corner.server.press("TicketIssued", "A012")
        called = corner.server.call("A012")
        await until(lambda: corner.server.confirmed)
    assert corner.server.confirmed == [{"confirm": called, "outcome": "spoken"}]
    assert corner.texts == ["A 零 壹 二 到 三"]
    assert corner.heard == ["A012→3"]
    assert corner.lines[0].startswith("following hall luojiazhuang through folder")
    assert corner.lines[-1].endswith("said 20261121-A012 to window 3")


async def test_the_first_start_says_nothing_of_what_was_before(corner: Corner) -> None:
    corner.server.call("A001")
    async with corner.running():
        corner.server.call("A002")
        await until(lambda: corner.server.confirmed)
    assert corner.heard == ["A002→3"]


async def test_every_call_is_said_once_though_the_connection_breaks_again_and_again(corner: Corner) -> None:
    corner.server.cut_after = {2, 3, 5}
    async with corner.running():
        for turn in range(1, 7):
            corner.server.call(f"A00{turn}", str(turn))
        await until(lambda: len(corner.server.outcomes()) == 6)
    assert corner.heard == [f"A00{turn}→{turn}" for turn in range(1, 7)]
    assert set(corner.server.outcomes().values()) == {"spoken"}
    assert corner.server.connections >= 4


async def test_a_confirmation_lost_with_its_connection_is_given_again(corner: Corner) -> None:
    corner.server.deaf = True
    async with corner.running():
        corner.server.call("A001")
        await until(lambda: corner.server.connections > 2)
        assert corner.server.confirmed == []
        corner.server.deaf = False
        await until(lambda: corner.server.confirmed)
    assert corner.heard == ["A001→3"]
    assert corner.server.outcomes() == {1: "spoken"}


async def test_a_confirmation_is_still_owed_after_a_restart(corner: Corner) -> None:
    corner.server.deaf = True
    async with corner.running():
        corner.server.call("A001")
        await until(lambda: corner.heard)
    corner.server.deaf = False
    async with corner.running():
        await until(lambda: corner.server.confirmed)
    assert corner.heard == ["A001→3"]
    assert corner.server.outcomes() == {1: "spoken"}


async def test_a_restart_says_nothing_twice_and_forgets_nothing(corner: Corner) -> None:
    async with corner.running():
        for turn in range(1, 6):
            corner.server.call(f"A00{turn}")
        await until(lambda: len(corner.heard) >= 2)  # and the third is being said: stopping cuts it short
    async with corner.running():
        await until(lambda: len(corner.server.outcomes()) == 5)
    assert corner.heard == [f"A00{turn}→3" for turn in range(1, 6)]


async def test_what_was_called_while_the_voice_was_gone_is_said_only_if_fresh(corner: Corner) -> None:
    async with corner.running():
        corner.server.call("A001")
        await until(lambda: corner.server.confirmed)
    corner.server.call("A002", ago_s=70)
    corner.server.call("A003", ago_s=20)
    async with corner.running():
        await until(lambda: len(corner.server.outcomes()) == 3)
    assert corner.heard == ["A001→3", "A003→3"]
    assert corner.server.outcomes() == {1: "spoken", 2: "not_spoken: stale", 3: "spoken"}


async def test_a_machine_whose_clock_is_wrong_goes_by_the_servers(corner: Corner) -> None:
    """Ten minutes off, and every fresh call would look stale, or every stale one fresh."""
    for start, wrong in enumerate((timedelta(minutes=-10), timedelta(minutes=10)), 1):
        corner.server.ahead = wrong
        async with corner.running():
            fresh, stale = corner.server.call("A001"), corner.server.call("A002", ago_s=90)
            await until(lambda done=2 * start: len(corner.server.outcomes()) == done)
        assert corner.server.outcomes()[fresh] == "spoken"
        assert corner.server.outcomes()[stale] == "not_spoken: stale"


async def test_the_hall_changes_its_phrase_and_the_next_call_has_it(corner: Corner) -> None:
    async with corner.running():
        corner.server.voice = {"phrase": "请 {number} 号", "enabled": True}
        corner.server.press("HallConfigured")
        corner.server.call("A001")
        await until(lambda: corner.server.confirmed)
    assert corner.texts == ["请 A 零 零 壹 号"]


async def test_a_phrase_that_cannot_be_said_is_told_and_the_old_one_kept(corner: Corner) -> None:
    corner.server.voice = {"phrase": "请到 {window}"}
    async with corner.running():
        corner.server.call("A001")
        await until(lambda: corner.server.confirmed)
    assert "the phrase says no {number}" in corner.lines[0]
    assert corner.texts == ["请 A 零 零 壹 号到 三 号窗口办理"]


async def test_a_loudspeaker_says_the_calls_of_its_area_and_leaves_the_others_to_theirs(corner: Corner) -> None:
    corner.server.voice["areas"] = [{"id": "A", "windows": ["1", "2"]}, {"id": "B", "windows": ["3"]}]
    corner.area = "A"
    async with corner.running():
        corner.server.call("A001", "3")
        corner.server.call("A002", "2")
        corner.server.call("A003", "9")
        await until(lambda: len(corner.server.outcomes()) == 2)
    assert corner.heard == ["A002→2", "A003→9"]
    assert corner.server.outcomes() == {2: "spoken", 3: "spoken"}, "what another area says is not ours to confirm"
    async with corner.running():
        corner.server.call("A004", "1")
        await until(lambda: len(corner.server.outcomes()) == 3)
    assert corner.heard == ["A002→2", "A003→9", "A004→1"]


async def test_it_tells_how_it_is_at_once_and_again_and_again(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_module, "EVERY_S", 0.02)
    async with corner.running():
        await until(lambda: len(corner.server.healths) > 3)
        assert corner.server.healths[0] == {
            "kind": "voice", "name": "voice", "area": None, "state": "well", "cause": None, "behind": 0, "line": ""
        }  # fmt: skip
        corner.broken = SpeakerFailed("player_failed", "no card")
        corner.server.call("A001")
        await until(lambda: corner.server.healths[-1]["state"] == "mute")
        assert corner.server.healths[-1]["cause"] == "player_failed"
        corner.broken = None
        corner.server.call("A002")
        await until(lambda: corner.server.healths[-1]["state"] == "well")
        assert corner.server.healths[-1]["line"] == "said 20261121-A002 to window 3"
    assert corner.server.outcomes() == {1: "not_spoken: player_failed", 2: "spoken"}


async def test_a_log_begun_anew_is_followed_from_its_end(corner: Corner) -> None:
    async with corner.running():
        for _ in range(3):
            corner.server.call("A001")
        await until(lambda: len(corner.server.outcomes()) == 3)
    corner.server.deeds.clear()
    corner.server.confirmed.clear()
    corner.server.call("B001")
    async with corner.running():
        corner.server.call("B002")
        await until(lambda: corner.server.confirmed)
    assert corner.heard[-1] == "B002→3"
    assert "B001→3" not in corner.heard


async def test_a_server_that_is_away_is_waited_for(corner: Corner) -> None:
    corner.server.status = 503
    running = asyncio.create_task(corner.agent().run())
    await until(lambda: any("the server is away (HTTP 503)" in line for line in corner.lines))
    corner.server.status = 200
    await until(lambda: corner.server.connections)
    corner.server.call("A001")
    await until(lambda: corner.server.confirmed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert corner.heard == ["A001→3"]


@pytest.mark.parametrize(
    ("hall", "token", "sentence"),
    [("luojiazhuang", "wrong", "does not accept this token"), ("nowhere", TOKEN, "knows no hall 'nowhere'")],
)
async def test_a_wrong_token_or_hall_is_not_tried_again(corner: Corner, hall: str, token: str, sentence: str) -> None:
    with pytest.raises(TurnedAway, match=sentence):
        async with asyncio.timeout(10):
            await corner.agent(Place(corner.place.server, hall, token)).run()


async def test_a_token_taken_away_ends_the_voice_after_what_it_had_to_say(corner: Corner) -> None:
    async with corner.running() as running:
        corner.server.cut_after = {1}
        corner.server.status = 401
        corner.server.call("A001")
        with pytest.raises(TurnedAway, match="does not accept this token"):
            await running
    assert corner.heard == ["A001→3"]


async def test_a_fault_of_our_own_stops_the_voice_instead_of_being_hidden(corner: Corner) -> None:
    def broken(line: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(10):
            await corner.agent(tell=broken).run()
