"""``python -m ticket_printer``: prints a hall's papers beside its kiosk, on a machine of its own.

``python -m ticket_printer --test-page --printer tcp://…`` tries a printer without any server, and
``python -m ticket_printer install …`` makes it a service that starts with the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from ticket_printer import service
from ticket_printer.agent import REQUEST_S, WAITS_S, Agent
from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.failures import WHY_NOT, PrintFailed
from ticket_printer.follower import Habits
from ticket_printer.hall_calls import Address, Refused
from ticket_printer.printers import Printer, open_printer
from ticket_printer.spool import Spool, SpoolInUse
from ticket_printer.styles import WIDTH_DOTS
from ticket_printer.trial_page import page_of

ENDED, NOT_PRINTED, REFUSED = 0, 1, 2
NAMED = re.compile(r"(?:(?P<name>[a-z0-9][a-z0-9-]{0,39})=)?(?P<url>\S+)")


def main(arguments: list[str] | None = None) -> int:
    """0 after SIGTERM or Ctrl+C; 1 when a test page didn't come out; 2, with a sentence, when it cannot work as
    it is set up."""
    arguments = sys.argv[1:] if arguments is None else arguments
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    try:
        if arguments[:1] == ["install"]:
            own = argparse.ArgumentParser(prog="python -m ticket_printer install", add_help=False)
            service.add_options(own)
            wishes, rest = own.parse_known_args(arguments[1:])
            _print_lines(service.install(_options().parse_args(rest, namespace=wishes), rest))
            return ENDED
        options = _options().parse_args(arguments)
        if options.test_page:
            return _try_printers(options)
        if not options.server:
            raise ValueError("server: needed, as in --server http://192.168.1.10:8080")
        if urlsplit(options.server).scheme not in ("http", "https"):
            raise ValueError(f"server: {options.server!r} is no http:// address")
        asyncio.run(_until_told(options))
    except (Refused, SpoolInUse, ValueError, OSError) as error:
        _say(str(error))
        return REFUSED
    _say("stopped")
    return ENDED


async def _until_told(options: argparse.Namespace) -> None:
    running = asyncio.create_task(_run(options))
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, running.cancel)
    await asyncio.wait({running})
    if not running.cancelled():
        running.result()


async def _run(options: argparse.Namespace) -> None:
    """One agent for each printer, until the first of them is refused."""
    hall = options.hall or await _the_hall(options.server)
    address = Address(options.server, hall, options.token)
    spools: list[Spool] = []
    try:
        agents: list[Agent] = []
        for name, url in _printers(options):
            folder = options.spool / hall / (name or "")
            spools.append(Spool(folder))
            plug = _plug(url, folder / "roll", options.roll_keep)
            plug(Make())  # an address that can't be a printer is told now
            say = _say if name is None else _named_say(name)
            agents.append(Agent(address, plug, spools[-1], say, name, _make(options), options.retries))
        running = [asyncio.create_task(agent.run()) for agent in agents]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
    finally:
        for spool in spools:
            spool.close()


async def _the_hall(server: str) -> str:
    """The one hall of a server. Waits for the server; raises Refused when it has several."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_S)) as http:
        while True:
            try:
                async with http.get(f"{server.rstrip('/')}/api/halls") as answer:
                    answer.raise_for_status()
                    halls = [str(hall["id"]) for hall in (await answer.json())["halls"]]
                break
            except (OSError, aiohttp.ClientError) as error:
                _say(f"waiting for {server}: {error or type(error).__name__}")
                await asyncio.sleep(WAITS_S[-1])
    if len(halls) != 1:
        raise Refused(f"{server} has several halls: {', '.join(halls)}; name one with --hall")
    return halls[0]


