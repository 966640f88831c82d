"""The program beside a kiosk against a small server that speaks the live contract and drops it midway."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ports import our_port
from tests.ticket_printer.fake_hall import FakeHall, Kiosk
from tests.ticket_printer.fake_printer import FakePrinter
from ticket_printer.__main__ import main
from ticket_printer.agent import Agent
from ticket_printer.decoder import decode
from ticket_printer.escpos_bytes import paper_bytes
from ticket_printer.hall_calls import Address, Refused
from ticket_printer.printers import open_printer
from ticket_printer.slip import Slip
from ticket_printer.spool import Spool

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def hall(slip: Slip) -> AsyncIterator[FakeHall]:
    hall = FakeHall(slip)
    await hall.server.start_server()
    yield hall
    await hall.server.close()


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture
async def kiosk(hall: FakeHall, printer: FakePrinter, tmp_path: Path) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(hall, printer, tmp_path / "spool")
    await kiosk.start()
    yield kiosk
    await kiosk.stop()


def confirmed(hall: FakeHall, *deeds: int) -> Callable[[], bool]:
    return lambda: {confirmation["confirm"] for confirmation in hall.confirmed} >= set(deeds)


async def test_a_number_pressed_in_the_hall_comes_out_of_the_printer(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter, slip: Slip
) -> None:
    await hall.issue("A018")
    await hall.until(confirmed(hall, 1))
    assert printer.papers == [paper_bytes(slip)]
    assert hall.confirmed == [{"confirm": 1, "outcome": "printed", "cause": None, "printer": "printer", "begun": True}]
    assert f"ready: A018 printed on {printer.url}, 1 paper so far" in kiosk.said


async def test_a_connection_lost_midway_loses_no_paper_and_doubles_none(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter
) -> None:
    await kiosk.stop()
    hall.drops_after_deeds = 2
    await kiosk.start()
    for number in range(1, 6):
        await hall.issue(f"A{number:03d}")
    await hall.until(lambda: len(hall.printed()) == 5)
    assert len(printer.papers) == len(set(printer.papers)) == 5
    await kiosk.stop()
    await kiosk.start()
    assert hall.asked_after[-1] >= 4  # it goes on from its place


async def test_a_confirmation_lost_on_the_way_is_said_again_after_a_restart(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter
) -> None:
    hall.hears_nothing = True
    await hall.issue("A001")
    await asyncio.to_thread(printer.wait_for_papers, 1)
    await kiosk.stop()
    hall.hears_nothing = False
    await kiosk.start()
    await hall.until(confirmed(hall, 1))
    assert len(printer.papers) == 1


async def test_what_was_pressed_while_the_agent_was_away_is_printed_when_it_returns(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter
) -> None:
    await kiosk.stop()
    await hall.issue("A001", datetime.now(UTC) - timedelta(minutes=20))
    await hall.issue("A002")
    await kiosk.start()
    await hall.until(confirmed(hall, 1, 2))
    outcomes = {told["confirm"]: (told["outcome"], told["cause"]) for told in hall.confirmed}
    assert outcomes == {1: ("failed", "too_late"), 2: ("printed", None)}
    assert len(printer.papers) == 1


async def test_a_new_agent_begins_at_the_end_of_the_log(hall: FakeHall, printer: FakePrinter, tmp_path: Path) -> None:
    await hall.issue("A001")
    kiosk = Kiosk(hall, printer, tmp_path / "new")
    await kiosk.start()
    await hall.issue("A002")
    await hall.until(confirmed(hall, 2))
    await kiosk.stop()
    assert [told["confirm"] for told in hall.confirmed] == [2]
    assert len(printer.papers) == 1


async def test_a_log_that_began_anew_does_not_leave_the_agent_waiting_for_years(
    hall: FakeHall, printer: FakePrinter, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "cursor").write_text("70000")
    kiosk = Kiosk(hall, printer, tmp_path / "old")
    await kiosk.start()
    await hall.issue("A001")
    await hall.until(confirmed(hall, 1))
    await kiosk.stop()
    assert len(printer.papers) == 1


async def test_a_kiosk_whose_clock_is_wrong_prints_all_the_same(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kiosk.stop()
    real = datetime.now(UTC)
    monkeypatch.setattr("ticket_printer.hall_calls.now", lambda: int((real + timedelta(hours=8)).timestamp() * 1000))
    await kiosk.start()
    await hall.issue("A001")
    await hall.until(confirmed(hall, 1))
    assert hall.confirmed[0]["outcome"] == "printed"


async def test_a_ticket_without_a_paper_does_not_stop_the_next(
    kiosk: Kiosk, hall: FakeHall, printer: FakePrinter
) -> None:
    await hall.issue("A404")
    await hall.issue("A002")
    await hall.until(confirmed(hall, 1, 2))
    assert [told["outcome"] for told in hall.confirmed] == ["failed", "printed"]
    assert any(said.startswith("A404 not printed") for said in kiosk.said)


async def test_a_refused_token_and_an_unknown_hall_are_said_plainly(
    hall: FakeHall, printer: FakePrinter, tmp_path: Path
) -> None:
    spool = Spool(tmp_path)
    here = open_printer(printer.url, roll=tmp_path, roll_keep=1)
    with pytest.raises(Refused, match=r"does not accept this token \(401\)"):
        await Agent(Address(hall.url, "luojiazhuang", "wrong"), here, spool, print).run()
    with pytest.raises(Refused, match=r"has no hall 'luojia' \(404\)"):
        await Agent(Address(hall.url, "luojia", hall.token), here, spool, print).run()
    spool.close()


async def test_a_token_taken_back_while_it_runs_ends_it(kiosk: Kiosk, hall: FakeHall) -> None:
    hall.token = "another"
    hall.drops_after_deeds = 0
    await hall.issue("A001")
    assert kiosk._running is not None
    with pytest.raises(Refused, match="401"):
        await asyncio.wait_for(kiosk._running, 5)
    kiosk._running = asyncio.create_task(asyncio.sleep(0))  # type: ignore[arg-type]


# --- the command ------------------------------------------------------------------------------------


def command(server: str, folder: Path, *more: str) -> list[str]:
    spool = ["--spool", str(folder)]
    return [sys.executable, "-m", "ticket_printer", "--server", server, "--hall", "luojiazhuang", *spool, *more]


async def test_the_command_prints_on_its_roll_and_ends_when_told(hall: FakeHall, tmp_path: Path) -> None:
    running = await asyncio.create_subprocess_exec(
        *command(hall.url, tmp_path, "--printer", "roll", "--width-mm", "58"),
        cwd=ROOT,
        env={**os.environ, "HALL_TOKEN": hall.token},
        stdout=subprocess.PIPE,
    )
    await hall.until(lambda: len(hall.asked_after) == 1)
    await hall.issue("A018")
    await hall.until(confirmed(hall, 1))
    running.send_signal(signal.SIGTERM)
    said, _ = await asyncio.wait_for(running.communicate(), 10)
    assert running.returncode == 0
    lines = [line.partition(" ")[2] for line in said.decode().splitlines()]
    assert lines == [
        f"connecting to {hall.url}",
        "ready: prints for luojiazhuang on roll",
        "ready: A018 printed on roll, 1 paper so far",
        "stopped",
    ]
    assert len(list((tmp_path / "luojiazhuang" / "roll").glob("*.png"))) == 1


async def test_a_program_killed_while_it_prints_does_not_print_that_ticket_again(
    hall: FakeHall, printer: FakePrinter, tmp_path: Path
) -> None:
    printer.reads = False
    once = command(hall.url, tmp_path, "--printer", printer.url, "--token", hall.token)
    running = await asyncio.create_subprocess_exec(*once, cwd=ROOT)
    assert await asyncio.to_thread(printer.plugged_in.wait, 10)  # asked how it is
    printer.plugged_in.clear()
    await hall.issue("A001")
    assert await asyncio.to_thread(printer.plugged_in.wait, 10)
    running.kill()
    await running.wait()
    printer.reads = True
    running = await asyncio.create_subprocess_exec(*once, cwd=ROOT)
    await hall.issue("A002")
    await hall.until(confirmed(hall, 1, 2))
    running.terminate()
    assert await asyncio.wait_for(running.wait(), 10) == 0
    outcomes = {told["confirm"]: (told["outcome"], told["cause"]) for told in hall.confirmed}
    assert outcomes == {1: ("failed", "interrupted"), 2: ("printed", None)}
    assert len(printer.papers) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--token", "wrong"], "does not accept this token (401)"),
        (["--printer", "lpt1"], "printer: 'lpt1' is none of roll, tcp://"),
    ],
)
async def test_the_command_ends_with_2_when_it_is_set_up_wrong(
    hall: FakeHall, tmp_path: Path, more: list[str], says: str
) -> None:
    running = await asyncio.create_subprocess_exec(
        *command(hall.url, tmp_path, *more), cwd=ROOT, stdout=subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(running.communicate(), 20)
    assert running.returncode == 2
    assert says in said.decode()


async def test_a_server_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    with our_port() as port:
        running = await asyncio.create_subprocess_exec(
            *command(f"http://127.0.0.1:{port}", tmp_path), cwd=ROOT, stdout=subprocess.PIPE
        )
        assert running.stdout
        assert b"connecting to" in await asyncio.wait_for(running.stdout.readline(), 20)
        assert b"waiting for http://127.0.0.1:" in await asyncio.wait_for(running.stdout.readline(), 20)
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 10) == 0


def test_a_test_page_on_the_roll_says_where_its_picture_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--test-page", "--printer", "roll", "--spool", str(tmp_path)]) == 0
    assert f"it lies in {tmp_path / 'roll'}" in capsys.readouterr().out
    assert len(list((tmp_path / "roll").glob("*-test-page.png"))) == 1


async def test_a_printer_is_tried_without_any_server(printer: FakePrinter, capsys: pytest.CaptureFixture[str]) -> None:
    tried = ["--test-page", "--mode", "text", "--width-mm", "58", "--printer", f"left={printer.url}"]
    assert await asyncio.to_thread(main, tried) == 0
    assert "the test page came out" in capsys.readouterr().out
    words = decode(printer.papers[0], 384).words
    assert "测试页" in words
    assert "left" in words
    with our_port() as nowhere:
        assert await asyncio.to_thread(main, [*tried, "--printer", f"away=tcp://127.0.0.1:{nowhere}"]) == 1
    assert "the printer cannot be reached" in capsys.readouterr().out
