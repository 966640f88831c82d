"""A token that was lost, and a person who left: taken back on the command line, and no good in a server that runs."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import WSMsgType

from hallserver.store.accounts import Accounts, Person
from hallserver.store.database import Store
from hallserver.web import live, principals
from tests.desk.a_real_hall import opened
from tests.test_cli import PASSWORD, Command, hallserver
from tests.web.a_server import HALL, a_served_hall, settings
from tests.web.conftest import quick_passwords

__all__ = ["hallserver", "quick_passwords"]


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    path = tmp_path / "hall.db"
    async with opened(path):
        return path


async def test_a_token_is_taken_back_by_itself_or_by_its_holder(hallserver: Command, database: Path) -> None:
    where = ("--hall", HALL, "--database", database)
    made = [
        hallserver("token", "--role", role, "--name", name, *where)[1].strip()
        for role, name in (("device", "kiosk-1"), ("device", "kiosk-1"), ("manager", "kiosk-1"), ("device", "pad-3"))
    ]
    listed = hallserver("token", "--list", *where)[1]
    assert listed.count("device:kiosk-1") == 2
    assert all(token not in listed for token in made)
    code, said, err = hallserver("token", "--withdraw", made[0], *where)
    assert (code, err) == (0, "")
    assert said == "device:kiosk-1: 1 withdrawn; a running server notices within 30 seconds\n"
    assert good(database, made) == [False, True, True, True]
    assert hallserver("token", "--withdraw", "device:kiosk-1", *where)[0] == 0
    assert good(database, made) == [False, False, True, True]
    assert hallserver("token", "--withdraw", "kiosk-1", *where)[0] == 0
    assert good(database, made) == [False, False, False, True]
    code, said, err = hallserver("token", "--withdraw", "kiosk-1", *where)
    assert (code, said) == (2, "")
    assert "no holder of one by that name" in err
    for options in ((), ("--role", "device", "--list"), ("--list", "--withdraw", "pad-3")):
        assert hallserver("token", *options, *where)[0] == 2, options
    assert good(database, made[3:]) == [True]


def good(database: Path, tokens: list[str]) -> list[bool]:
    with closing(Store(database)) as store:
        return [Accounts(store).token(token, 0) is not None for token in tokens]


async def test_a_person_who_left_signs_in_no_more_and_the_file_does_not_bring_them_back(
    hallserver: Command, database: Path
) -> None:
    where = ("--hall", HALL, "--database", database)
    first = hallserver("staff", "add", "0317", "王芳", *where)[1].strip()
    code, said, _ = hallserver("staff", "remove", "0317", *where)
    assert (code, said.startswith("0317 is signed out")) == (0, True)
    assert "0317" not in hallserver("staff", "list", *where)[1]
    with closing(Store(database)) as store:
        accounts = Accounts(store)
        assert accounts.add_missing(HALL, [Person("0317", "王芳", "clerk", "3")]) == []
        assert accounts.check(HALL, "0317", first) is None
    for command in ("remove", "reset"):
        assert hallserver("staff", command, "0317", *where)[::2] == (2, "0317: nobody with this id\n")
    code, again, _ = hallserver("staff", "add", "0317", "王小芳", "--role", "manager", *where)
    assert (code, PASSWORD.fullmatch(again) is not None) == (0, True)
    with closing(Store(database)) as store:
        found = Accounts(store).check(HALL, "0317", again.strip())
        assert found == Person("0317", "王小芳", "manager", None)


@pytest.fixture
def short_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    assert principals.RECHECK_MS / 1000 + live.RIGHTS_S < 30
    monkeypatch.setattr(principals, "RECHECK_MS", 50)
    monkeypatch.setattr(live, "RIGHTS_S", 0.05)


@pytest.mark.usefixtures("short_moments", "quick_passwords")
async def test_open_sockets_of_what_was_taken_back_are_closed_and_others_stay(tmp_path: Path) -> None:
    async with a_served_hall(tmp_path, settings()) as hall:
        accounts = hall.server.hub.accounts
        lost, kept = hall.token("device", "1"), hall.token("device", "2")
        person = next(one for one in accounts.people(hall.id) if one.role == "clerk")
        cookie = accounts.sign_in(hall.id, person, "1", hall.desk.clock.now())
        signed_in = {"Cookie": f"{principals.COOKIE}={cookie}", "Origin": hall.url}
        async with (
            hall.live("after=0", by=lost) as deeds,
            hall.live("view=floor", by=lost) as floor,
            hall.live("view=window/1", headers=signed_in) as console,
            hall.live("view=window/1", by=kept) as stays,
            hall.live("view=board") as board,
        ):
            accounts.withdraw_tokens(hall.id, "device-1")
            assert accounts.remove(hall.id, person.id, 1)
            for socket in (deeds, floor, console):
                async with asyncio.timeout(5):
                    while (message := await socket.receive()).type is WSMsgType.TEXT:
                        pass
                assert (message.type, message.data) == (WSMsgType.CLOSE, live.SIGNED_OUT), message
            await hall.take()
            for socket in (stays, board):
                async with asyncio.timeout(5):
                    while "data" not in json.loads(await socket.receive_str()):
                        pass
                assert not socket.closed
        assert (await hall.get("log", by=lost)).status == 401
        assert (await hall.get("views/window/1", headers=signed_in)).code == "sign_in_needed"