def _printers(options: argparse.Namespace) -> list[tuple[str | None, str]]:
    """The printers' names in the hall, and their addresses. Raises ValueError."""
    found: list[tuple[str | None, str]] = []
    for printer in options.printer or ["roll"]:
        read = NAMED.fullmatch(printer)
        if read is None:
            raise ValueError(f"printer: {printer!r} is neither URL nor NAME=URL")
        found.append((read["name"], read["url"]))
    names = [name for name, _ in found]
    if len(found) > 1 and (None in names or len(set(names)) < len(names)):
        raise ValueError("printer: several need a name each, as in --printer left=tcp://… --printer right=tcp://…")
    return found


def _plug(url: str, roll: Path, keep: int) -> Callable[[Make], Printer]:
    return lambda make: open_printer(url, roll=roll, roll_keep=keep, width_dots=make.width_dots)


def _make(options: argparse.Namespace) -> Make | None:
    """What the command line says of the printer, in place of the hall's settings."""
    if options.width_mm is None and options.mode is None:
        return None
    return Make(options.width_mm or 80, options.mode or "raster", options.cut or "partial", options.beeps)


def _try_printers(options: argparse.Namespace) -> int:
    make, failed = _make(options) or Make(), False
    for name, url in _printers(options):
        printer = open_printer(
            url, roll=options.spool / "roll", roll_keep=options.roll_keep, width_dots=make.width_dots
        )
        page = page_of(Habits(make, name or "printer", options.hall or ""), url)
        try:
            printer.print(paper_bytes(page, make), "test-page")
            _print_lines([f"{url}: the test page came out{_remark(printer)}{_where(options, url)}"])
        except PrintFailed as error:
            failed = True
            _print_lines([f"{url}: {WHY_NOT[error.cause]}" + (f" ({error.detail})" if error.detail else "")])
    return NOT_PRINTED if failed else ENDED


def _remark(printer: Printer) -> str:
    return "; the roll is nearly at its end" if printer.warning else ""


def _where(options: argparse.Namespace, url: str) -> str:
    """Paper is seen; a picture has to be found."""
    return f"; it lies in {options.spool / 'roll'}" if url == "roll" else ""


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticket_printer", description=__doc__)
    parser.add_argument("--server", default="", metavar="URL", help="the hall's server, http://…")
    parser.add_argument("--hall", default="", metavar="ID", help="needed where the server has several")
    parser.add_argument(
        "--token",
        default=os.environ.get("HALL_TOKEN", ""),
        help="from `hallserver token --role device`; HALL_TOKEN in the environment keeps it out of `ps`",
    )
    parser.add_argument(
        "--printer",
        action="append",
        metavar="[NAME=]URL",
        help="roll | tcp://HOST:9100 | serial:///dev/ttyUSB0?baud=19200 | usb://04b8:0e15; NAME is the printer's in "
        "the hall's settings; may be given several times",
    )
    parser.add_argument("--width-mm", type=int, choices=sorted(WIDTH_DOTS), help="in place of the hall's settings")
    parser.add_argument("--mode", choices=("raster", "text"), help="in place of the hall's settings")
    parser.add_argument("--cut", choices=("partial", "full", "none"), help="with --width-mm or --mode")
    parser.add_argument("--beeps", type=int, choices=range(10), default=0, help="with --width-mm or --mode")
    parser.add_argument(
        "--spool",
        type=Path,
        default=Path("var/ticket-printer"),
        metavar="DIR",
        help="remembers what was printed; must survive a restart",
    )
    parser.add_argument("--roll-keep", type=int, default=200, metavar="N", help="papers kept on the roll")
    parser.add_argument("--retries", type=int, default=0, metavar="N", help="tries more, 5 s apart, before giving up")
    parser.add_argument("--test-page", action="store_true", help="print one page on each printer, and end")
    return parser


def _named_say(name: str) -> Callable[[str], None]:
    return lambda sentence: _say(f"{name}: {sentence}")


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _say(sentence: str) -> None:
    """One line of state: on a terminal always the same line, in a log a line for each change."""
    line = f"{time.strftime('%H:%M:%S')} {sentence}"
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{line}" + ("\n" if sentence == "stopped" else ""))
    else:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
